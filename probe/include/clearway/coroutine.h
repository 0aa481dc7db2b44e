// C++: measures what a coroutine does from one resumption to its next suspension as one poll, whatever resumes it.
#pragma once

#include <clearway/poll_scope.h>

#include <coroutine>
#include <exception>
#include <type_traits>
#include <utility>

namespace clearway {

namespace detail {

// Stands in for a suspended coroutine: resumes it inside a poll. Ends itself after that.
struct Resumption {
  struct promise_type {
    Resumption get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { throw; } // to whoever resumes, as without measuring
  };
  std::coroutine_handle<promise_type> handle;
};

inline Resumption resume_in_poll(std::coroutine_handle<> suspended, clearway_operation operation) {
  PollScope poll(clearway_thread_loop(), operation);
  suspended.resume();
  co_return;
}

template <class Awaitable> decltype(auto) awaiter_of(Awaitable &&awaitable) {
  if constexpr (requires { std::forward<Awaitable>(awaitable).operator co_await(); }) {
    return std::forward<Awaitable>(awaitable).operator co_await();
  } else if constexpr (requires { operator co_await(std::forward<Awaitable>(awaitable)); }) {
    return operator co_await(std::forward<Awaitable>(awaitable));
  } else {
    return std::forward<Awaitable>(awaitable);
  }
}

} // namespace detail

// What `measured` gives; its awaiter must take a std::coroutine_handle<>.
template <class Awaiter> class Measured {
public:
  Measured(Awaiter &&inner, clearway_operation operation) : inner_(std::forward<Awaiter>(inner)), operation_(operation) {}
  Measured(Measured &&) = delete;
  // A coroutine that is destroyed while it waits takes its stand-in along.
  ~Measured() {
    if (stand_in_) {
      stand_in_.destroy();
    }
  }

  bool await_ready() { return inner_.await_ready(); }

  auto await_suspend(std::coroutine_handle<> suspended) {
    stand_in_ = detail::resume_in_poll(suspended, operation_).handle;
    std::coroutine_handle<> stand_in = stand_in_; // *this may be gone before await_suspend returns
    using Result = decltype(inner_.await_suspend(stand_in));
    if constexpr (std::is_same_v<Result, bool>) {
      bool suspends = inner_.await_suspend(stand_in);
      if (!suspends) {
        std::exchange(stand_in_, nullptr).destroy();
      }
      return suspends;
    } else {
      return inner_.await_suspend(stand_in);
    }
  }

  decltype(auto) await_resume() {
    stand_in_ = nullptr; // it is running
    return inner_.await_resume();
  }

private:
  Awaiter inner_;
  clearway_operation operation_;
  std::coroutine_handle<> stand_in_;
};

// `co_await clearway::measured(socket.read(), operation)`: the coroutine's work from this resumption to its next
// suspension or end is one poll of the loop attached to the thread that resumes it. Not needed where what resumes it is
// measured (ProbedExecutor, asio_tracking.h). One allocation and about 100 ns. [any]
template <class Awaitable> auto measured(Awaitable &&awaitable, clearway_operation operation = 0) {
  using Awaiter = decltype(detail::awaiter_of(std::forward<Awaitable>(awaitable)));
  return Measured<std::conditional_t<std::is_rvalue_reference_v<Awaiter>, std::remove_reference_t<Awaiter>, Awaiter>>(
      detail::awaiter_of(std::forward<Awaitable>(awaitable)), operation);
}

} // namespace clearway
