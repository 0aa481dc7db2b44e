// The page's charts, as inline SVG.
#pragma once

#include "runtime/StallReport.h"
#include "runtime/html/Markup.h"

namespace clearway::runtime::html {

/// When which loop stalled; nothing without stalls.
void timeline(Markup &page, const StallReport &report);

/// How many polls took how long; nothing for a loop without any.
void histogram(Markup &page, const LoopTotals &loop);

/// A bar as long as the part is of the whole.
void shareBar(Markup &page, const std::string &cause, uint64_t part, uint64_t whole);

/// The colours of the causes that occur.
void legend(Markup &page, const StallReport &report);

/// The class that gives a mark its colour.
std::string markClass(const std::string &cause);

} // namespace clearway::runtime::html
