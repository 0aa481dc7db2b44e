// Used wrongly: nothing changes but a counter, and one message says what to do.
#include "RecordingProbe.h"

#include <string>
#include <thread>
#include <vector>

struct Misuse : testing::Test {
  // The only message, which a repetition does not send again.
  std::string told() {
    std::vector<std::string> messages = probe.messages();
    EXPECT_EQ(messages.size(), 1u);
    return messages.empty() ? "" : messages[0];
  }
  RecordingProbe probe;
  AttachedLoop loop{"main"};
};

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST_F(Misuse, FromAnotherThreadChangesNothing) {
  std::thread([&] {
    EXPECT_EQ(clearway_loop_begin(loop.get(), 0), CLEARWAY_E_THREAD);
    EXPECT_EQ(clearway_loop_end(loop.get()), CLEARWAY_E_THREAD);
    EXPECT_EQ(clearway_loop_poll(loop.get(), 0), CLEARWAY_E_THREAD);
    EXPECT_EQ(clearway_loop_heartbeat(loop.get()), CLEARWAY_E_THREAD);
    EXPECT_EQ(clearway_loop_idle(loop.get()), CLEARWAY_E_THREAD);
    EXPECT_EQ(clearway_loop_detach(loop.get()), CLEARWAY_E_THREAD);
  }).join();
  EXPECT_EQ(loop.snapshot().misuse_thread, 6u);
  EXPECT_EQ(loop.snapshot().polls, 0u);
  EXPECT_EQ(clearway_loop_begin(loop.get(), 0), CLEARWAY_OK) << "still attached";
  std::string text = told();
  EXPECT_SAYS(text, "clearway_loop_begin on loop 'main' from thread ");
  EXPECT_SAYS(text, "attached to thread " + std::to_string(loop.snapshot().thread_id));
  EXPECT_SAYS(text, "call it on the loop's own thread, or create a loop for this one");
}

TEST_F(Misuse, OfALoopWithoutAThreadNamesTheMissingCall) {
  clearway_loop *unattached = nullptr;
  ASSERT_EQ(clearway_loop_create(nullptr, &unattached), CLEARWAY_OK);
  EXPECT_EQ(clearway_loop_begin(unattached, 0), CLEARWAY_E_NOT_ATTACHED);
  EXPECT_EQ(clearway_loop_begin(unattached, 0), CLEARWAY_E_NOT_ATTACHED);
  EXPECT_SAYS(told(), "call clearway_loop_attach first");
  clearway_loop_destroy(unattached);
}

TEST_F(Misuse, ABeginInAPollIsPartOfIt) {
  EXPECT_EQ(clearway_loop_begin(loop.get(), 0), CLEARWAY_OK);
  EXPECT_EQ(clearway_loop_begin(loop.get(), 0), CLEARWAY_E_NESTED);
  EXPECT_EQ(clearway_loop_end(loop.get()), CLEARWAY_OK);
  EXPECT_EQ(loop.snapshot().polls, 0u) << "the outer poll goes on";
  EXPECT_EQ(clearway_loop_end(loop.get()), CLEARWAY_OK);
  EXPECT_EQ(loop.snapshot().polls, 1u);
  EXPECT_EQ(loop.snapshot().misuse_nested, 1u);
  EXPECT_SAYS(told(), "call clearway_loop_end before the next begin, or chain polls by clearway_loop_poll");
}

TEST_F(Misuse, AnEndWithoutABeginIsIgnored) {
  EXPECT_EQ(clearway_loop_end(loop.get()), CLEARWAY_E_NOT_POLLING);
  EXPECT_EQ(clearway_loop_end(loop.get()), CLEARWAY_E_NOT_POLLING);
  EXPECT_EQ(loop.snapshot().polls, 0u);
  EXPECT_EQ(loop.snapshot().misuse_end, 2u);
  EXPECT_SAYS(told(), "clearway_loop_end on loop 'main' without a begin");
  EXPECT_SAYS(told(), "call clearway_loop_begin where the loop starts to work");
}

