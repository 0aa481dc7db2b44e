#include "Registry.h"

#include "Immortal.h"
#include "Threshold.h"

#include <algorithm>
#include <utility>

namespace clearway::probe {

Registry &registry() { return immortal<Registry>(); }

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

void Registry::remove_and_tell(clearway_loop *loop) {
  constexpr size_t most_departed = 10'000; // a watchdog that is held up must not make the program grow
  {
    std::lock_guard lock(mutex_);
    if (departed_.size() < most_departed) {
      departed_.push_back(loop);
      loop->retain();
    }
  }
  remove(loop);
}

std::vector<clearway_loop *> Registry::take_departed() {
  std::lock_guard lock(mutex_);
  return std::exchange(departed_, {});
}

std::vector<clearway_loop *> Registry::retained_loops() const {
  std::lock_guard lock(mutex_);
  std::vector<clearway_loop *> copy = loops_; // before they are retained: there may be no memory for it
  for (clearway_loop *loop : copy) {
    loop->retain();
  }
  return copy;
}

void Registry::set_default_threshold_ns(uint64_t ns) noexcept {
  std::lock_guard lock(mutex_);
  default_threshold_ns_.store(ns, std::memory_order_relaxed);
  for (clearway_loop *loop : loops_) {
    apply_threshold(*loop);
  }
}

} // namespace clearway::probe
