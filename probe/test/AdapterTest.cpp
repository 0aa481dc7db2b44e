// The adapters, on the real event loops.
#include "RecordingProbe.h"

#include <clearway/asio.h>
#include <clearway/gtest.h>
#include <clearway/uv.h>

#include <asio.hpp>
#include <gtest/gtest-spi.h>

#include <sys/epoll.h>
#include <unistd.h>

static clearway_config threshold_of(uint64_t ns) {
  clearway_config config{};
  config.threshold_ns = ns;
  return config;
}

extern "C" __attribute__((noinline)) void culprit_sleeps() {
  sleep_ms(60);
  asm volatile(""); // no tail call: the frame stays
}

// ---- Asio ----

struct AsioAdapter : testing::Test {
  RecordingProbe probe{threshold_of(20 * ms)};
  AttachedLoop loop{"asio"};
  asio::io_context context;
  clearway::ProbedExecutor<asio::io_context::executor_type> executor{context.get_executor()};
};

TEST_F(AsioAdapter, EachHandlerIsAPoll) {
  for (int i = 0; i < 10; ++i) {
    asio::post(executor, [] {});
  }
  context.run();
  EXPECT_EQ(loop.snapshot().polls, 10u);
}

TEST_F(AsioAdapter, NamesTheHandlerThatStalls) {
  asio::post(executor, culprit_sleeps);
  context.run();
  auto reports = probe.reports();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].report.cause, CLEARWAY_CAUSE_SYSCALL);
  EXPECT_TRUE(reports[0].names("culprit_sleeps")) << reports[0].text();
}

TEST_F(AsioAdapter, WaitingForATimerIsNoStall) {
  asio::steady_timer timer(executor, std::chrono::milliseconds(80));
  timer.async_wait([](std::error_code) {});
  context.run();
  EXPECT_EQ(loop.snapshot().polls, 1u);
  EXPECT_EQ(loop.snapshot().stalls, 0u);
}

TEST_F(AsioAdapter, ADispatchedHandlerBelongsToTheOuterPoll) {
  asio::post(executor, [this] { asio::dispatch(executor, [] {}); });
  context.run();
  EXPECT_EQ(loop.snapshot().polls, 1u);
  EXPECT_EQ(loop.snapshot().misuse_nested, 0u);
}

TEST_F(AsioAdapter, AHandlerThatThrowsEndsItsPoll) {
  asio::post(executor, [] { throw std::runtime_error("handler"); });
  EXPECT_THROW(context.run(), std::runtime_error);
  EXPECT_EQ(loop.snapshot().polls, 1u);
  EXPECT_EQ(loop.snapshot().polling, 0);
}

TEST_F(AsioAdapter, ConvertsToAnyExecutorAndRunsInAStrand) {
  asio::any_io_executor any = executor;
  auto strand = asio::make_strand(any);
  asio::post(strand, [] {});
  context.run();
  EXPECT_GE(loop.snapshot().polls, 1u);
}

TEST_F(AsioAdapter, WithoutALoopHandlersRunUnmeasured) {
  int ran = 0;
  asio::post(executor, [&] { ++ran; });
  std::thread([&] { context.run(); }).join();
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(loop.snapshot().polls, 0u);
  EXPECT_EQ(loop.snapshot().misuse_thread, 0u);
}

// ---- libuv ----

struct UvAdapter : testing::Test {
  RecordingProbe probe{threshold_of(20 * ms)};
  AttachedLoop loop{"uv"};
  uv_loop_t uv;
  void SetUp() override { ASSERT_EQ(uv_loop_init(&uv), 0); }

  void run_with(uv_timer_cb callback, int times) {
    clearway::UvWatch watch(&uv, loop.get());
    uv_timer_t timer;
    uv_timer_init(&uv, &timer);
    left = times;
    timer.data = this;
    body = callback;
    uv_timer_start(&timer, [](uv_timer_t *handle) {
      auto *self = static_cast<UvAdapter *>(handle->data);
      self->body(handle);
      if (--self->left == 0) {
        uv_close(reinterpret_cast<uv_handle_t *>(handle), nullptr);
      }
    }, 40, 40);
    uv_run(&uv, UV_RUN_DEFAULT);
    watch.close();
    uv_run(&uv, UV_RUN_DEFAULT);
    EXPECT_EQ(uv_loop_close(&uv), 0);
  }

