// The control flow of one function while it is being walked: blocks, events, and the scopes at whose ends values are
// dropped. Objects die in the reverse order of their births, on every way out of a scope.
#pragma once

#include "facts/Facts.h"

#include <span>
#include <string_view>
#include <vector>

namespace clearway::frontend::rust {

using BlockIndex = uint32_t; // within the function

class Flow {
public:
  Flow(facts::FileFacts &facts, facts::FunctionId function);

  // ---- events
  void emit(facts::EventKind kind, uint32_t index, uint32_t other = facts::kNone);
  void birth(facts::ObjectId object) { emit(facts::EventKind::Birth, object); }
  void move(facts::ObjectId from, facts::ObjectId to) { emit(facts::EventKind::Move, from, to); }
  void death(facts::ObjectId object) { emit(facts::EventKind::Death, object); }

  // ---- blocks
  BlockIndex current() const { return current_; }
  BlockIndex newBlock();
  void edge(BlockIndex from, BlockIndex to);
  /// Adds an edge to `to` and goes on there.
  void continueIn(BlockIndex to);
  void setCurrent(BlockIndex block) { current_ = block; }
  /// What follows cannot be reached from here (after return, break, continue).
  void startUnreachable() { current_ = newBlock(); }

  // ---- scopes
  uint32_t depth() const { return static_cast<uint32_t>(scopes_.size()); }
  uint32_t openScope();
  /// `object` dies when scope number `scope` ends.
  void own(facts::ObjectId object, uint32_t scope) { scopes_[scope].push_back(object); }
  uint32_t innermost() const { return depth() - 1; }
  /// Drops what the innermost scope owns, but for objects that are on their way out.
  void closeScope(std::span<const facts::ObjectId> leaving = {});
  /// Drops what all scopes from number `scope` inwards own, without closing them: the way of a break or return.
  void dropFrom(uint32_t scope);
  /// Forgets an object in whatever scope owns it: another scope does from now on.
  void disown(facts::ObjectId object);

  /// Writes the blocks to the facts; the flow must not be used afterwards.
  void finish();

private:
  struct Pending {
    std::vector<facts::Event> events;
    std::vector<BlockIndex> successors;
  };
  facts::FileFacts &facts_;
  facts::FunctionId function_;
  uint32_t firstCall_;
  BlockIndex current_ = 0;
  std::vector<Pending> blocks_;
  std::vector<std::vector<facts::ObjectId>> scopes_;
};

} // namespace clearway::frontend::rust
