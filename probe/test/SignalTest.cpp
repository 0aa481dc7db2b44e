// The signal for running threads: it must be nobody else's, and whoever uses it differently keeps it.
#include "InChild.h"
#include "ProcThread.h"
#include "RecordingProbe.h"
#include "ThisThread.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

static clearway_installation installation() {
  clearway_installation state{};
  state.struct_size = sizeof state;
  clearway_probe_installed(&state);
  return state;
}

static int signal_that_a_start_takes() {
  RecordingProbe probe;
  return installation().signal;
}

static sigset_t set_of(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : signals) {
    sigaddset(&set, signal);
  }
  return set;
}

static bool is_in(long system_call, int thread_id) {
  auto state = clearway::probe::ProcThread(thread_id).syscall_state();
  return state && !state->running && state->number == system_call;
}

#define EXPECT_PASSES(result)                                                                                          \
  EXPECT_TRUE((result).status == 0 && (result).output.empty()) << "status " << (result).status << "\n" << (result).output

// Each in a process of its own, since the handler stays installed.
TEST(Signal, IsOneWithoutAHandler) {
  ChildResult result = in_child([](std::ostream &out) {
    signal(SIGRTMAX - 2, [](int) {});
    signal(SIGRTMAX - 3, SIG_IGN);
    int taken = signal_that_a_start_takes();
    out << (taken == SIGRTMAX - 4 ? "" : std::to_string(taken));
  });
  EXPECT_PASSES(result);
}

TEST(Signal, ReadFromASignalfdStaysTheHosts) {
  ChildResult result = in_child([](std::ostream &out) {
    sigset_t mine = set_of({SIGRTMAX - 2, SIGRTMAX - 3});
    int file = signalfd(-1, &mine, SFD_CLOEXEC); // blocked later, or in other threads only
    int taken = signal_that_a_start_takes();
    out << (taken == SIGRTMAX - 4 ? "" : std::to_string(taken));
    sigprocmask(SIG_BLOCK, &mine, nullptr);
    kill(getpid(), SIGRTMAX - 2);
    signalfd_siginfo info{};
    bool got = read(file, &info, sizeof info) == ssize_t(sizeof info) && int(info.ssi_signo) == SIGRTMAX - 2;
    out << (got ? "" : "not received");
  });
  EXPECT_PASSES(result);
}

TEST(Signal, AwaitedByAThreadStaysTheHosts) {
  ChildResult result = in_child([](std::ostream &out) {
    sigset_t mine = set_of({SIGRTMAX - 2});
    std::atomic<int> got{0}, thread_id{0};
    std::thread waits([&] {
      sigprocmask(SIG_BLOCK, &mine, nullptr);
      thread_id = clearway::probe::this_thread_id();
      int signal = 0;
      sigwait(&mine, &signal);
      got = signal;
    });
    while (thread_id == 0 || !is_in(SYS_rt_sigtimedwait, thread_id)) {
      sleep_ms(1);
    }
    int taken = signal_that_a_start_takes();
    out << (taken != 0 && taken != SIGRTMAX - 2 ? "" : "taken " + std::to_string(taken));
    pthread_kill(waits.native_handle(), SIGRTMAX - 2);
    waits.join();
    out << (got == SIGRTMAX - 2 ? "" : "not received");
  });
  EXPECT_PASSES(result);
}

TEST(Signal, BlockedForLaterStaysTheHosts) {
  ChildResult result = in_child([](std::ostream &out) {
    sigset_t mine = set_of({SIGRTMAX - 2, SIGUSR1});
    sigprocmask(SIG_BLOCK, &mine, nullptr);
    AttachedLoop loop; // must not unblock it either
    int taken = signal_that_a_start_takes();
    out << (taken == SIGRTMAX - 3 ? "" : "taken " + std::to_string(taken));
    sigset_t now;
    sigprocmask(SIG_BLOCK, nullptr, &now);
    out << (sigismember(&now, SIGRTMAX - 2) == 1 && sigismember(&now, SIGUSR1) == 1 ? "" : "unblocked");
  });
  EXPECT_PASSES(result);
}

// As worker threads do that leave all signals to another thread. That says nothing about any of them.
TEST(Signal, IsFoundThoughThreadsBlockAll) {
  ChildResult result = in_child([](std::ostream &out) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, nullptr);
    AttachedLoop early;
    clearway_loop_detach(early.get());
    RecordingProbe probe;
    AttachedLoop loop;
    out << (installation().signal == SIGRTMAX - 2 ? "" : "taken " + std::to_string(installation().signal));
    out << (installation().running_stacks == 1 ? "" : "the loop's thread blocks it");
  });
  EXPECT_PASSES(result);
}

TEST(Signal, WishedForButReceivedOtherwiseIsRefused) {
  ChildResult result = in_child([](std::ostream &out) {
    sigset_t mine = set_of({SIGRTMIN + 3});
    sigprocmask(SIG_BLOCK, &mine, nullptr);
    signalfd(-1, &mine, SFD_CLOEXEC);
    clearway_config config{};
    config.signal = SIGRTMIN + 3;
    RecordingProbe probe(config);
    out << (installation().signal == 0 ? "" : "taken");
    out << (probe.messages().size() == 1 ? probe.messages()[0] : "not told");
  });
  EXPECT_EQ(result.output, "signal " + std::to_string(SIGRTMIN + 3) +
                               " has a handler already, is read from a signalfd or waited for, or is no signal: no stacks of "
                               "running threads");
}

TEST(Signal, IsGivenUpWhereItIsDisabledLater) {
  ChildResult result = in_child([](std::ostream &out) {
    out << (signal_that_a_start_takes() > 0 ? "" : "none at first");
    clearway_config config{};
    config.disable = CLEARWAY_DISABLE_SIGNAL;
    RecordingProbe probe(config);
    out << (installation().signal == 0 && installation().running_stacks == 0 ? "" : "still in use");
  });
  EXPECT_PASSES(result);
}
