// Calls of the program's own macros, replaced by what the macros give.
#pragma once

#include "frontend/rust/Unit.h"
#include "frontend/rust/macros/MacroTable.h"
#include "frontend/rust/macros/Transcription.h"

namespace clearway::frontend::rust {

class MacroCalls {
public:
  explicit MacroCalls(Unit &unit) : unit_(unit) {}

  /// A block with what the call stands for, as if it were written in braces; kNoNode if the macro is not the program's or does
  /// not fit, or if there is too much of it.
  NodeId body(NodeId invocation);
  /// The same where items stand: the root above them.
  NodeId items(NodeId invocation);

private:
  size_t &budget(bool inBraces) { return inBraces ? unit_.statementBudget : unit_.itemBudget; }
  NodeId expand(NodeId invocation, bool inBraces);
  const MacroDefinition *definitionOf(NodeId invocation) const;
  NodeId insert(NodeId invocation, NodeId tokens, const MacroDefinition &macro, Expansion expansion, bool inBraces);

  Unit &unit_;
};

} // namespace clearway::frontend::rust
