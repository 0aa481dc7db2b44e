#include "UvWait.h"

#include "ImportSlot.h"

#include <clearway/probe_inline.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <sys/epoll.h>

namespace clearway::python {

namespace {

// An entry changes only while its loop does not wait, so a wait that finds its own descriptor can use the
// loop.
struct WatchedWait {
  std::atomic<int> key; // the descriptor and one; 0 in an entry that is free
  std::atomic<clearway_loop *> loop;
};

using Waits = std::array<WatchedWait, 64>; // loops beyond are measured from libuv's check phase

} // namespace

static Waits waits;
static std::atomic<size_t> used; // entries behind are free
static std::mutex changing;
static void **slot;     // of epoll_pwait in uvloop
static void *before;    // what it held
static int watched = 0; // entries in use

static clearway_loop *loop_with(int epoll) {
  size_t count = used.load(std::memory_order_acquire);
  for (size_t at = 0; at < count; ++at) {
    if (waits[at].key.load(std::memory_order_acquire) == epoll + 1) {
      return waits[at].loop.load(std::memory_order_relaxed);
    }
  }
  return nullptr;
}

static bool polling(clearway_loop *loop) {
  return CLEARWAY_LOAD(reinterpret_cast<clearway_slot *>(loop)->begin) != 0;
}

// libuv asks again without waiting when more events are ready than it has room for: that is the same poll.
// The system's function is called by name: the slot may still hold the linker's stub, which would put itself
// out of use.
static int wait_and_begin(int epoll, epoll_event *events, int capacity, int milliseconds,
                          const sigset_t *mask) {
  clearway_loop *loop = loop_with(epoll);
  if (loop != nullptr && milliseconds != 0 && polling(loop)) {
    clearway_loop_idle(loop);
  }
  int ready = epoll_pwait(epoll, events, capacity, milliseconds, mask);
  int error = errno;
  if (loop != nullptr && !polling(loop)) {
    clearway_inline_poll(loop, 0);
  }
  errno = error;
  return ready;
}

static bool interpose(void *library) {
  void *ours = reinterpret_cast<void *>(wait_and_begin);
  void **found = import_slot(library, "epoll_pwait");
  if (found == nullptr) {
    return false;
  }
  void *now = __atomic_load_n(found, __ATOMIC_ACQUIRE);
  if (now == ours) {
    return true;
  }
  slot = found;
  before = now;
  return set_import_slot(slot, ours);
}

static WatchedWait *free_entry() {
  for (size_t at = 0; at < waits.size(); ++at) {
    if (waits[at].key.load(std::memory_order_relaxed) == 0) {
      used.store(at + 1 > used ? at + 1 : used.load(), std::memory_order_release);
      return &waits[at];
    }
  }
  return nullptr;
}

bool watch_wait(void *library, int epoll, clearway_loop *loop) {
  std::lock_guard<std::mutex> alone(changing);
  WatchedWait *entry = epoll >= 0 ? free_entry() : nullptr;
  if (entry == nullptr || !interpose(library)) {
    return false;
  }
  entry->loop.store(loop, std::memory_order_relaxed);
  entry->key.store(epoll + 1, std::memory_order_release);
  ++watched;
  return true;
}

static void restore() {
  if (__atomic_load_n(slot, __ATOMIC_ACQUIRE) == reinterpret_cast<void *>(wait_and_begin)) {
    set_import_slot(slot, before);
  }
}

void unwatch_wait(clearway_loop *loop) {
  std::lock_guard<std::mutex> alone(changing);
  for (WatchedWait &entry : waits) {
    if (entry.key.load(std::memory_order_relaxed) != 0 &&
        entry.loop.load(std::memory_order_relaxed) == loop) {
      entry.key.store(0, std::memory_order_release);
      if (--watched == 0) {
        restore();
      }
    }
  }
}

} // namespace clearway::python
