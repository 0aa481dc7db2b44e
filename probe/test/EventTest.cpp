// libevent. Whether the whole loop can be watched depends on its version; callbacks always can.
#include "RecordingProbe.h"

#include <clearway/event.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <sys/socket.h>
#include <unistd.h>

extern "C" __attribute__((noinline)) void culprit_sleeps() {
  sleep_ms(60);
  asm volatile("");
}

struct EventAdapter : testing::Test {
  static clearway_config config() {
    clearway_config wanted{};
    wanted.threshold_ns = 20 * ms;
    return wanted;
  }
  RecordingProbe probe{config()};
  AttachedLoop loop{"libevent"};
  event_base *base = event_base_new();
  ~EventAdapter() override { event_base_free(base); }

  void after_ms(int milliseconds, event_callback_fn callback) {
    timeval time{0, milliseconds * 1000};
    ASSERT_EQ(event_base_once(base, -1, EV_TIMEOUT, callback, this, &time), 0);
  }
};

static void quick(evutil_socket_t, short, void *) {}
static void slow(evutil_socket_t, short, void *) { culprit_sleeps(); }

TEST_F(EventAdapter, EachCallbackIsAPollAndWaitingIsNone) {
  for (int i = 1; i <= 3; ++i) {
    after_ms(i * 30, clearway::event_watched<quick>);
  }
  event_base_dispatch(base);
  EXPECT_EQ(loop.snapshot().polls, 3u);
  EXPECT_EQ(loop.snapshot().stalls, 0u);
}

TEST_F(EventAdapter, NamesTheCallbackThatStalls) {
  after_ms(1, clearway::event_watched<slow>);
  event_base_dispatch(base);
  auto reports = probe.reports();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_TRUE(reports[0].names("culprit_sleeps")) << reports[0].text();
}

static void on_readable(bufferevent *stream, void *) {
  evbuffer *input = bufferevent_get_input(stream);
  evbuffer_drain(input, evbuffer_get_length(input));
  culprit_sleeps();
  bufferevent_disable(stream, EV_READ);
}

TEST_F(EventAdapter, CallbacksOfOtherTypesToo) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
  bufferevent *stream = bufferevent_socket_new(base, ends[0], BEV_OPT_CLOSE_ON_FREE);
  bufferevent_setcb(stream, clearway::event_watched<on_readable>, nullptr, nullptr, nullptr);
  bufferevent_enable(stream, EV_READ);
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  event_base_dispatch(base);
  bufferevent_free(stream);
  close(ends[1]);
  EXPECT_EQ(loop.snapshot().stalls, 1u);
  EXPECT_TRUE(probe.reports().at(0).names("culprit_sleeps"));
}

#if defined(CLEARWAY_HAS_EVENT_WATCH)
TEST_F(EventAdapter, TheWholeLoopIsWatched) {
  clearway::EventWatch watch(base, loop.get());
  after_ms(40, quick);
  after_ms(80, slow);
  after_ms(180, quick);
  event_base_dispatch(base);
  EXPECT_GE(loop.snapshot().polls, 2u) << "the last one is in progress";
  EXPECT_EQ(loop.snapshot().stalls, 1u) << "waiting is none";
  EXPECT_TRUE(probe.reports().at(0).names("culprit_sleeps"));
}
#endif
