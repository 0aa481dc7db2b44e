// Coroutines of the program's own kind, resumed by its own queue and by Asio's callbacks.
#include "RecordingProbe.h"

#include <clearway/coroutine.h>

#include <asio.hpp>

#include <deque>
#include <memory>
#include <thread>

extern "C" __attribute__((noinline)) void culprit_sleeps() {
  sleep_ms(60);
  asm volatile("");
}

namespace {
// The least a coroutine type needs: starts at once, ends by itself.
struct Task {
  struct promise_type {
    Task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  std::coroutine_handle<> handle;
};

struct Queue {
  std::deque<std::coroutine_handle<>> ready;
  void run() {
    while (!ready.empty()) {
      auto next = ready.front();
      ready.pop_front();
      next.resume();
    }
  }
  // Waits for its turn.
  auto turn() {
    struct Awaiter {
      Queue &queue;
      bool await_ready() { return false; }
      void await_suspend(std::coroutine_handle<> suspended) { queue.ready.push_back(suspended); }
      int await_resume() { return 7; }
    };
    return Awaiter{*this};
  }
};

// Refuses to suspend, or hands over to another coroutine.
struct NeverSuspends {
  bool await_ready() { return false; }
  bool await_suspend(std::coroutine_handle<>) { return false; }
  std::unique_ptr<int> await_resume() { return std::make_unique<int>(3); }
};

struct HandsBack {
  bool await_ready() { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> suspended) { return suspended; }
  void await_resume() {}
};

struct WithOperator {
  HandsBack operator co_await() const { return {}; }
};

struct Sleep {
  asio::steady_timer &timer;
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> suspended) {
    timer.async_wait([suspended](std::error_code) { suspended.resume(); });
  }
  void await_resume() {}
};
} // namespace

struct Coroutine : testing::Test {
  static clearway_config config() {
    clearway_config wanted{};
    wanted.threshold_ns = 20 * ms;
    return wanted;
  }
  RecordingProbe probe{config()};
  AttachedLoop loop{"coroutines"};
  Queue queue;
};

TEST_F(Coroutine, EachResumptionIsAPoll) {
  auto task = [](Queue &queue) -> Task {
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(co_await clearway::measured(queue.turn()), 7);
    }
  };
  task(queue);
  task(queue);
  queue.run();
  EXPECT_EQ(loop.snapshot().polls, 10u);
  EXPECT_EQ(loop.snapshot().misuse_nested + loop.snapshot().misuse_end, 0u);
}

TEST_F(Coroutine, NamesOperationAndCulprit) {
  static const clearway_operation decode = clearway_operation_of("decode");
  [](Queue &queue) -> Task {
    co_await clearway::measured(queue.turn(), decode);
    culprit_sleeps();
    co_await clearway::measured(queue.turn());
  }(queue);
  queue.run();
  auto reports = probe.reports();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].operation, "decode");
  EXPECT_TRUE(reports[0].names("culprit_sleeps")) << reports[0].text();
}

TEST_F(Coroutine, WaitingIsNoStall) {
  asio::io_context context;
  asio::steady_timer timer(context, std::chrono::milliseconds(80));
  [](asio::steady_timer &timer) -> Task { co_await clearway::measured(Sleep{timer}); }(timer);
  context.run();
  EXPECT_EQ(loop.snapshot().polls, 1u);
  EXPECT_EQ(loop.snapshot().stalls, 0u);
}

TEST_F(Coroutine, OneThatIsNotSuspendedGoesOn) {
  int result = 0;
  [](int &result) -> Task { result = *co_await clearway::measured(NeverSuspends{}); }(result);
  EXPECT_EQ(result, 3);
  EXPECT_EQ(loop.snapshot().polls, 0u);
}

TEST_F(Coroutine, SymmetricTransferAndOperators) {
  int reached = 0;
  [](int &reached) -> Task {
    co_await clearway::measured(HandsBack{});
    WithOperator lvalue;
    co_await clearway::measured(lvalue);
    reached = 1;
  }(reached);
  EXPECT_EQ(reached, 1);
  EXPECT_GE(loop.snapshot().polls, 1u);
}

TEST_F(Coroutine, DestroyedWhileItWaits) {
  Task task = [](Queue &queue) -> Task { co_await clearway::measured(queue.turn()); }(queue);
  task.handle.destroy(); // a leak of the stand-in would be seen by AddressSanitizer
  EXPECT_EQ(loop.snapshot().polls, 0u);
}

TEST_F(Coroutine, ResumedByAThreadWithoutALoopItIsNotMeasured) {
  bool reached = false;
  [](Queue &queue, bool &reached) -> Task {
    co_await clearway::measured(queue.turn());
    reached = true;
  }(queue, reached);
  std::thread([this] { queue.run(); }).join();
  EXPECT_TRUE(reached);
  EXPECT_EQ(loop.snapshot().polls, 0u);
}
