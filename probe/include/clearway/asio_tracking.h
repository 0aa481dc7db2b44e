// C++: measures every handler of a program that uses Asio, without a change to its code. Compile all of it with
//
//   -DASIO_CUSTOM_HANDLER_TRACKING='<clearway/asio_tracking.h>'
//
// Each handler is one poll of the loop attached to the thread that runs it, with the operation that it completes
// ("socket.async_receive") as its name. Handlers inside handlers belong to the outer poll; threads without a loop run
// unmeasured. About 60 ns per handler.
#pragma once

#include <clearway/poll_scope.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace clearway::asio_tracking {

// Base of Asio's operations: remembers what was asked for.
struct TrackedHandler {
  clearway_operation clearway_operation_ = 0; // no name that Asio uses
};

// Asio hands over literals, so that their addresses tell them apart.
inline clearway_operation operation_of(const char *object, const char *action) {
  static thread_local std::map<std::pair<const void *, const void *>, clearway_operation> known;
  auto [found, is_new] = known.try_emplace({object, action}, 0);
  if (is_new) {
    found->second = clearway_operation_of((std::string(object) + "." + action).c_str());
  }
  return found->second;
}

template <class Context>
void creation(Context &, TrackedHandler &handler, const char *object, void *, std::uintmax_t, const char *action) {
  handler.clearway_operation_ = operation_of(object, action);
}

// Lives as long as a handler runs, also when that throws.
class Completion {
public:
  explicit Completion(const TrackedHandler &handler) : operation_(handler.clearway_operation_) {}
  template <class... Results> void invocation_begin(const Results &...) {
    poll_.emplace(clearway_thread_loop(), operation_);
  }
  void invocation_end() { poll_.reset(); }

private:
  clearway_operation operation_;
  std::optional<PollScope> poll_;
};

} // namespace clearway::asio_tracking

#define ASIO_INHERIT_TRACKED_HANDLER : public clearway::asio_tracking::TrackedHandler
#define ASIO_ALSO_INHERIT_TRACKED_HANDLER , public clearway::asio_tracking::TrackedHandler
#define ASIO_HANDLER_TRACKING_INIT (void)0
#define ASIO_HANDLER_LOCATION(arguments) (void)0
#define ASIO_HANDLER_CREATION(arguments) clearway::asio_tracking::creation arguments
#define ASIO_HANDLER_COMPLETION(arguments) clearway::asio_tracking::Completion clearway_completion arguments
#define ASIO_HANDLER_INVOCATION_BEGIN(arguments) clearway_completion.invocation_begin arguments
#define ASIO_HANDLER_INVOCATION_END clearway_completion.invocation_end()
#define ASIO_HANDLER_OPERATION(arguments) (void)0
#define ASIO_HANDLER_REACTOR_REGISTRATION(arguments) (void)0
#define ASIO_HANDLER_REACTOR_DEREGISTRATION(arguments) (void)0
#define ASIO_HANDLER_REACTOR_READ_EVENT 0
#define ASIO_HANDLER_REACTOR_WRITE_EVENT 0
#define ASIO_HANDLER_REACTOR_ERROR_EVENT 0
#define ASIO_HANDLER_REACTOR_EVENTS(arguments) (void)0
#define ASIO_HANDLER_REACTOR_OPERATION(arguments) (void)0
