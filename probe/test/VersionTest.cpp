// Programs built with an older or a newer header than the library.
#include "InChild.h"
#include "RecordingProbe.h"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

namespace {
// A structure of an older header, aligned as each is: behind it nothing can be read or written.
template <class Struct> class Older {
public:
  explicit Older(size_t size) {
    size_t page = size_t(sysconf(_SC_PAGESIZE));
    pages_ = static_cast<char *>(mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(pages_ + page, page, PROT_NONE);
    size_t room = (size + alignof(Struct) - 1) / alignof(Struct) * alignof(Struct);
    get = reinterpret_cast<Struct *>(pages_ + page - room);
    std::memcpy(static_cast<void *>(get), &size, sizeof size);
  }
  ~Older() { munmap(pages_, 2 * size_t(sysconf(_SC_PAGESIZE))); }
  Older(const Older &) = delete;
  Older &operator=(const Older &) = delete;

  Struct *get = nullptr;

private:
  char *pages_ = nullptr;
};

// Of a newer one.
template <class Struct> struct Newer {
  Struct known{};
  uint64_t added = 0;
  Newer() { known.struct_size = sizeof *this; }
};
} // namespace


static std::string standard_error_of(const std::function<void()> &function) {
  ChildResult result = in_child([&](std::ostream &out) {
    int ends[2];
    if (pipe(ends) == 0 && dup2(ends[1], STDERR_FILENO) >= 0) {
      function();
      close(ends[1]);
      close(STDERR_FILENO);
      char text[4096];
      ssize_t got = read(ends[0], text, sizeof text);
      out << std::string(text, got > 0 ? size_t(got) : 0);
    }
  });
  EXPECT_EQ(result.status, 0);
  return result.output;
}

TEST(OlderCaller, StartsWithDefaultsForWhatItDoesNotKnow) {
  for (size_t size : {sizeof(size_t), offsetof(clearway_config, tick_ns), offsetof(clearway_config, cgroup_path),
                      offsetof(clearway_config, totals_interval_ns)}) {
    Older<clearway_config> config(size);
    if (size > offsetof(clearway_config, threshold_ns)) {
      config.get->threshold_ns = 5 * ms;
    }
    ASSERT_EQ(clearway_probe_start(config.get), CLEARWAY_OK) << size;
    AttachedLoop loop;
    bool knows_threshold = size > offsetof(clearway_config, threshold_ns);
    loop.poll([&] { sleep_ms(knows_threshold ? 10 : 60); });
    EXPECT_EQ(loop.snapshot().stalls, 1u) << "above 5 ms, or above the default of 50 ms";
    clearway_probe_stop();
  }
}

TEST(OlderCaller, TakesWhatFitsFromTheEnvironment) {
  setenv("CLEARWAY_PROBE_THRESHOLD_MS", "12", 1);
  setenv("CLEARWAY_PROBE_JSONL", "records", 1);
  setenv("CLEARWAY_PROBE_TRACE", "trace", 1);
  Older<clearway_config> without_last(offsetof(clearway_config, totals_interval_ns));
  EXPECT_EQ(clearway_config_from_env(without_last.get), CLEARWAY_OK);
  EXPECT_EQ(without_last.get->threshold_ns, 12 * ms);
  EXPECT_STREQ(without_last.get->trace_path, "trace");
  std::string told = standard_error_of([] {
    Older<clearway_config> without_trace(offsetof(clearway_config, trace_path));
    EXPECT_EQ(clearway_config_from_env(without_trace.get), CLEARWAY_OK);
    EXPECT_STREQ(without_trace.get->jsonl_path, "records");
    Older<clearway_config> only_size(sizeof(size_t));
    EXPECT_EQ(clearway_config_from_env(only_size.get), CLEARWAY_OK);
  });
  EXPECT_NE(told.find("CLEARWAY_PROBE_TRACE is ignored: the program was built with a header"), std::string::npos) << told;
  EXPECT_NE(told.find("CLEARWAY_PROBE_THRESHOLD_MS is ignored"), std::string::npos) << told;
  unsetenv("CLEARWAY_PROBE_THRESHOLD_MS");
  unsetenv("CLEARWAY_PROBE_JSONL");
  unsetenv("CLEARWAY_PROBE_TRACE");
}

TEST(OlderCaller, GetsWhatItHasRoomFor) {
  AttachedLoop loop;
  loop.poll([] {});
  Older<clearway_snapshot> counts(offsetof(clearway_snapshot, causes));
  EXPECT_EQ(clearway_loop_snapshot(loop.get(), counts.get), CLEARWAY_OK);
  EXPECT_EQ(counts.get->polls, 1u);
  Older<clearway_installation> state(offsetof(clearway_installation, running_stacks));
  EXPECT_EQ(clearway_probe_installed(state.get), CLEARWAY_E_NOT_RUNNING);
  EXPECT_NE(state.get->problem, nullptr);
  Older<clearway_scope_result> result(offsetof(clearway_scope_result, cause));
  clearway_scope *scope = nullptr;
  ASSERT_EQ(clearway_scope_begin(loop.get(), 1000 * ms, &scope), CLEARWAY_OK);
  loop.poll([] {});
  EXPECT_EQ(clearway_scope_end(scope, result.get), CLEARWAY_OK);
  EXPECT_EQ(result.get->polls, 1u);
}

TEST(NewerCaller, WorksIfItSetsNothingThatIsNotKnown) {
  Newer<clearway_config> config;
  ASSERT_EQ(clearway_probe_start(&config.known), CLEARWAY_OK);
  clearway_probe_stop();
  Newer<clearway_config> from_environment;
  EXPECT_EQ(clearway_config_from_env(&from_environment.known), CLEARWAY_OK);
  Newer<clearway_loop_config> loop_config;
  clearway_loop *loop = nullptr;
  ASSERT_EQ(clearway_loop_create(&loop_config.known, &loop), CLEARWAY_OK);
  Newer<clearway_snapshot> counts;
  counts.added = 77;
  EXPECT_EQ(clearway_loop_snapshot(loop, &counts.known), CLEARWAY_OK);
  EXPECT_EQ(counts.added, 77u) << "left alone";
  clearway_loop_destroy(loop);
}

TEST(NewerCaller, IsToldWhatToDoOtherwise) {
  std::string told = standard_error_of([] {
    Newer<clearway_config> config;
    config.added = 1;
    EXPECT_EQ(clearway_probe_start(&config.known), CLEARWAY_E_VERSION);
    EXPECT_EQ(clearway_config_from_env(&config.known), CLEARWAY_E_VERSION);
    Newer<clearway_loop_config> loop_config;
    loop_config.added = 1;
    clearway_loop *loop = nullptr;
    EXPECT_EQ(clearway_loop_create(&loop_config.known, &loop), CLEARWAY_E_VERSION);
    EXPECT_EQ(loop, nullptr);
    Newer<clearway_span_limits> limits;
    limits.added = 1;
    EXPECT_EQ(clearway_operation_set_limits(clearway_operation_of("limited"), &limits.known), CLEARWAY_E_VERSION);
  });
  for (const char *name : {"clearway_config", "clearway_loop_config", "clearway_span_limits"}) {
    EXPECT_NE(told.find(std::string(name) + ".struct_size is "), std::string::npos) << told;
  }
  EXPECT_NE(told.find("which library version " CLEARWAY_PROBE_VERSION " does not know: leave it zero, or load a library as new"),
            std::string::npos)
      << told;
}

TEST(SizeThatWasNeverSet, IsTold) {
  std::string told = standard_error_of([] {
    clearway_config none{};
    EXPECT_EQ(clearway_probe_start(&none), CLEARWAY_E_VERSION);
    EXPECT_EQ(clearway_config_from_env(&none), CLEARWAY_E_VERSION);
    clearway_config rubbish{};
    rubbish.struct_size = size_t(-1);
    EXPECT_EQ(clearway_probe_start(&rubbish), CLEARWAY_E_VERSION);
  });
  EXPECT_NE(told.find("clearway_config.struct_size is 0: set it to sizeof(clearway_config) before the call"), std::string::npos)
      << told;
  EXPECT_NE(told.find("clearway_config.struct_size is 18446744073709551615: set it"), std::string::npos) << told;
}
