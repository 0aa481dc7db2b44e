// Prints what the hot path costs, in nanoseconds: the smallest of many rounds, since the machine is shared.
#include <clearway/probe_inline.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>

extern "C" CLEARWAY_HOT_API int clearway_empty_call(clearway_loop *loop); // of another shared library

template <class Call> static double cheapest_ns(Call call) {
  constexpr int rounds = 200, calls = 10'000;
  uint64_t best = UINT64_MAX;
  for (int round = 0; round < rounds; ++round) {
    uint64_t begin = clearway_clock_ns();
    for (int i = 0; i < calls; ++i) {
      call();
    }
    best = std::min(best, clearway_clock_ns() - begin);
  }
  return double(best) / calls;
}

template <class Call> static void print(const char *name, Call call) {
  std::printf("%-44s %6.1f ns\n", name, cheapest_ns(call));
}

int main() {
  clearway_config config{};
  config.struct_size = sizeof config;
  clearway_loop *loop = nullptr;
  if (clearway_probe_start(&config) != CLEARWAY_OK || clearway_loop_create(nullptr, &loop) != CLEARWAY_OK ||
      clearway_loop_attach(loop) != CLEARWAY_OK) {
    std::fputs("the probe does not start here\n", stderr);
    return 1;
  }
  print("one clock reading", [&] { return clearway_ticks(reinterpret_cast<clearway_slot *>(loop)); });
  print("call of an empty function", [&] { clearway_empty_call(loop); });
  print("heartbeat, inline", [&] { clearway_inline_heartbeat(loop); });
  print("heartbeat", [&] { clearway_loop_heartbeat(loop); });
  print("begin and end, inline", [&] {
    clearway_inline_begin(loop, 0);
    clearway_inline_end(loop);
  });
  print("begin and end", [&] {
    clearway_loop_begin(loop, 0);
    clearway_loop_end(loop);
  });
  print("chained poll, inline", [&] { clearway_inline_poll(loop, 0); });
  print("chained poll", [&] { clearway_loop_poll(loop, 0); });
  clearway_loop_destroy(loop);
  clearway_probe_stop();
}
