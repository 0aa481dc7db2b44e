// Functions of the host that the library calls, and a start that fails.
#include "InChild.h"
#include "RecordingProbe.h"

#include <atomic>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <vector>

static void remember(int, const char *text, void *messages) {
  static_cast<std::vector<std::string> *>(messages)->push_back(text);
}

static std::string joined(const std::vector<std::string> &messages) {
  std::string all;
  for (const std::string &message : messages) {
    all += message + "\n";
  }
  return all;
}

// What stands on standard error while a function runs, in a child.
template <class Function> static ChildResult standard_error_of(Function function) {
  return in_child([&](std::ostream &out) {
    int ends[2];
    if (pipe(ends) != 0 || dup2(ends[1], STDERR_FILENO) < 0) {
      return;
    }
    function(out);
    close(ends[1]);
    close(STDERR_FILENO);
    char text[4096];
    ssize_t got = read(ends[0], text, sizeof text);
    out << std::string(text, got > 0 ? size_t(got) : 0);
  });
}

// ---- A start that fails ----

TEST(FailedStart, TellsItsOwnHandlerAndForgetsIt) {
  ChildResult result = standard_error_of([](std::ostream &out) {
    std::vector<std::string> messages;
    clearway_config config{};
    config.struct_size = sizeof config;
    config.on_message = remember;
    config.on_message_user = &messages;
    config.jsonl_path = "/nonexistent-folder/stalls.jsonl";
    out << "status " << clearway_probe_start(&config) << ", told " << joined(messages);
    messages.clear();
    clearway_loop *loop = nullptr;
    clearway_loop_create(nullptr, &loop);
    clearway_loop_begin(loop, 0); // a mistake, after which the handler's data may be gone
    out << "later " << messages.size() << "\n";
  });
  EXPECT_NE(result.output.find("status " + std::to_string(CLEARWAY_E_OUTPUT) + ", told cannot write"), std::string::npos)
      << result.output;
  EXPECT_NE(result.output.find("later 0\n"), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("clearway-probe: warning: clearway_loop_begin on loop"), std::string::npos)
      << "messages go to standard error again: " << result.output;
}

TEST(FailedStart, TellsItsHandlerWhatIsWrongWithTheConfiguration) {
  std::vector<std::string> messages;
  clearway_config config{};
  config.struct_size = sizeof config;
  config.on_message = remember;
  config.on_message_user = &messages;
  config.threshold_ns = 51;
  EXPECT_EQ(clearway_probe_start(&config), CLEARWAY_E_INVALID);
  EXPECT_NE(joined(messages).find("threshold_ns is 51"), std::string::npos) << joined(messages);
}

TEST(FailedStart, WithoutThreadsForgetsItsHandler) {
  ChildResult result = standard_error_of([](std::ostream &out) {
    std::vector<std::string> messages;
    clearway_config config{};
    config.struct_size = sizeof config;
    config.on_message = remember;
    config.on_message_user = &messages;
    refuse_syscalls({SYS_clone, SYS_clone3}, EAGAIN);
    out << "told " << (clearway_probe_start(&config), joined(messages));
    messages.clear();
    clearway_loop *loop = nullptr;
    clearway_loop_create(nullptr, &loop);
    clearway_loop_end(loop);
    out << "later " << messages.size() << "\n";
  });
  EXPECT_EQ(result.output.rfind("told the watchdog thread cannot be started", 0), 0u) << result.output;
  EXPECT_NE(result.output.find("later 0\n"), std::string::npos) << result.output;
}

TEST(FailedStart, KeepsTheThresholdAndTheConfigurationBefore) {
  clearway_config good{};
  good.struct_size = sizeof good;
  good.threshold_ns = 5 * ms;
  ASSERT_EQ(clearway_probe_start(&good), CLEARWAY_OK);
  ASSERT_EQ(clearway_probe_stop(), CLEARWAY_OK);
  clearway_config bad = good;
  bad.threshold_ns = 5000 * ms;
  bad.trace_path = "/nonexistent-folder/trace.json";
  EXPECT_EQ(clearway_probe_start(&bad), CLEARWAY_E_OUTPUT);
  AttachedLoop loop;
  loop.poll([] { sleep_ms(10); });
  EXPECT_EQ(loop.snapshot().stalls, 1u) << "above the 5 ms in force";
  EXPECT_EQ(clearway_probe_start(nullptr), CLEARWAY_OK) << "the last configuration that worked";
  clearway_probe_stop();
}

