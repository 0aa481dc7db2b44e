#include "frontend/rust/Flow.h"

#include <algorithm>

namespace clearway::frontend::rust {

Flow::Flow(facts::FileFacts &facts, facts::FunctionId function)
    : facts_(facts), function_(function), firstCall_(static_cast<uint32_t>(facts.calls.size())) {
  newBlock();
}

void Flow::emit(facts::EventKind kind, uint32_t index, uint32_t other) {
  blocks_[current_].events.push_back({kind, index, other});
}

BlockIndex Flow::newBlock() {
  blocks_.emplace_back();
  return static_cast<BlockIndex>(blocks_.size()) - 1;
}

void Flow::edge(BlockIndex from, BlockIndex to) { blocks_[from].successors.push_back(to); }

void Flow::continueIn(BlockIndex to) {
  edge(current_, to);
  current_ = to;
}

uint32_t Flow::openScope() {
  scopes_.emplace_back();
  return innermost();
}

void Flow::closeScope(std::span<const facts::ObjectId> leaving) {
  const std::vector<facts::ObjectId> owned = std::move(scopes_.back());
  scopes_.pop_back();
  for (auto object = owned.rbegin(); object != owned.rend(); ++object) {
    if (std::find(leaving.begin(), leaving.end(), *object) == leaving.end())
      death(*object);
    else if (!scopes_.empty())
      scopes_.back().push_back(*object); // dropped there at the latest, if nobody takes it
  }
}

void Flow::dropFrom(uint32_t scope) {
  for (uint32_t i = depth(); i-- > scope;)
    for (auto object = scopes_[i].rbegin(); object != scopes_[i].rend(); ++object)
      death(*object);
}

void Flow::disown(facts::ObjectId object) {
  for (auto &scope : scopes_)
    std::erase(scope, object);
}

void Flow::finish() {
  const auto base = static_cast<uint32_t>(facts_.blocks.size());
  for (Pending &pending : blocks_) {
    facts::Block block;
    block.events = {static_cast<uint32_t>(facts_.events.size()), static_cast<uint32_t>(pending.events.size())};
    facts_.events.insert(facts_.events.end(), pending.events.begin(), pending.events.end());
    block.successors = {static_cast<uint32_t>(facts_.successors.size()),
                        static_cast<uint32_t>(pending.successors.size())};
    for (const BlockIndex successor : pending.successors)
      facts_.successors.push_back(base + successor);
    facts_.blocks.push_back(block);
  }
  facts_.functions[function_].blocks = {base, static_cast<uint32_t>(blocks_.size())};
  for (uint32_t call = firstCall_; call < facts_.calls.size(); ++call)
    facts_.calls[call].block += base;
}

} // namespace clearway::frontend::rust
