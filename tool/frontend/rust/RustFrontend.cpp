#include "frontend/Frontend.h"

#include "frontend/rust/Body.h"
#include "facts/Unused.h"
#include "frontend/rust/Condensing.h"
#include "frontend/rust/Directives.h"
#include "frontend/rust/Items.h"

#include <xxhash.h>

#include <algorithm>

namespace clearway::frontend {
namespace rust {
namespace {

void addModule(Unit &unit, const SourceFile &file) {
  facts::Function top;
  top.name = Name("{module}");
  top.qualifiedName = Name(file.moduleName);
  top.file = Name(file.path);
  top.kind = facts::FunctionKind::Module;
  top.scope = unit.record.scope(facts::ScopeKind::Module, facts::kNone, facts::kNone, top.qualifiedName);
  if (file.isTest)
    top.flags |= facts::FunctionFlag::Test;
  unit.facts.functions.push_back(top);
}

/// `foo = { package = "bar" }` in the manifest is `extern crate bar as foo;` in each of the crate's modules.
void addRenames(Unit &unit, const SourceFile &file, const ItemContext &context) {
  for (const auto &[name, crate] : file.crateRenames)
    if (file.contents.find(name) != file.contents.npos)
      Items(unit).renamedCrate(name, crate, context);
}

// One diagnostic per outermost stretch that the grammar could not make sense of.
void diagnoseErrors(Unit &unit, NodeId root) {
  constexpr size_t kMostReported = 20;
  const NodeId end = unit.syntax.tree[root].next;
  size_t reported = 0;
  for (NodeId node = root; node < end;) {
    const bool isError = unit.syntax.kind(node) == Kind::Error;
    if (!isError && !unit.syntax.tree[node].missing) {
      ++node;
      continue;
    }
    unit.facts.hadErrors = true;
    if (reported++ < kMostReported)
      unit.record.diagnose(facts::DiagnosticLevel::Warning, unit.range(node), "syntax-error",
                           "this could not be parsed as Rust; the code here is not analysed, the rest of the file is");
    node = unit.syntax.tree[node].next;
  }
}

/// Code that does not parse may name what it likes.
void markUnused(Unit &unit) {
  if (unit.facts.hadErrors)
    return;
  for (const Variable &variable : unit.variables)
    if (facts::Binding &binding = unit.facts.bindings[variable.binding]; !unit.mentions.contains(variable.binding))
      binding.flags |= facts::BindingFlag::Unused;
}

TestBodies testBodies(const SourceFile &file) {
  if (!file.skipsTestBodies)
    return TestBodies::Kept;
  return file.isTest ? TestBodies::AllLeftOut : TestBodies::LeftOut;
}

void extractInto(Unit &unit, const SourceFile &file) {
  const treesitter::CondensedText condensed = condense(file.contents, testBodies(file));
  const NodeId root = unit.syntax.tree.parse(condensed);
  if (root == kNoNode) {
    unit.record.diagnose(facts::DiagnosticLevel::Error, {}, "unparsable", "the parser gave up on this file");
    unit.facts.hadErrors = true;
    return;
  }
  if (unit.syntax.tree.hasErrors())
    diagnoseErrors(unit, root);
  addModule(unit, file);
  ItemContext context;
  context.isTest = file.isTest;
  Items(unit).readAll(root, context);
  addRenames(unit, file, context);
  Body(unit, Job{0, kNoNode, facts::kNone, false}).walkInitializers();
  while (!unit.jobs.empty()) {
    const Job job = unit.jobs.front();
    unit.jobs.pop_front();
    Body(unit, job).walk();
  }
  markUnused(unit);
  addDirectives(unit);
}

class RustFrontend : public Frontend {
public:
  facts::Language language() const override { return facts::Language::Rust; }
  facts::FileFacts extract(const SourceFile &file) const override {
    facts::FileFacts facts;
    facts.language = facts::Language::Rust;
    facts.path = file.path;
    facts.module = Name(file.moduleName);
    facts.digest = XXH3_64bits(file.contents.data(), file.contents.size());
    facts.isTest = file.isTest;
    facts.edition = file.edition;
    Unit unit(facts, file);
    extractInto(unit, file);
    return facts;
  }
};

} // namespace
} // namespace rust

std::unique_ptr<Frontend> makeRustFrontend() { return std::make_unique<rust::RustFrontend>(); }

} // namespace clearway::frontend