// ---- Functions that throw ----

static clearway_config short_threshold() {
  clearway_config config{};
  config.struct_size = sizeof config;
  config.threshold_ns = 5 * ms;
  config.reports_per_second = config.reports_burst = 1000;
  return config;
}

static clearway_installation installation() {
  clearway_installation state{};
  state.struct_size = sizeof state;
  clearway_probe_installed(&state);
  return state;
}

static void throw_error(const clearway_report *, void *called) {
  ++*static_cast<std::atomic<int> *>(called);
  throw std::runtime_error("the database is away");
}

TEST(ThrowingCallback, OfReportsIsCountedAndTheNextReportComes) {
  uint64_t before = installation().host_exceptions;
  std::vector<std::string> messages;
  std::atomic<int> called{0};
  clearway_config config = short_threshold();
  config.on_report = throw_error;
  config.on_report_user = &called;
  config.on_message = remember;
  config.on_message_user = &messages;
  ASSERT_EQ(clearway_probe_start(&config), CLEARWAY_OK);
  AttachedLoop first("first"), *loops[] = {&first};
  for (AttachedLoop *loop : loops) {
    loop->poll([] { sleep_ms(15); });
    loop->poll([] { sleep_ms(15); });
  }
  EXPECT_EQ(clearway_probe_flush(), CLEARWAY_OK);
  EXPECT_EQ(called, 2);
  EXPECT_EQ(installation().host_exceptions - before, 2u);
  ASSERT_NE(installation().problem, nullptr);
  EXPECT_NE(std::string(installation().problem).find("threw"), std::string::npos);
  EXPECT_EQ(clearway_probe_stop(), CLEARWAY_OK);
  EXPECT_EQ(joined(messages), "clearway_config.on_report threw an exception (the database is away); it is ignored and counted: "
                              "catch it in the function itself\n");
  EXPECT_EQ(first.snapshot().reports, 2u);
}

// A callback that throws on one loop's stall must not take another loop's report.
TEST(ThrowingCallback, OfReportsTakesNothingFromOtherLoops) {
  std::atomic<int> called{0};
  clearway_config config = short_threshold();
  config.on_report = throw_error;
  config.on_report_user = &called;
  config.on_message = remember;
  std::vector<std::string> messages;
  config.on_message_user = &messages;
  ASSERT_EQ(clearway_probe_start(&config), CLEARWAY_OK);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      AttachedLoop loop;
      loop.poll([] { sleep_ms(15); });
    });
  }
  for (std::thread &thread : threads) {
    thread.join();
  }
  clearway_probe_flush();
  EXPECT_EQ(called, 4);
  clearway_probe_stop();
}

TEST(ThrowingCallback, OfMessagesFallsBackToStandardError) {
  ChildResult result = standard_error_of([](std::ostream &out) {
    clearway_config config = short_threshold();
    config.on_message = [](int, const char *, void *) { throw 1; };
    config.trace_path = "/nonexistent-folder/trace.json";
    uint64_t before = installation().host_exceptions; // of this process before the fork
    out << clearway_probe_start(&config) << ", " << installation().host_exceptions - before << " thrown; ";
  });
  EXPECT_EQ(result.output, std::to_string(CLEARWAY_E_OUTPUT) +
                               ", 1 thrown; clearway-probe: error: cannot write '/nonexistent-folder/trace.json': No such file "
                               "or directory\n");
}

TEST(ThrowingCallback, OfFramesAndNamesCostsThoseOnly) {
  uint64_t before = installation().host_exceptions;
  RecordingProbe probe(short_threshold());
  AttachedLoop loop;
  clearway_set_frame_source(
      "throwing", [](const clearway_capture_target *, clearway_frame_sink *, void *) -> int { throw std::runtime_error("source"); },
      nullptr);
  clearway_set_demangler([](const char *, char *, size_t) -> size_t { throw std::runtime_error("demangler"); });
  loop.poll([] { sleep_ms(30); });
  auto reports = probe.reports();
  clearway_set_frame_source("throwing", nullptr, nullptr);
  clearway_set_demangler(nullptr);
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_TRUE(reports[0].names("sleep_ms")) << reports[0].text();
  EXPECT_GE(installation().host_exceptions - before, 2u);
  EXPECT_EQ(probe.messages().size(), 2u) << joined(probe.messages());
}

