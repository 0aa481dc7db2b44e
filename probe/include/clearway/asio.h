// C++: an executor for Asio that measures every handler it runs as one poll of the running thread's loop.
#pragma once

#include <clearway/poll_scope.h>

#include <asio/execution.hpp>
#include <asio/prefer.hpp>
#include <asio/query.hpp>
#include <asio/require.hpp>

#include <type_traits>
#include <utility>

namespace clearway {

// Wraps `Inner`: give it to sockets, timers, co_spawn and post in place of Inner. Each thread that runs the
// context attaches a loop of its own; on threads without one handlers run unmeasured. Handlers that are called
// inside handlers belong to the outer poll. Threads, costs and errors: those of Inner, plus 40 ns per handler.
template <class Inner> class ProbedExecutor {
public:
  explicit ProbedExecutor(Inner inner) noexcept : inner_(std::move(inner)) {}

  template <class Function> void execute(Function &&function) const {
    asio::execution::execute(inner_, [function = std::decay_t<Function>(std::forward<Function>(function))]() mutable {
      PollScope poll(clearway_thread_loop());
      std::move(function)();
    });
  }

  template <class Property> requires asio::can_query<const Inner &, Property>::value
  decltype(auto) query(const Property &property) const noexcept { return asio::query(inner_, property); }

  template <class Property> requires asio::can_require<const Inner &, Property>::value
  auto require(const Property &property) const noexcept { return probed(asio::require(inner_, property)); }

  template <class Property> requires asio::can_prefer<const Inner &, Property>::value
  auto prefer(const Property &property) const noexcept { return probed(asio::prefer(inner_, property)); }

  friend bool operator==(const ProbedExecutor &left, const ProbedExecutor &right) noexcept {
    return left.inner_ == right.inner_;
  }
  friend bool operator!=(const ProbedExecutor &left, const ProbedExecutor &right) noexcept { return !(left == right); }

private:
  template <class Other> static ProbedExecutor<std::decay_t<Other>> probed(Other &&other) {
    return ProbedExecutor<std::decay_t<Other>>(std::forward<Other>(other));
  }

  Inner inner_;
};

} // namespace clearway
