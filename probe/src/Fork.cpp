#include "Fork.h"

#include "FrameSources.h"
#include "Message.h"
#include "Operation.h"
#include "Registry.h"
#include "Scope.h"
#include "Watchdog.h"

#include <mutex>
#include <new>
#include <pthread.h>

namespace clearway::probe {

// Locks are taken in the order in which the library nests them.
static void before_fork() {
  watchdog().lock_for_fork();
  frame_sources().lock_for_fork();
  registry().lock_for_fork();
  scopes().lock_for_fork();
  lock_operations_for_fork();
  lock_messages_for_fork();
}

static void unlock_all() {
  unlock_messages_after_fork();
  unlock_operations_after_fork();
  scopes().unlock_after_fork();
  registry().unlock_after_fork();
  frame_sources().unlock_after_fork();
  watchdog().unlock_after_fork();
}

static void in_child() {
  watchdog().become_child();
  messages_become_child();
  unlock_all();
  RetainedLoops loops(registry().retained_loops());
  for (clearway_loop *loop : loops) {
    loop->become_child();
  }
}

void install_fork_handlers() {
  static std::once_flag once;
  std::call_once(once, [] { pthread_atfork(before_fork, unlock_all, in_child); });
}

void restart_after_fork_if_wanted() {
  if (watchdog().wants_restart()) {
    watchdog().start(nullptr);
  }
}

} // namespace clearway::probe
