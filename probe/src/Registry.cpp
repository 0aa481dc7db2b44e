#include "Registry.h"

#include "Threshold.h"

#include <algorithm>

namespace clearway::probe {

Registry &registry() {
  static auto *all = new Registry; // never destroyed: threads may outlive static objects
  return *all;
}

void Registry::add(clearway_loop *loop) {
  std::lock_guard lock(mutex_);
  loops_.push_back(loop);
  loop->id = ++last_id_;
  if (loop->name.empty()) {
    loop->name = "loop-" + std::to_string(loop->id);
  }
  generation_.fetch_add(1, std::memory_order_release);
}

void Registry::remove(clearway_loop *loop) {
  std::lock_guard lock(mutex_);
  auto found = std::find(loops_.begin(), loops_.end(), loop);
  if (found != loops_.end()) {
    *found = loops_.back();
    loops_.pop_back();
    generation_.fetch_add(1, std::memory_order_release);
  }
}

std::vector<clearway_loop *> Registry::retained_loops() const {
  std::lock_guard lock(mutex_);
  for (clearway_loop *loop : loops_) {
    loop->retain();
  }
  return loops_;
}

void Registry::set_default_threshold_ns(uint64_t ns) {
  default_threshold_ns_.store(ns, std::memory_order_relaxed);
  RetainedLoops all(retained_loops());
  for (clearway_loop *loop : all) {
    apply_threshold(*loop);
  }
}

} // namespace clearway::probe
