#include "Message.h"

#include "HostCallback.h"
#include "Immortal.h"

#include <condition_variable>
#include <mutex>
#include <new>
#include <set>
#include <unistd.h>

namespace clearway::probe {

namespace {
struct Messages {
  std::mutex mutex;
  clearway_message_fn handler = nullptr;
  void *user = nullptr;
  std::set<std::string> said;
  unsigned calls = 0; // of the handler, in progress
  std::condition_variable call_ended;
};
} // namespace

static constexpr size_t most_distinct_messages = 1000;

// Never destroyed: the watchdog may speak while static objects are being destroyed.
static Messages &messages() { return immortal<Messages>(); }

static thread_local unsigned this_threads_calls __attribute__((tls_model("initial-exec"))) = 0;

void set_message_handler(clearway_message_fn handler, void *user) {
  Messages &all = messages();
  std::unique_lock lock(all.mutex);
  if (handler != nullptr && (handler != all.handler || user != all.user)) {
    all.said.clear(); // it has heard nothing yet
  }
  all.handler = handler;
  all.user = user;
  all.call_ended.wait(lock, [&] { return all.calls == this_threads_calls; });
}

static bool is_new(Messages &all, const std::string &text) {
  return all.said.size() < most_distinct_messages && all.said.insert(text).second;
}

static void print(Level level, const std::string &text) {
  static constexpr const char *names[] = {"error", "warning", "note"};
  std::string line = std::string("clearway-probe: ") + names[int(level)] + ": " + text + "\n";
  ssize_t written = write(STDERR_FILENO, line.data(), line.size());
  (void)written;
}

namespace {
// The handler stays valid while one exists.
class HandlerCall {
public:
  HandlerCall() { ++this_threads_calls; } // counted in `calls` already, under the lock
  ~HandlerCall() {
    std::lock_guard lock(messages().mutex);
    --this_threads_calls;
    --messages().calls;
    messages().call_ended.notify_all();
  }
  HandlerCall(const HandlerCall &) = delete;
  HandlerCall &operator=(const HandlerCall &) = delete;
};
} // namespace

// What a handler throws cannot be told through it.
static bool handled(clearway_message_fn handler, Level level, const std::string &text, void *user) {
  HandlerCall call;
  try {
    handler(int(level), text.c_str(), user);
    return true;
  } catch (...) {
    count_host_exception();
    return false;
  }
}

void message(Level level, const std::string &text) {
  Messages &all = messages();
  clearway_message_fn handler = nullptr;
  void *user = nullptr;
  {
    std::lock_guard lock(all.mutex);
    if (!is_new(all, text)) {
      return;
    }
    handler = all.handler;
    user = all.user;
    all.calls += handler != nullptr;
  }
  if (handler == nullptr || !handled(handler, level, text, user)) {
    print(level, text);
  }
}

void lock_messages_for_fork() { messages().mutex.lock(); }
void unlock_messages_after_fork() { messages().mutex.unlock(); }

void messages_become_child() {
  messages().calls = this_threads_calls; // the other threads were not copied
  new (&messages().call_ended) std::condition_variable;
}

} // namespace clearway::probe
