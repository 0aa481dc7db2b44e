#include "Message.h"

#include <mutex>
#include <set>
#include <unistd.h>

namespace clearway::probe {

namespace {
struct Messages {
  std::mutex mutex;
  clearway_message_fn handler = nullptr;
  void *user = nullptr;
  std::set<std::string> said;
};
} // namespace

static constexpr size_t most_distinct_messages = 1000;

// Never destroyed: the watchdog may speak while static objects are being destroyed.
static Messages &messages() {
  static auto *all = new Messages;
  return *all;
}

void set_message_handler(clearway_message_fn handler, void *user) {
  std::lock_guard lock(messages().mutex);
  messages().handler = handler;
  messages().user = user;
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
  }
  if (handler != nullptr) {
    handler(int(level), text.c_str(), user);
  } else {
    print(level, text);
  }
}

void lock_messages_for_fork() { messages().mutex.lock(); }
void unlock_messages_after_fork() { messages().mutex.unlock(); }

} // namespace clearway::probe
