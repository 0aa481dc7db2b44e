// Builds the control flow of one function after another: straight blocks of events and the edges between
// them. Each block is filled once, from start() to the next start(), so that its events lie side by side.
#pragma once

#include "facts/Facts.h"

#include <utility>
#include <vector>

namespace clearway::facts {

using BlockId = uint32_t; // index in FileFacts::blocks

class FlowBuilder {
public:
  explicit FlowBuilder(FileFacts &facts) : facts_(facts) {}

  /// Starts a function: its entry block is current.
  void begin();
  /// Ends it; the result belongs in Function::blocks.
  Span finish();

  BlockId newBlock();
  /// What follows happens in `block`. Nothing leads there by itself.
  void start(BlockId block);
  /// newBlock(), an edge from the current block to it, start().
  BlockId startNext();
  void edge(BlockId from, BlockId to) { edges_.emplace_back(from, to); }
  BlockId current();
  void emit(EventKind kind, uint32_t index, uint32_t other = kNone);
  bool hasEvents(BlockId block) const;
  BlockId firstBlock() const { return first_; }
  BlockId endBlock() const { return static_cast<BlockId>(facts_.blocks.size()); }

  /// Between begin and end lies an operand that is evaluated on some paths only (`a or b`, `x if c else y`);
  /// `next` separates alternatives. Blocks come into being only if an event happens in one of them.
  void beginAlternatives();
  void nextAlternative();
  /// `exhaustive`: one of the alternatives is taken on every path.
  void endAlternatives(bool exhaustive);

private:
  struct Alternatives {
    BlockId origin = kNone; // known once an event happened
    uint32_t ends = 0;      // how many of alternativeEnds_ are its own
    bool live = false;      // the current alternative has a block
    bool skipped = false;   // an alternative without events
  };

  void open();
  void closeCurrent();

  FileFacts &facts_;
  BlockId first_ = 0, current_ = 0;
  std::vector<std::pair<BlockId, BlockId>> edges_;
  std::vector<Alternatives> alternatives_;
  std::vector<BlockId> alternativeEnds_;
  size_t pending_ = 0; // alternatives on top of the stack that are not live
};

} // namespace clearway::facts
