// C++: measures a callback, or the time between two waits, on the calling thread's loop.
#pragma once

#include <clearway/probe_inline.h>

#include <cerrno>
#include <utility>

namespace clearway {

// One poll from here to the end of the block. Inside another poll, without a loop, or on a thread that is not
// the loop's it does nothing, so that wrapped callbacks may call each other. About 40 ns. [loop]
class PollScope {
public:
  explicit PollScope(clearway_loop *loop, clearway_operation operation = 0) : loop_(loop) {
    if (loop_ != nullptr && CLEARWAY_LOAD(reinterpret_cast<clearway_slot *>(loop_)->begin) != 0) {
      loop_ = nullptr;
    }
    if (loop_ != nullptr) {
      clearway_loop_begin(loop_, operation);
    }
  }
  ~PollScope() {
    if (loop_ != nullptr) {
      clearway_loop_end(loop_);
    }
  }
  PollScope(const PollScope &) = delete;
  PollScope &operator=(const PollScope &) = delete;

private:
  clearway_loop *loop_;
};

// For loops that wait themselves (epoll_wait, poll, a completion queue): idle while `wait` runs, busy from its
// return to the next wait. Returns what `wait` returns, errno untouched. [loop]
template <class Wait> auto idle_while(clearway_loop *loop, Wait &&wait) {
  struct BusyAgain {
    clearway_loop *loop;
    ~BusyAgain() {
      int error = errno;
      clearway_loop_poll(loop, 0);
      errno = error;
    }
  };
  clearway_loop_idle(loop);
  BusyAgain busy_again{loop};
  return std::forward<Wait>(wait)();
}

} // namespace clearway
