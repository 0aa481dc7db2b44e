#include "WaitKind.h"

#include <string_view>

namespace clearway::probe {

namespace {
struct Known {
  std::string_view part; // of the symbol
  const char *kind;
};
} // namespace

// The interpreter lock is built from a mutex and a condition variable, and a future may be too: the outer
// meaning is the one a person wants, so these come first.
static constexpr Known outer_meanings[] = {
    {"take_gil", "gil"},
    {"PyEval_RestoreThread", "gil"},
    {"PyEval_AcquireThread", "gil"},
    {"PyGILState_Ensure", "gil"},
    {"PyThread_acquire_lock", "python-lock"},
    {"lock_PyThread_acquire_lock", "python-lock"},
    {"__cxa_guard_acquire", "static-initialization"},
    {"call_once", "call-once"},
    {"pthread_once", "call-once"},
    {"dlopen", "dynamic-linker"},
    {"__atomic_futex_unsigned", "future"},
    {"Baton", "baton"},
};

static constexpr Known primitives[] = {
    {"pthread_rwlock", "rwlock"},
    {"pthread_cond_", "condition-variable"},
    {"pthread_mutex_", "mutex"},
    {"lll_lock_wait", "mutex"},
    {"pthread_join", "join"},
    {"pthread_timedjoin", "join"},
    {"pthread_clockjoin", "join"},
    {"pthread_barrier", "barrier"},
    {"sem_wait", "semaphore"},
    {"sem_timedwait", "semaphore"},
    {"sem_clockwait", "semaphore"},
    {"__atomic_wait", "atomic-wait"},
    {"atomic_wait_address", "atomic-wait"},
    {"futex5mutex", "mutex"},   // Rust's std::sys::sync::mutex::futex and its older places
    {"mutex5futex", "mutex"},
    {"lock_contended", "mutex"},
    {"futex7condvar", "condition-variable"},
    {"condvar5futex", "condition-variable"},
    {"futex6rwlock", "rwlock"},
    {"rwlock5futex", "rwlock"},
    {"RawMutex", "mutex"},
    {"RawRwLock", "rwlock"},
    {"thread4park", "park"},
    {"parking_lot_core", "park"},
};

template <size_t count>
static const char *first_match(const std::vector<const char *> &symbols, const Known (&table)[count]) {
  for (const char *symbol : symbols) {
    for (const Known &known : table) {
      if (symbol != nullptr && std::string_view(symbol).find(known.part) != std::string_view::npos) {
        return known.kind;
      }
    }
  }
  return nullptr;
}

std::string wait_kind(const std::vector<const char *> &symbols) {
  const char *kind = first_match(symbols, outer_meanings);
  kind = kind != nullptr ? kind : first_match(symbols, primitives);
  return kind != nullptr ? kind : "";
}

} // namespace clearway::probe
