#include "Verdict.h"

#include <algorithm>
#include <functional>
#include <map>

namespace clearway::probe {

static bool has_stack(const Sample &sample) { return !sample.stack.addresses.empty() || !sample.extra.empty(); }

// Equal but for the innermost instruction, which moves while a function computes.
static bool same_callers(const Sample &a, const Sample &b) {
  const auto &x = a.stack.addresses;
  const auto &y = b.stack.addresses;
  return x.size() == y.size() && a.extra.size() == b.extra.size() &&
         (x.empty() || std::equal(x.begin() + 1, x.end(), y.begin() + 1));
}

// Samples are dense at first and rare later, so that each counts for the time it covers.
static uint64_t weight(const Sample &sample) { return sample.covers_ns + 1; }

static clearway_cause heaviest(const std::vector<Sample> &samples) {
  std::array<uint64_t, CLEARWAY_CAUSE_COUNT> weights{};
  for (const Sample &sample : samples) {
    weights[sample.cause] += weight(sample);
  }
  auto best = std::max_element(weights.begin() + 1, weights.end()); // unknown only if nothing else
  return *best == 0 ? CLEARWAY_CAUSE_UNKNOWN : clearway_cause(best - weights.begin());
}

static void choose_detail(const std::vector<Sample> &samples, Verdict &verdict) {
  std::map<std::string, uint64_t> details;
  uint64_t best = 0;
  for (const Sample &sample : samples) {
    if (sample.cause != verdict.cause || sample.detail.empty()) {
      continue;
    }
    uint64_t sum = details[sample.detail] += weight(sample);
    if (sum > best) {
      best = sum;
      verdict.detail = sample.detail;
    }
  }
}

// A thread that runs on while its interpreter's frames are read may show none: such a sample names the culprit only if no
// other does.
static void choose_stack(const std::vector<Sample> &samples, Verdict &verdict) {
  bool interpreted = std::any_of(samples.begin(), samples.end(), [&](const Sample &sample) {
    return sample.cause == verdict.cause && !sample.extra.empty();
  });
  uint64_t best = 0;
  for (const Sample &candidate : samples) {
    if (candidate.cause != verdict.cause || !has_stack(candidate) || (interpreted && candidate.extra.empty())) {
      continue;
    }
    uint64_t sum = 0;
    uint32_t same = 0;
    for (const Sample &other : samples) {
      bool agrees = other.cause == candidate.cause && has_stack(other) && same_callers(candidate, other);
      sum += agrees ? weight(other) : 0;
      same += agrees;
    }
    if (sum > best) {
      best = sum;
      verdict.stack = &candidate;
      verdict.stack_samples = same;
    }
  }
}

// A stack of a sample that said something else is better than none, and says so.
static void choose_any_stack(const std::vector<Sample> &samples, Verdict &verdict) {
  for (const Sample &sample : samples) {
    if (verdict.stack == nullptr && has_stack(sample)) {
      verdict.stack = &sample;
      verdict.stack_samples = 1;
      verdict.stack_note = std::string("taken when the cause looked like ") + clearway_cause_name(sample.cause);
    }
  }
}

static bool same_functions(const std::vector<ExtraFrame> &a, const std::vector<ExtraFrame> &b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const ExtraFrame &x, const ExtraFrame &y) {
    return x.function == y.function && x.file == y.file;
  });
}

// Frames of an interpreter are read at once; the native ones under them come when the thread runs, which may be after
// the next sample, or never.
static void complete_with_native(const std::vector<Sample> &samples, Verdict &verdict) {
  if (verdict.stack == nullptr || !verdict.stack->stack.addresses.empty()) {
    return;
  }
  auto native = std::find_if(samples.begin(), samples.end(), [&](const Sample &sample) {
    return sample.cause == verdict.stack->cause && !sample.stack.addresses.empty() &&
           same_functions(sample.extra, verdict.stack->extra);
  });
  if (native != samples.end()) {
    verdict.stack = &*native;
  } else if (!verdict.stack->stack_note.empty()) {
    verdict.stack_note += (verdict.stack_note.empty() ? "" : "; ") + ("no native frames: " + verdict.stack->stack_note);
  }
}

// The frames up to a frame pointer that nothing confirms are certain.
static void tell_of_guesses(Verdict &verdict) {
  if (verdict.stack == nullptr || verdict.stack->stack.first_guess == SIZE_MAX) {
    return;
  }
  size_t first = verdict.stack->extra.size() + verdict.stack->stack.first_guess;
  verdict.stack_note += (verdict.stack_note.empty() ? "" : "; ") + std::string("frames from number ") +
                        std::to_string(first + 1) + " on are a guess: a blocked thread does not show its frame pointer";
}

Verdict judge(const std::vector<Sample> &samples) {
  Verdict verdict;
  for (const Sample &sample : samples) {
    verdict.by_cause[sample.cause]++;
    verdict.samples++;
  }
  verdict.cause = heaviest(samples);
  choose_detail(samples, verdict);
  choose_stack(samples, verdict);
  choose_any_stack(samples, verdict);
  complete_with_native(samples, verdict);
  tell_of_guesses(verdict);
  if (verdict.stack == nullptr) {
    verdict.stack_note = samples.empty() ? "the poll was over before the watchdog looked" : samples[0].stack_note;
  }
  return verdict;
}

static uint64_t mix(uint64_t hash, uint64_t value) {
  hash ^= value;
  return hash * 0x100000001b3u; // FNV-1a, a word at a time
}

uint64_t stack_hash(const Sample &sample, const Modules &modules) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const ExtraFrame &frame : sample.extra) {
    hash = mix(hash, std::hash<std::string>{}(frame.function + "@" + frame.file));
  }
  for (size_t i = 1; i < sample.stack.addresses.size(); ++i) {
    uintptr_t address = sample.stack.addresses[i];
    auto module = modules.find(address);
    hash = mix(hash, module == nullptr ? address
                                       : std::hash<std::string>{}(module->path) ^ (address - module->bias));
  }
  return hash;
}

} // namespace clearway::probe
