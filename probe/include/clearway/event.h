// C++: measures a libevent loop. libevent 2.2 tells when it is about to wait and has waited (EventWatch, the whole loop);
// 2.1 does not, so that callbacks are measured one by one (event_watched).
#pragma once

#include <clearway/poll_scope.h>

#include <event2/event.h>

#if __has_include(<event2/watch.h>)
#include <event2/watch.h>
#define CLEARWAY_HAS_EVENT_WATCH 1
#endif

namespace clearway {

namespace detail {
template <auto Callback> struct EventCallback;
template <class... Arguments, void (*Callback)(Arguments...)> struct EventCallback<Callback> {
  static void call(Arguments... arguments) {
    PollScope poll(clearway_thread_loop());
    Callback(arguments...);
  }
};
} // namespace detail

// A callback that is measured as one poll, for events, bufferevents, listeners and HTTP alike:
// event_new(base, fd, EV_READ, clearway::event_watched<on_readable>, context).
template <auto Callback> inline constexpr auto event_watched = &detail::EventCallback<Callback>::call;

#if defined(CLEARWAY_HAS_EVENT_WATCH)
// From the end of one wait to the begin of the next the loop is busy. Create it on the thread that runs `base`, attached
// to `loop`; it must be gone before `base` is. [loop]
class EventWatch {
public:
  EventWatch(event_base *base, clearway_loop *loop)
      : loop_(loop), prepare_(evwatch_prepare_new(base, about_to_wait, loop)),
        check_(evwatch_check_new(base, has_waited, loop)) {}
  ~EventWatch() {
    clearway_loop_idle(loop_);
    evwatch_free(prepare_);
    evwatch_free(check_);
  }
  EventWatch(const EventWatch &) = delete;
  EventWatch &operator=(const EventWatch &) = delete;

private:
  static void about_to_wait(evwatch *, const evwatch_prepare_cb_info *, void *loop) {
    clearway_loop_idle(static_cast<clearway_loop *>(loop));
  }
  static void has_waited(evwatch *, const evwatch_check_cb_info *, void *loop) {
    clearway_loop_poll(static_cast<clearway_loop *>(loop), 0);
  }

  clearway_loop *loop_;
  evwatch *prepare_;
  evwatch *check_;
};
#endif

} // namespace clearway
