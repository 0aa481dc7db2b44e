// Signals that the program uses without a handler, so that they look free and are not.
#pragma once

#include <csignal>
#include <cstdint>

namespace clearway::probe {

// Bit n-1 is signal n, as in the kernel's own masks.
class SignalUse {
public:
  // Looks at the open signalfds, at threads that wait for signals and at the signals that threads block one by one. Where /proc
  // is not readable nothing is found. Some microseconds for each thread and each open file.
  static SignalUse of_process();

  // Read from a signalfd, or waited for (sigwait and its relatives).
  bool is_received(int signal) const { return has(received_, signal); }
  // Blocked by some thread that does not block most real-time signals, as threads do that shall get none.
  bool is_singled_out(int signal) const { return has(singled_out_, signal); }

private:
  static bool has(uint64_t mask, int signal) { return signal > 0 && signal <= 64 && (mask >> (signal - 1) & 1) != 0; }

  uint64_t received_ = 0;
  uint64_t singled_out_ = 0;
};

// Most real-time signals are in it: the thread shall get none, and means none in particular.
bool blocks_most_signals(uint64_t mask);

uint64_t mask_bits(const sigset_t &mask);

} // namespace clearway::probe