// ---- Functions that take their time ----

static std::atomic<int> reports_of_passing{0};
static std::atomic<bool> first_is_reported{false}, may_go_on{false};

static void hold_up_watchdog(const clearway_report *report, void *) {
  if (std::string(report->loop) == "passing") {
    ++reports_of_passing;
    return;
  }
  first_is_reported = true;
  while (!may_go_on) {
    sleep_ms(1);
  }
}

// The watchdog is busy while loops come, stall and go.
TEST(SlowCallback, LosesNoStallOfLoopsThatPassMeanwhile) {
  reports_of_passing = 0;
  first_is_reported = may_go_on = false;
  clearway_config config = short_threshold();
  config.on_report = hold_up_watchdog;
  ASSERT_EQ(clearway_probe_start(&config), CLEARWAY_OK);
  AttachedLoop first("first");
  first.poll([] { sleep_ms(10); });
  while (!first_is_reported) {
    sleep_ms(1);
  }
  std::thread passes([] {
    for (int i = 0; i < 5; ++i) {
      AttachedLoop passing("passing");
      passing.poll([] { sleep_ms(7); });
    }
  });
  passes.join();
  EXPECT_EQ(reports_of_passing, 0);
  may_go_on = true;
  EXPECT_EQ(clearway_probe_flush(), CLEARWAY_OK);
  EXPECT_EQ(reports_of_passing, 5);
  clearway_probe_stop();
}

// ---- Handlers that are in use ----

TEST(MessageHandler, IsNotInUseOnceTheProbeHasStopped) {
  static std::atomic<int> in_use{0};
  clearway_config config = short_threshold();
  config.on_message = [](int, const char *, void *) {
    ++in_use;
    sleep_ms(30);
    --in_use;
  };
  ASSERT_EQ(clearway_probe_start(&config), CLEARWAY_OK);
  clearway_loop *loop = nullptr;
  clearway_loop_create(nullptr, &loop);
  std::thread speaks([&] { clearway_loop_begin(loop, 0); });
  while (in_use == 0) {
    sleep_ms(1);
  }
  clearway_probe_stop();
  EXPECT_EQ(in_use, 0);
  speaks.join();
  clearway_loop_destroy(loop);
}

TEST(MessageHandler, MayStopAndStartNothingButItself) {
  static int calls = 0;
  clearway_config config = short_threshold();
  config.on_message = [](int, const char *, void *) {
    ++calls;
    clearway_loop *loop = nullptr;
    clearway_loop_create(nullptr, &loop); // a mistake in the handler, which is told to it again
    clearway_loop_end(loop);
    clearway_loop_destroy(loop);
  };
  ASSERT_EQ(clearway_probe_start(&config), CLEARWAY_OK);
  clearway_loop *loop = nullptr;
  clearway_loop_create(nullptr, &loop);
  clearway_loop_begin(loop, 0);
  EXPECT_GE(calls, 2);
  clearway_loop_destroy(loop);
  clearway_probe_stop();
}

// ---- Threads that are cancelled ----

// Writing a message or waking the watchdog is a point at which a cancelled thread may end. Not inside the library.
TEST(CancelledThread, EndsAtAPointOfItsOwn) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "AddressSanitizer takes the stack of a cancelled thread for damaged";
#endif
  RecordingProbe probe(short_threshold());
  clearway_loop *loop = nullptr;
  ASSERT_EQ(clearway_loop_create(nullptr, &loop), CLEARWAY_OK);
  std::atomic<bool> ready{false}, cancelled{false}, passed{false};
  std::thread thread([&] {
    for (ready = true; !cancelled;) {
    }
    clearway_loop_attach(loop);
    clearway_loop_begin(loop, 0);
    clearway_loop_begin(loop, 0);
    passed = true;
    pthread_testcancel();
    ADD_FAILURE() << "not cancelled";
  });
  while (!ready) {
    sleep_ms(1);
  }
  pthread_cancel(thread.native_handle());
  cancelled = true;
  thread.join();
  EXPECT_TRUE(passed);
  EXPECT_EQ(clearway_loop_installed(loop), CLEARWAY_E_NOT_ATTACHED);
  clearway_loop_destroy(loop);
}
