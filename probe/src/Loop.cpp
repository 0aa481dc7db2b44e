// Life of a loop: create, attach to a thread, detach, destroy.
#include "Loop.h"

#include "Clock.h"
#include "Fork.h"
#include "Guard.h"
#include "Message.h"
#include "Registry.h"
#include "RunningCapture.h"
#include "Scope.h"
#include "ThisThread.h"
#include "Threshold.h"
#include "Watchdog.h"

#include <memory>
#include <new>
#include <pthread.h>

namespace clearway::probe {

// Read on every clearway_thread_loop: the static model saves a call into the dynamic linker.
static thread_local clearway_loop *this_threads_loop __attribute__((tls_model("initial-exec"))) = nullptr;

static void end_poll_in_progress(clearway_loop &loop) {
  CLEARWAY_STORE(loop.slot.depth, 0);
  uint64_t begin = CLEARWAY_LOAD(loop.slot.begin);
  if (begin != 0) {
    clearway_count_poll(&loop, begin, clearway_ticks(&loop.slot));
    CLEARWAY_STORE(loop.slot.begin, 0);
  }
  CLEARWAY_STORE(loop.slot.beats, CLEARWAY_LOAD(loop.slot.beats) | 1);
  CLEARWAY_STORE(loop.slot.device_wait, 0);
}

static void release_thread(clearway_loop &loop) {
  std::lock_guard lock(loop.attach_mutex);
  CLEARWAY_STORE(loop.slot.owner, 0);
  loop.attachment.thread_id = 0;
  loop.attach_generation.fetch_add(1, std::memory_order_release);
}

// Runs when a thread ends that never detached.
static void thread_exits(void *loop_of_thread) {
  auto *loop = static_cast<clearway_loop *>(loop_of_thread);
  if (CLEARWAY_LOAD(loop->slot.owner) == clearway_thread_pointer()) {
    end_poll_in_progress(*loop);
    release_thread(*loop);
  }
  loop->release();
}

static pthread_key_t exit_key() {
  static const pthread_key_t key = [] {
    pthread_key_t made{};
    pthread_key_create(&made, thread_exits);
    return made;
  }();
  return key;
}

static void bind_thread(clearway_loop *loop) {
  this_threads_loop = loop;
  pthread_setspecific(exit_key(), loop);
}

// A loop that another thread destroyed in the meantime.
static void forget_lost_loop() {
  clearway_loop *lost = this_threads_loop;
  if (lost != nullptr && CLEARWAY_LOAD(lost->slot.owner) != clearway_thread_pointer()) {
    bind_thread(nullptr);
    lost->release();
  }
}

static int attach(clearway_loop &loop) {
  forget_lost_loop();
  if (this_threads_loop == &loop && CLEARWAY_LOAD(loop.slot.owner) == clearway_thread_pointer()) {
    return CLEARWAY_E_ATTACHED;
  }
  if (this_threads_loop != nullptr) {
    message(Level::error, "thread " + std::to_string(this_thread_id()) + " has loop '" + this_threads_loop->name +
                              "' already; detach it before attaching '" + loop.name + "'");
    return CLEARWAY_E_ATTACHED;
  }
  std::lock_guard lock(loop.attach_mutex);
  if (CLEARWAY_LOAD(loop.slot.owner) != 0) {
    message(Level::error, "loop '" + loop.name + "' belongs to thread " +
                              std::to_string(loop.attachment.thread_id) + "; one loop per thread");
    return CLEARWAY_E_ATTACHED;
  }
  ThreadStack stack = this_threads_stack();
  loop.attachment.stack_low = stack.low;
  loop.attachment.stack_high = stack.high;
  loop.attachment.thread_id = this_thread_id();
  loop.attachment.generation++;
  loop.attach_generation.fetch_add(1, std::memory_order_release);
  loop.retain(); // by the thread, until it detaches or ends
  bind_thread(&loop);
  CLEARWAY_STORE(loop.slot.owner, clearway_thread_pointer());
  unblock_capture_signal();
  watchdog().wake(); // it sleeps longer while no loop has a thread
  return CLEARWAY_OK;
}

static int detach(clearway_loop &loop) {
  if (CLEARWAY_LOAD(loop.slot.owner) != clearway_thread_pointer()) {
    count(loop.counters.misuse_thread);
    return CLEARWAY_LOAD(loop.slot.owner) == 0 ? CLEARWAY_E_NOT_ATTACHED : CLEARWAY_E_THREAD;
  }
  end_poll_in_progress(loop);
  release_thread(loop);
  bind_thread(nullptr);
  loop.release();
  return CLEARWAY_OK;
}

// A loop destroyed by another thread leaves that thread with a loop that no longer measures.
static void destroy(clearway_loop *loop) {
  if (CLEARWAY_LOAD(loop->slot.owner) == clearway_thread_pointer()) {
    detach(*loop);
  } else {
    release_thread(*loop);
  }
  bool told = watchdog().running() && guarded([&] { return registry().remove_and_tell(loop), 0; }) == CLEARWAY_OK;
  if (!told) {
    registry().remove(loop);
  }
  loop->release();
}

namespace {
struct Destroy {
  void operator()(clearway_loop *loop) const { destroy(loop); }
};
using OwnedLoop = std::unique_ptr<clearway_loop, Destroy>;
} // namespace

static OwnedLoop make_loop(const clearway_loop_config &config) {
  OwnedLoop loop(new clearway_loop);
  const Clock &clock = process_clock();
  loop->slot.use_tsc = clock.use_tsc;
  loop->slot.ns_per_tick = clock.ns_per_tick;
  loop->slot.beats = 1;
  loop->name = config.name != nullptr ? config.name : "";
  loop->own_threshold_ns = config.threshold_ns;
  loop->user = config.user;
  if (config.expected_interval_ns != 0) {
    loop->expected_interval_ns = config.expected_interval_ns;
  }
  return loop;
}

static OwnedLoop make_known(OwnedLoop loop) {
  registry().add(loop.get());
  scopes().loop_created(*loop);
  apply_threshold(*loop);
  return loop;
}

} // namespace clearway::probe

