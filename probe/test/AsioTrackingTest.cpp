// Asio's handler tracking: a program whose code does not know the probe.
#include "RecordingProbe.h"

#include <asio.hpp>

#include <thread>

extern "C" __attribute__((noinline)) void culprit_sleeps() {
  sleep_ms(60);
  asm volatile("");
}

struct AsioTracking : testing::Test {
  static clearway_config config() {
    clearway_config wanted{};
    wanted.threshold_ns = 20 * ms;
    return wanted;
  }
  RecordingProbe probe{config()};
  AttachedLoop loop{"asio"};
  asio::io_context context;
};

TEST_F(AsioTracking, EachHandlerIsAPoll) {
  for (int i = 0; i < 10; ++i) {
    asio::post(context, [] {});
  }
  context.run();
  EXPECT_EQ(loop.snapshot().polls, 10u);
  EXPECT_EQ(loop.snapshot().misuse_nested + loop.snapshot().misuse_end, 0u);
}

TEST_F(AsioTracking, WaitingForATimerIsNoStall) {
  asio::steady_timer timer(context, std::chrono::milliseconds(80));
  timer.async_wait([](std::error_code) {});
  context.run();
  EXPECT_EQ(loop.snapshot().polls, 1u);
  EXPECT_EQ(loop.snapshot().stalls, 0u);
}

TEST_F(AsioTracking, NamesOperationAndCulprit) {
  asio::steady_timer timer(context, std::chrono::milliseconds(1));
  timer.async_wait([](std::error_code) { culprit_sleeps(); });
  context.run();
  auto reports = probe.reports();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_NE(reports[0].operation.find(".async_wait"), std::string::npos) << reports[0].operation;
  EXPECT_TRUE(reports[0].names("culprit_sleeps")) << reports[0].text();
}

TEST_F(AsioTracking, SocketsToo) {
  asio::ip::tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
  asio::ip::tcp::socket client(context), server(context);
  char byte = 0;
  acceptor.async_accept(server, [&](std::error_code error) {
    ASSERT_FALSE(error);
    asio::async_read(server, asio::buffer(&byte, 1), [](std::error_code, size_t) { culprit_sleeps(); });
  });
  client.async_connect(acceptor.local_endpoint(), [&](std::error_code error) {
    ASSERT_FALSE(error);
    asio::async_write(client, asio::buffer("x", 1), [](std::error_code, size_t) {});
  });
  context.run();
  EXPECT_EQ(loop.snapshot().polls, 4u);
  auto reports = probe.reports();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_NE(reports[0].operation.find("async_receive"), std::string::npos) << reports[0].operation;
}

TEST_F(AsioTracking, AHandlerInAHandlerBelongsToThePoll) {
  asio::post(context, [this] { asio::dispatch(context, [] {}); });
  context.run();
  EXPECT_EQ(loop.snapshot().polls, 1u);
}

TEST_F(AsioTracking, AHandlerThatThrowsEndsItsPoll) {
  asio::post(context, [] { throw std::runtime_error("handler"); });
  EXPECT_THROW(context.run(), std::runtime_error);
  EXPECT_EQ(loop.snapshot().polls, 1u);
  EXPECT_EQ(loop.snapshot().polling, 0);
}

TEST_F(AsioTracking, CoroutinesAreMeasuredFromResumptionToSuspension) {
  asio::co_spawn(context, []() -> asio::awaitable<void> {
    asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(50));
    co_await timer.async_wait(asio::use_awaitable);
    culprit_sleeps();
    timer.expires_after(std::chrono::milliseconds(50));
    co_await timer.async_wait(asio::use_awaitable);
  }, asio::detached);
  context.run();
  EXPECT_EQ(loop.snapshot().stalls, 1u) << "the waits are none";
}

TEST_F(AsioTracking, WithoutALoopHandlersRunUnmeasured) {
  int ran = 0;
  asio::post(context, [&] { ++ran; });
  std::thread([&] { context.run(); }).join();
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(loop.snapshot().polls, 0u);
}
