// The results every check may read. Built once, in this order, then frozen.
#pragma once

#include "analysis/Contexts.h"
#include "analysis/Effects.h"
#include "analysis/LockFlow.h"
#include "analysis/StartUp.h"

namespace clearway::analysis {

struct Analyses {
  CallGraph graph;   // who runs whom
  Effects effects;   // bottom-up: what may block
  Contexts contexts; // top-down: where code runs
  LockFlow locks;    // per function: which guards are held where
  StartUp startUp;   // what only main() reaches, once
};

Analyses analyse(const link::Program &program, const catalog::Catalog &catalog, unsigned jobs);

} // namespace clearway::analysis