using namespace clearway::probe;

void clearway_loop::release() {
  if (references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    delete this;
  }
}

Attachment clearway_loop::current_attachment() const {
  std::lock_guard lock(attach_mutex);
  return attachment;
}

Histogram clearway_loop::raw_histogram() const {
  Histogram copy;
  for (size_t bucket = 0; bucket < copy.counts.size(); ++bucket) {
    copy.counts[bucket] = CLEARWAY_LOAD(slot.counts[bucket]);
  }
  copy.sum_ns = CLEARWAY_LOAD(slot.sum_ns);
  copy.max_ns = CLEARWAY_LOAD(slot.max_ns);
  return copy;
}

void clearway_loop::become_child() {
  new (&attach_mutex) std::mutex; // another thread may have held it
  if (CLEARWAY_LOAD(slot.owner) == clearway_thread_pointer()) {
    attachment.thread_id = this_thread_id();
    attach_generation.fetch_add(1, std::memory_order_release);
  } else if (CLEARWAY_LOAD(slot.owner) != 0) {
    CLEARWAY_STORE(slot.begin, 0);
    CLEARWAY_STORE(slot.depth, 0);
    release_thread(*this);
  }
}

bool clearway_loop::was_polled() const {
  return CLEARWAY_LOAD(slot.sequence) != 0 || CLEARWAY_LOAD(slot.beats) > 1;
}

extern "C" int clearway_slot_layout(void) { return CLEARWAY_SLOT_LAYOUT; }

extern "C" int clearway_loop_create(const clearway_loop_config *config, clearway_loop **out) {
  if (out == nullptr) {
    return CLEARWAY_E_INVALID;
  }
  *out = nullptr;
  return guarded([&] {
    clearway_loop_config known{};
    if (config != nullptr && !read_struct(config, known)) {
      message(Level::error, unreadable_struct_text("clearway_loop_config", config->struct_size, sizeof known));
      return int(CLEARWAY_E_VERSION);
    }
    install_fork_handlers();
    *out = make_known(make_loop(known)).release();
    return int(CLEARWAY_OK);
  });
}

extern "C" void clearway_loop_destroy(clearway_loop *loop) {
  if (loop != nullptr) {
    guarded([&] { return destroy(loop), 0; });
  }
}

extern "C" int clearway_loop_attach(clearway_loop *loop) {
  if (loop == nullptr) {
    return CLEARWAY_E_INVALID;
  }
  guarded([] { return restart_after_fork_if_wanted(), 0; }); // the loop is attached all the same
  return guarded([&] { return attach(*loop); });
}

extern "C" int clearway_loop_detach(clearway_loop *loop) {
  return loop == nullptr ? int(CLEARWAY_E_INVALID) : guarded([&] { return detach(*loop); });
}

extern "C" clearway_loop *clearway_thread_loop(void) {
  clearway_loop *loop = this_threads_loop;
  bool ours = loop != nullptr && CLEARWAY_LOAD(loop->slot.owner) == clearway_thread_pointer();
  return ours ? loop : nullptr;
}

extern "C" int clearway_loop_set_user(clearway_loop *loop, void *user) {
  if (loop == nullptr) {
    return CLEARWAY_E_INVALID;
  }
  loop->user.store(user, std::memory_order_release);
  return CLEARWAY_OK;
}

extern "C" void clearway_device_wait_begin(const char *name) {
  clearway_loop *loop = clearway_thread_loop();
  if (loop != nullptr) {
    CLEARWAY_STORE(loop->slot.device_wait, uint64_t(uintptr_t(name != nullptr ? name : "device")));
  }
}

extern "C" void clearway_device_wait_end(void) {
  clearway_loop *loop = clearway_thread_loop();
  if (loop != nullptr) {
    CLEARWAY_STORE(loop->slot.device_wait, 0);
  }
}
