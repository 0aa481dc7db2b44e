#include "facts/Flow.h"

#include <algorithm>

namespace clearway::facts {

void FlowBuilder::begin() {
  first_ = current_ = endBlock();
  edges_.clear();
  alternatives_.clear();
  alternativeEnds_.clear();
  pending_ = 0;
  newBlock();
  facts_.blocks[current_].events.first = static_cast<uint32_t>(facts_.events.size());
}

BlockId FlowBuilder::newBlock() {
  facts_.blocks.emplace_back();
  return endBlock() - 1;
}

void FlowBuilder::closeCurrent() {
  Span &events = facts_.blocks[current_].events;
  events.count = static_cast<uint32_t>(facts_.events.size()) - events.first;
}

void FlowBuilder::start(BlockId block) {
  closeCurrent();
  current_ = block;
  facts_.blocks[block].events.first = static_cast<uint32_t>(facts_.events.size());
}

BlockId FlowBuilder::startNext() {
  const BlockId from = current(), block = newBlock();
  edge(from, block);
  start(block);
  return block;
}

BlockId FlowBuilder::current() {
  open();
  return current_;
}

void FlowBuilder::emit(EventKind kind, uint32_t index, uint32_t other) {
  open();
  facts_.events.push_back({kind, index, other});
}

bool FlowBuilder::hasEvents(BlockId block) const {
  return block == current_ ? facts_.blocks[block].events.first != facts_.events.size()
                           : facts_.blocks[block].events.count != 0;
}

void FlowBuilder::open() {
  for (; pending_ != 0; --pending_) {
    Alternatives &level = alternatives_[alternatives_.size() - pending_];
    if (level.origin == kNone)
      level.origin = current_;
    const BlockId block = newBlock();
    edge(level.origin, block);
    start(block);
    level.live = true;
  }
}

void FlowBuilder::beginAlternatives() {
  alternatives_.emplace_back();
  ++pending_;
}

void FlowBuilder::nextAlternative() {
  Alternatives &level = alternatives_.back();
  if (!level.live) {
    level.skipped = true;
    return;
  }
  alternativeEnds_.push_back(current_);
  ++level.ends;
  level.live = false;
  ++pending_;
}

void FlowBuilder::endAlternatives(bool exhaustive) {
  nextAlternative(); // closes the last one, and leaves the level pending
  --pending_;
  const Alternatives level = alternatives_.back();
  alternatives_.pop_back();
  if (level.ends == 0)
    return;
  const BlockId join = newBlock();
  for (uint32_t i = 0; i < level.ends; ++i, alternativeEnds_.pop_back())
    edge(alternativeEnds_.back(), join);
  if (!exhaustive || level.skipped)
    edge(level.origin, join);
  start(join);
}

Span FlowBuilder::finish() {
  closeCurrent();
  std::sort(edges_.begin(), edges_.end());
  edges_.erase(std::unique(edges_.begin(), edges_.end()), edges_.end());
  auto next = edges_.begin();
  for (BlockId block = first_; block < endBlock(); ++block) {
    Span &successors = facts_.blocks[block].successors;
    successors.first = static_cast<uint32_t>(facts_.successors.size());
    for (; next != edges_.end() && next->first == block; ++next)
      facts_.successors.push_back(next->second);
    successors.count = static_cast<uint32_t>(facts_.successors.size()) - successors.first;
  }
  return {first_, endBlock() - first_};
}

} // namespace clearway::facts