  int left = 0;
  uv_timer_cb body = nullptr;
};

TEST_F(UvAdapter, WaitingIsNoStall) {
  run_with([](uv_timer_t *) {}, 4);
  EXPECT_GE(loop.snapshot().polls, 3u);
  EXPECT_EQ(loop.snapshot().stalls, 0u);
  EXPECT_EQ(loop.snapshot().misuse_nested + loop.snapshot().misuse_end, 0u);
}

TEST_F(UvAdapter, NamesTheTimerThatStalls) {
  run_with([](uv_timer_t *) { culprit_sleeps(); }, 2);
  auto reports = probe.reports();
  ASSERT_GE(reports.size(), 1u);
  EXPECT_TRUE(reports[0].names("culprit_sleeps")) << reports[0].text();
}

static void on_readable(uv_poll_t *handle, int, int) {
  culprit_sleeps();
  uv_close(reinterpret_cast<uv_handle_t *>(handle), nullptr);
}

TEST_F(UvAdapter, NamesTheSocketCallbackThatStalls) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  uv_poll_t readable;
  uv_poll_init(&uv, &readable, ends[0]);
  uv_poll_start(&readable, UV_READABLE, clearway::uv_watched<on_readable>);
  uv_run(&uv, UV_RUN_DEFAULT);
  EXPECT_EQ(uv_loop_close(&uv), 0);
  EXPECT_EQ(loop.snapshot().stalls, 1u);
  auto reports = probe.reports();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_TRUE(reports[0].names("culprit_sleeps")) << reports[0].text();
  close(ends[0]);
  close(ends[1]);
}

// ---- Loops that wait themselves ----

TEST(WaitAdapter, BusyFromTheReturnOfEpollToTheNextWait) {
  RecordingProbe probe(threshold_of(20 * ms));
  AttachedLoop loop("epoll");
  int epoll = epoll_create1(0);
  epoll_event event;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(clearway::idle_while(loop.get(), [&] { return epoll_wait(epoll, &event, 1, 60); }), 0);
    if (i == 1) {
      culprit_sleeps();
    }
  }
  clearway_loop_idle(loop.get());
  EXPECT_EQ(loop.snapshot().polls, 3u);
  EXPECT_EQ(loop.snapshot().stalls, 1u);
  close(epoll);
}

TEST(WaitAdapter, KeepsErrno) {
  AttachedLoop loop("epoll");
  epoll_event event;
  EXPECT_EQ(clearway::idle_while(loop.get(), [&] { return epoll_wait(-1, &event, 1, 0); }), -1);
  EXPECT_EQ(errno, EBADF);
}

// ---- Assertions ----

TEST(NoStall, PassesWhereNothingStalls) {
  RecordingProbe probe;
  AttachedLoop loop;
  clearway::NoStall scope(1000 * ms);
  loop.poll([] {});
}

TEST(NoStall, FailsNamingTheCulprit) {
  RecordingProbe probe;
  AttachedLoop loop;
  EXPECT_NONFATAL_FAILURE(
      {
        clearway::NoStall scope(20 * ms);
        loop.poll(culprit_sleeps);
      },
      "culprit_sleeps");
}

TEST(NoStall, CoversLoopsThatAreCreatedInIt) {
  RecordingProbe probe;
  clearway::NoStall scope(1000 * ms);
  AttachedLoop loop;
  loop.poll([] {});
}

TEST(NoStall, FailsForALoopThatIsCreatedInIt) {
  RecordingProbe probe;
  EXPECT_NONFATAL_FAILURE(
      {
        clearway::NoStall scope(20 * ms);
        AttachedLoop loop;
        loop.poll(culprit_sleeps);
      },
      "culprit_sleeps");
}

TEST(NoStall, FailsWhereNothingIsMeasured) {
  RecordingProbe probe;
  EXPECT_NONFATAL_FAILURE({ clearway::NoStall scope(1000 * ms); }, "no thread");
}
