// A loop that stalls in known places, watched by the probe: `server RECORDS [TRACE PROMETHEUS]`.
#include <clearway/probe.h>

#include <chrono>
#include <condition_variable>
#include <coroutine>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>

namespace server {

struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::abort(); }
  };
};

std::deque<std::coroutine_handle<>> ready;

struct NextTurn {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const { ready.push_back(handle); }
  void await_resume() const noexcept {}
};

// Predicted and seen: the sleep is two calls below the coroutine.
__attribute__((noinline)) void back_off() {
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
}

inline void retry() {
  back_off();
}

Task fetch() {
  co_await NextTurn{};
  retry();
}

// Predicted, and it runs, but it takes no time.
Task log_line(const char *path) {
  co_await NextTurn{};
  std::ofstream file(path, std::ios::app);
  file << "line\n";
  co_await NextTurn{};
}

// Predicted, and it never runs.
Task shut_down(bool really) {
  co_await NextTurn{};
  if (really)
    std::this_thread::sleep_for(std::chrono::seconds(1));
}

// Seen, and not predicted: no catalogue knows how long this computes.
__attribute__((noinline)) unsigned long tokenize(std::chrono::steady_clock::time_point end) {
  unsigned long sum = 1;
  while (std::chrono::steady_clock::now() < end)
    for (unsigned i = 0; i < 1000; ++i)
      sum = sum * 6364136223846793005ul + i;
  return sum;
}

Task complete() {
  co_await NextTurn{};
  volatile unsigned long sum = tokenize(std::chrono::steady_clock::now() + std::chrono::milliseconds(80));
  (void)sum;
}

void run(clearway_loop *loop) {
  while (!ready.empty()) {
    std::coroutine_handle<> next = ready.front();
    ready.pop_front();
    clearway_loop_begin(loop, 0);
    next.resume();
    clearway_loop_end(loop);
  }
}

} // namespace server

int main(int argc, char **argv) {
  if (argc < 2)
    return 2;
  clearway_config config = {};
  config.struct_size = sizeof config;
  config.threshold_ns = 20'000'000;
  config.jsonl_path = argv[1];
  config.trace_path = argc > 2 ? argv[2] : nullptr;
  config.prometheus_path = argc > 3 ? argv[3] : nullptr;
  if (clearway_probe_start(&config) != CLEARWAY_OK)
    return 1;
  clearway_loop *loop = nullptr;
  clearway_loop_create(nullptr, &loop);
  clearway_loop_attach(loop);
  for (int i = 0; i < 3; ++i)
    server::fetch();
  for (int i = 0; i < 50; ++i)
    server::log_line("/dev/null");
  server::shut_down(false);
  server::complete();
  server::run(loop);
  const int stopped = clearway_probe_stop();
  clearway_loop_destroy(loop);
  return stopped == CLEARWAY_OK ? 0 : 1;
}