TEST_F(Misuse, ASecondLoopForAThreadIsRefused) {
  clearway_loop *second = nullptr;
  ASSERT_EQ(clearway_loop_create(nullptr, &second), CLEARWAY_OK);
  EXPECT_EQ(clearway_loop_attach(second), CLEARWAY_E_ATTACHED);
  EXPECT_EQ(clearway_thread_loop(), loop.get());
  EXPECT_SAYS(told(), "has loop 'main' already; detach it before attaching 'loop-");
  clearway_loop_destroy(second);
}

TEST_F(Misuse, ASecondThreadForALoopIsRefused) {
  std::thread([&] { EXPECT_EQ(clearway_loop_attach(loop.get()), CLEARWAY_E_ATTACHED); }).join();
  EXPECT_SAYS(told(), "loop 'main' belongs to thread " + std::to_string(loop.snapshot().thread_id) + "; one loop per thread");
}

TEST_F(Misuse, NullIsRefused) {
  EXPECT_EQ(clearway_loop_create(nullptr, nullptr), CLEARWAY_E_INVALID);
  for (auto call : {clearway_loop_attach, clearway_loop_detach, clearway_loop_end, clearway_loop_heartbeat, clearway_loop_idle}) {
    EXPECT_EQ(call(nullptr), CLEARWAY_E_INVALID);
  }
  EXPECT_EQ(clearway_loop_begin(nullptr, 0), CLEARWAY_E_INVALID);
  EXPECT_EQ(clearway_loop_poll(nullptr, 0), CLEARWAY_E_INVALID);
  EXPECT_EQ(clearway_loop_set_threshold(nullptr, 1), CLEARWAY_E_INVALID);
  EXPECT_EQ(clearway_loop_set_threshold(loop.get(), 0), CLEARWAY_E_INVALID);
  EXPECT_EQ(clearway_loop_snapshot(loop.get(), nullptr), CLEARWAY_E_INVALID);
  EXPECT_EQ(clearway_loop_histogram(loop.get(), CLEARWAY_HISTOGRAM_RAW, nullptr), CLEARWAY_E_INVALID);
  EXPECT_EQ(clearway_scope_begin(nullptr, 0, nullptr), CLEARWAY_E_INVALID);
  EXPECT_EQ(clearway_scope_end(nullptr, nullptr), CLEARWAY_E_INVALID);
  EXPECT_EQ(clearway_set_frame_source(nullptr, nullptr, nullptr), CLEARWAY_E_INVALID);
  EXPECT_EQ(clearway_operation_of(nullptr), 0u);
  clearway_loop_destroy(nullptr);
}

TEST_F(Misuse, AResultWithoutASizeIsRefused) {
  clearway_snapshot none{};
  EXPECT_EQ(clearway_loop_snapshot(loop.get(), &none), CLEARWAY_E_VERSION);
}

TEST_F(Misuse, StartingTwiceKeepsTheFirst) {
  clearway_config config{};
  config.struct_size = sizeof config;
  EXPECT_EQ(clearway_probe_start(&config), CLEARWAY_E_RUNNING);
  EXPECT_EQ(clearway_loop_end(loop.get()), CLEARWAY_E_NOT_POLLING);
  EXPECT_FALSE(told().empty()) << "the first one's handler is still told";
}

TEST(Output, ThatCannotBeWrittenIsNamed) {
  clearway_config config{};
  config.jsonl_path = "/nonexistent-folder/stalls.jsonl";
  RecordingProbe probe(config);
  EXPECT_EQ(probe.start_status(), CLEARWAY_E_OUTPUT);
  ASSERT_EQ(probe.messages().size(), 1u);
  EXPECT_EQ(probe.messages()[0], "cannot write '/nonexistent-folder/stalls.jsonl': No such file or directory");
}
