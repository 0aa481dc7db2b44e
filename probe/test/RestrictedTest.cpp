// Where a sandbox, the system or the host program takes away what the probe uses: it says so, measures what is left, and the
// host goes on.
#include "InChild.h"
#include "RecordingProbe.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

static clearway_config threshold_of(uint64_t ns) {
  clearway_config config{};
  config.threshold_ns = ns;
  return config;
}

extern "C" {
__attribute__((noinline)) void culprit_sleeps() {
  sleep_ms(40);
  asm volatile("");
}
__attribute__((noinline)) void culprit_spins() {
  spin_ms(40);
  asm volatile("");
}
}

static void print(std::ostream &out, const KeptReport &kept) {
  bool on_cpu = kept.report.cause == CLEARWAY_CAUSE_ON_CPU; // where in a spin it was seen is chance
  out << clearway_cause_name(kept.report.cause) << " (" << (on_cpu ? "" : kept.detail) << ")"
      << (kept.names("culprit_") ? " named" : " not named") << "; " << kept.stack_note << "\n";
}

// One blocked and one running stall; what is said of them, and all messages.
static void stall_and_tell(std::ostream &out) {
  RecordingProbe probe(threshold_of(10 * ms));
  out << "start " << clearway_status_text(probe.start_status()) << "\n";
  AttachedLoop loop;
  loop.poll(culprit_sleeps);
  loop.poll(culprit_spins);
  out << "stalls " << loop.snapshot().stalls << "\n";
  for (const KeptReport &kept : probe.reports()) {
    print(out, kept);
  }
  clearway_installation installation{};
  installation.struct_size = sizeof installation;
  out << "installed " << clearway_status_text(clearway_probe_installed(&installation)) << "; "
      << (installation.problem != nullptr ? installation.problem : "no problem") << "\n";
  probe.stop();
  for (const std::string &message : probe.messages()) {
    out << "message " << message << "\n";
  }
}

static ChildResult stalls_without(std::initializer_list<long> syscalls, int error) {
  return in_child([&](std::ostream &out) {
    out << (refuse_syscalls(syscalls, error) ? "" : "no filters here\n");
    stall_and_tell(out);
  });
}

#define EXPECT_TOLD(result, text)                                                                                      \
  EXPECT_TRUE((result).status == 0 && (result).output.find(text) != std::string::npos)                                 \
      << "expected: " << (text) << "\nstatus " << (result).status << "\n"                                              \
      << (result).output

TEST(Restricted, NothingIsTheReference) {
  ChildResult result = in_child(stall_and_tell);
  EXPECT_TOLD(result, "stalls 2\nsyscall (clock_nanosleep) named; \non-cpu () named; \n");
  EXPECT_TOLD(result, "no problem\n");
  EXPECT_EQ(result.output.find("message"), std::string::npos) << result.output;
}

// Containers' default filters refuse it.
TEST(Restricted, WithoutProcessVmReadvTheStacksAreStillThere) {
  for (int error : {EPERM, ENOSYS}) {
    ChildResult result = stalls_without({SYS_process_vm_readv}, error);
    EXPECT_TOLD(result, "stalls 2\nsyscall (clock_nanosleep) named; \non-cpu () named; \n");
  }
}

TEST(Restricted, WithoutSignalsRunningThreadsHaveACauseAndNoStack) {
  ChildResult result = stalls_without({SYS_rt_tgsigqueueinfo}, EPERM);
  EXPECT_TOLD(result, "stalls 2\nsyscall (clock_nanosleep) named; \non-cpu");
  EXPECT_TOLD(result, "not named; the thread could not be signalled");
}

// No file can be opened: neither /proc nor control groups.
TEST(Restricted, WithoutFilesStallsAreCountedAndTheReasonIsTold) {
  ChildResult result = stalls_without({SYS_openat, SYS_open}, EACCES);
  EXPECT_TOLD(result, "stalls 2\nunknown () not named; /proc/self/task is not readable");
  EXPECT_TOLD(result, "on-cpu () not named; /proc/self/task is not readable");
  EXPECT_TOLD(result, "message /proc/thread-self/syscall cannot be read");
  EXPECT_TOLD(result, "/proc cannot be read: causes are unknown");
}

TEST(Restricted, WithoutProcMountedLikewise) {
  ChildResult result = in_child([](std::ostream &out) {
    bool hidden = unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                  mount("none", "/proc", "tmpfs", 0, nullptr) == 0;
    hidden ? stall_and_tell(out) : void(out << "may not mount");
  });
  if (result.output == "may not mount") {
    GTEST_SKIP() << "hiding /proc needs the right to mount";
  }
  EXPECT_TOLD(result, "stalls 2\nunknown () not named; /proc/self/task is not readable");
  EXPECT_TOLD(result, "message /proc/thread-self/syscall cannot be read");
}

