// C++: watches a libuv loop. libuv calls timers, idle, prepare, check and closing callbacks between its waits, and
// those of files and sockets inside the wait: the first are measured by UvWatch, the second by uv_watched.
#pragma once

#include <clearway/poll_scope.h>

#include <uv.h>

namespace clearway {

// From the check phase to the next prepare phase the loop is busy. Keeps no loop alive. Create it on the thread
// that runs `uv`, attached to `loop`; call close() before the last uv_run and destroy it after that. [loop]
class UvWatch {
public:
  UvWatch(uv_loop_t *uv, clearway_loop *loop) {
    uv_prepare_init(uv, &prepare_);
    uv_check_init(uv, &check_);
    prepare_.data = check_.data = loop;
    uv_prepare_start(&prepare_, [](uv_prepare_t *handle) { clearway_loop_idle(static_cast<clearway_loop *>(handle->data)); });
    uv_check_start(&check_, [](uv_check_t *handle) { clearway_loop_poll(static_cast<clearway_loop *>(handle->data), 0); });
    uv_unref(reinterpret_cast<uv_handle_t *>(&prepare_));
    uv_unref(reinterpret_cast<uv_handle_t *>(&check_));
  }
  UvWatch(const UvWatch &) = delete;
  UvWatch &operator=(const UvWatch &) = delete;

  // Ends the poll in progress. The handles are libuv's until its next run has closed them.
  void close() {
    clearway_loop_idle(static_cast<clearway_loop *>(prepare_.data));
    uv_close(reinterpret_cast<uv_handle_t *>(&prepare_), nullptr);
    uv_close(reinterpret_cast<uv_handle_t *>(&check_), nullptr);
  }

private:
  uv_prepare_t prepare_;
  uv_check_t check_;
};

namespace detail {
template <auto Callback> struct Watched;
template <class... Arguments, void (*Callback)(Arguments...)> struct Watched<Callback> {
  static void call(Arguments... arguments) {
    PollScope poll(clearway_thread_loop());
    Callback(arguments...);
  }
};
} // namespace detail

// A callback that is measured as one poll: uv_read_start(stream, allocate, clearway::uv_watched<on_read>).
template <auto Callback> inline constexpr auto uv_watched = &detail::Watched<Callback>::call;

} // namespace clearway
