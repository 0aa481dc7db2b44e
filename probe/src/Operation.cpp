#include "Operation.h"

#include "Guard.h"
#include "Immortal.h"
#include "Message.h"

#include <array>
#include <mutex>
#include <unordered_map>

namespace clearway::probe {

static constexpr size_t most_operations = 65'536;

namespace {
struct Operations {
  std::mutex mutex;
  std::unordered_map<std::string, clearway_operation> numbers;
  std::array<std::atomic<Operation *>, most_operations> by_number{};
  std::atomic<uint32_t> used{0};
};
} // namespace

static Operations &operations() { return immortal<Operations>(); }

Operation *find_operation(clearway_operation number) {
  return number < most_operations ? operations().by_number[number].load(std::memory_order_acquire) : nullptr;
}

const char *operation_name(clearway_operation number) {
  const Operation *found = find_operation(number);
  return found == nullptr ? nullptr : found->name.c_str();
}

std::vector<const Operation *> operations_with_spans() {
  std::vector<const Operation *> result;
  uint32_t used = operations().used.load(std::memory_order_acquire);
  for (uint32_t number = 1; number <= used; ++number) {
    const Operation *operation = find_operation(number);
    bool has_spans = operation->open.load() != 0 || operation->cancelled.load() != 0 ||
                     operation->duration.copy().total() != 0;
    if (has_spans) {
      result.push_back(operation);
    }
  }
  return result;
}

void lock_operations_for_fork() { operations().mutex.lock(); }
void unlock_operations_after_fork() { operations().mutex.unlock(); }

static clearway_operation number_of(const char *name) {
  Operations &all = operations();
  std::lock_guard lock(all.mutex);
  auto found = all.numbers.find(name);
  if (found != all.numbers.end()) {
    return found->second;
  }
  uint32_t next = all.used.load(std::memory_order_relaxed) + 1;
  if (next >= most_operations) {
    message(Level::warning, "more than 65535 operation names; further ones are not told apart. Names must "
                            "not contain request data");
    return 0;
  }
  auto operation = std::make_unique<Operation>();
  operation->name = name;
  all.numbers.emplace(name, next);
  all.by_number[next].store(operation.release(), std::memory_order_release);
  all.used.store(next, std::memory_order_release);
  return next;
}

static int set_limits(clearway_operation operation, const clearway_span_limits &given) {
  Operation *found = find_operation(operation);
  if (found == nullptr) {
    return CLEARWAY_E_INVALID;
  }
  clearway_span_limits known{};
  if (!read_struct(&given, known)) {
    message(Level::error, unreadable_struct_text("clearway_span_limits", given.struct_size, sizeof known));
    return CLEARWAY_E_VERSION;
  }
  found->limits.duration_ns = known.duration_ns;
  found->limits.first_item_ns = known.first_item_ns;
  found->limits.gap_ns = known.gap_ns;
  return CLEARWAY_OK;
}

static int write_snapshot(clearway_operation operation, clearway_operation_snapshot *out) {
  const Operation *found = find_operation(operation);
  if (found == nullptr) {
    return CLEARWAY_E_INVALID;
  }
  clearway_operation_snapshot snapshot{};
  snapshot.open = found->open;
  snapshot.cancelled = found->cancelled;
  snapshot.broken = found->broken;
  snapshot.duration = found->duration.copy().quantiles();
  snapshot.ended = snapshot.duration.count;
  snapshot.first_item = found->first_item.copy().quantiles();
  snapshot.gaps = found->gaps.copy().quantiles();
  return write_struct(snapshot, out) ? CLEARWAY_OK : CLEARWAY_E_VERSION;
}

} // namespace clearway::probe

using namespace clearway::probe;

extern "C" clearway_operation clearway_operation_of(const char *name) {
  if (name == nullptr || *name == '\0') {
    return 0;
  }
  clearway_operation number = 0;
  guarded([&] { return number = number_of(name), 0; });
  return number;
}

extern "C" int clearway_operation_set_limits(clearway_operation operation, const clearway_span_limits *limits) {
  return limits == nullptr ? int(CLEARWAY_E_INVALID) : guarded([&] { return set_limits(operation, *limits); });
}

extern "C" int clearway_operation_snapshot_of(clearway_operation operation, clearway_operation_snapshot *out) {
  return out == nullptr ? int(CLEARWAY_E_INVALID) : guarded([&] { return write_snapshot(operation, out); });
}