// As after setuid, and as with ptrace forbidden: /proc/self belongs to root then.
TEST(Restricted, AProcessThatIsNotDumpableIsToldWhatIsMissing) {
  ChildResult result = in_child([](std::ostream &out) {
    constexpr uid_t nobody = 65534;
    if (getuid() == 0 && setuid(nobody) != 0) {
      out << "no other user here";
      return;
    }
    prctl(PR_SET_DUMPABLE, 0);
    stall_and_tell(out);
  });
  EXPECT_TOLD(result, "stalls 2\n");
  bool works = result.output.find("syscall (clock_nanosleep) named") != std::string::npos;
  bool told = result.output.find("message /proc/thread-self/syscall cannot be read") != std::string::npos;
  EXPECT_TRUE(works != told) << result.output;
}

// A sandbox that kills for these would kill the host.
TEST(Restricted, UsesNothingThatSandboxesKillFor) {
  SKIP_WITHOUT_OWN_SIGNALS(); // nor is the stack of a running thread known
  ChildResult result = stalls_without(
      {SYS_ptrace, SYS_perf_event_open, SYS_bpf, SYS_personality, SYS_kcmp, SYS_process_vm_writev, SYS_keyctl}, 0);
  EXPECT_TOLD(result, "stalls 2\nsyscall (clock_nanosleep) named; \non-cpu () named; \n");
}

TEST(Restricted, WithoutThreadsTheStartFailsAndSaysSo) {
  ChildResult result = stalls_without({SYS_clone, SYS_clone3}, EAGAIN);
  EXPECT_TOLD(result, std::string("start ") + clearway_status_text(CLEARWAY_E_MEMORY));
  EXPECT_TOLD(result, "stalls 2\n");
  EXPECT_TOLD(result, "message the watchdog thread cannot be started");
}

TEST(Restricted, WithoutEventfdTheStartFailsAndSaysSo) {
  ChildResult result = stalls_without({SYS_eventfd2}, EMFILE);
  EXPECT_TOLD(result, std::string("start ") + clearway_status_text(CLEARWAY_E_SYSTEM));
  EXPECT_TOLD(result, "message eventfd failed: ");
}

TEST(Restricted, WithoutFileDescriptorsStallsAreCounted) {
  ChildResult result = in_child([](std::ostream &out) {
    RecordingProbe probe(threshold_of(10 * ms));
    rlimit none{0, 0};
    setrlimit(RLIMIT_NOFILE, &none);
    AttachedLoop loop;
    loop.poll(culprit_sleeps);
    out << "stalls " << loop.snapshot().stalls << ", reports " << probe.reports().size();
  });
  EXPECT_TOLD(result, "stalls 1, reports 1");
}

// A real-time signal without a handler ends the process: it must not be sent then.
TEST(Restricted, AHostThatTakesTheSignalIsNotKilled) {
  ChildResult result = in_child([](std::ostream &out) {
    RecordingProbe probe(threshold_of(10 * ms));
    AttachedLoop loop;
    clearway_installation installation{};
    installation.struct_size = sizeof installation;
    loop.poll([] {});
    clearway_probe_installed(&installation);
    signal(installation.signal, SIG_DFL);
    loop.poll(culprit_spins);
    for (const KeptReport &kept : probe.reports()) {
      print(out, kept);
    }
    clearway_probe_installed(&installation);
    out << installation.problem;
  });
  EXPECT_TOLD(result, "on-cpu () not named; another handler replaced that of signal");
  EXPECT_TOLD(result, "another signal handler replaced the probe's");
}

TEST(Restricted, AThreadThatBlocksTheSignalHasACauseAndNoStack) {
  ChildResult result = in_child([](std::ostream &out) {
    RecordingProbe probe(threshold_of(10 * ms));
    AttachedLoop loop;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    loop.poll(culprit_spins);
    for (const KeptReport &kept : probe.reports()) {
      print(out, kept);
    }
  });
  EXPECT_TOLD(result, "not named; the thread did not run, or blocks signal");
}

// ---- Outputs ----

TEST(Outputs, AFullDiskIsToldAndLosesRecordsOnly) {
  clearway_config config = threshold_of(10 * ms);
  config.jsonl_path = "/dev/full";
  config.trace_path = "/dev/full";
  RecordingProbe probe(config);
  AttachedLoop loop;
  loop.poll(culprit_sleeps);
  EXPECT_EQ(probe.reports().size(), 1u) << "the callback is not concerned";
  probe.stop();
  ASSERT_FALSE(probe.messages().empty());
  EXPECT_EQ(probe.messages()[0], "cannot write '/dev/full': No space left on device; records are lost");
}

// As when the disk has room again: the record that did not fit must not spoil those after it.
TEST(Outputs, ARecordThatIsCutOffStandsAlone) {
  std::string path = testing::TempDir() + "clearway-cut-" + std::to_string(getpid());
  ChildResult result = in_child([&](std::ostream &out) {
    clearway_config config = threshold_of(10 * ms);
    config.jsonl_path = path.c_str();
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit little = before;
    little.rlim_cur = 700;
    RecordingProbe probe(config);
    AttachedLoop loop;
    setrlimit(RLIMIT_FSIZE, &little);
    loop.poll(culprit_sleeps);
    clearway_probe_flush();
    setrlimit(RLIMIT_FSIZE, &before);
    loop.poll(culprit_sleeps);
    probe.stop();
    out << probe.messages().size() << " message\n";
  });
  EXPECT_TOLD(result, "1 message");
  std::ifstream file(path);
  int whole_stalls = 0, cut = 0;
  std::string lost;
  for (std::string line; std::getline(file, line);) {
    cut += line.back() != '}';
    whole_stalls += line.back() == '}' && line.rfind("{\"clearway_probe\":1,\"type\":\"stall\"", 0) == 0;
    lost = line.find("\"records_lost\":1}") != std::string::npos ? "1" : lost;
  }
  EXPECT_EQ(cut, 1);
  EXPECT_EQ(whole_stalls, 1);
  EXPECT_EQ(lost, "1") << "the stop record says how many are missing";
  unlink(path.c_str());
}

TEST(Outputs, AFolderThatVanishesIsTold) {
  std::string folder = testing::TempDir() + "clearway-gone-" + std::to_string(getpid());
  ASSERT_EQ(mkdir(folder.c_str(), 0755), 0);
  std::string path = folder + "/probe.prom";
  clearway_config config = threshold_of(10 * ms);
  config.prometheus_path = path.c_str();
  RecordingProbe probe(config);
  ASSERT_EQ(probe.start_status(), CLEARWAY_OK);
  unlink(path.c_str());
  ASSERT_EQ(rmdir(folder.c_str()), 0);
  AttachedLoop loop;
  loop.poll(culprit_sleeps);
  EXPECT_EQ(probe.reports().size(), 1u);
  probe.stop();
  ASSERT_FALSE(probe.messages().empty());
  EXPECT_NE(probe.messages()[0].find(path), std::string::npos) << probe.messages()[0];
}

// ---- Ends in the middle ----

TEST(Ends, AThreadThatExitsInAPollEndsIt) {
  RecordingProbe probe(threshold_of(10 * ms));
  clearway_loop *loop = nullptr;
  ASSERT_EQ(clearway_loop_create(nullptr, &loop), CLEARWAY_OK);
  std::thread([&] {
    clearway_loop_attach(loop);
    clearway_loop_begin(loop, 0);
    culprit_sleeps();
  }).join();
  EXPECT_EQ(probe.reports().size(), 1u);
  clearway_snapshot counts{};
  counts.struct_size = sizeof counts;
  clearway_loop_snapshot(loop, &counts);
  EXPECT_EQ(counts.polls, 1u);
  EXPECT_EQ(counts.polling, 0);
  clearway_loop_destroy(loop);
}

TEST(Ends, ALoopThatAnotherThreadDestroysInAPoll) {
  RecordingProbe probe(threshold_of(10 * ms));
  for (int i = 0; i < 5; ++i) {
    clearway_loop *loop = nullptr;
    ASSERT_EQ(clearway_loop_create(nullptr, &loop), CLEARWAY_OK);
    std::thread thread([&] {
      clearway_loop_attach(loop);
      clearway_loop_begin(loop, 0);
      culprit_spins();
      EXPECT_EQ(clearway_thread_loop(), nullptr);
    });
    sleep_ms(20);
    clearway_loop_destroy(loop);
    thread.join();
  }
  AttachedLoop next;
  next.poll(culprit_sleeps);
  EXPECT_FALSE(probe.reports().empty()) << "the watchdog goes on";
}

TEST(Ends, AForkInAStallLeavesBothWell) {
  clearway_config config = threshold_of(10 * ms);
  config.after_fork = CLEARWAY_AFTER_FORK_RESTART;
  RecordingProbe probe(config);
  AttachedLoop loop;
  clearway_loop_begin(loop.get(), 0);
  sleep_ms(20);
  ChildResult result = in_child([&](std::ostream &out) {
    clearway_loop_end(loop.get());
    AttachedLoop *second = nullptr;
    clearway_loop_detach(loop.get());
    second = new AttachedLoop("child's");
    second->poll(culprit_sleeps);
    out << clearway_status_text(clearway_probe_installed(nullptr)) << ", stalls " << second->snapshot().stalls;
  });
  clearway_loop_end(loop.get());
  EXPECT_TOLD(result, std::string(clearway_status_text(CLEARWAY_OK)) + ", stalls 1");
  EXPECT_EQ(probe.reports().size(), 1u);
}
