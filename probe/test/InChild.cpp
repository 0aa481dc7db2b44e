#include "InChild.h"

#include <cstddef>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

// A child of a process without threads may start some; by itself ThreadSanitizer ends it.
#if defined(__SANITIZE_THREAD__)
extern "C" const char *__tsan_default_options() { return "die_after_fork=0"; }
#endif

static void write_all(int file, const std::string &text) {
  for (size_t done = 0; done < text.size();) {
    ssize_t written = write(file, text.data() + done, text.size() - done);
    if (written <= 0) {
      return;
    }
    done += size_t(written);
  }
}

ChildResult in_child(const std::function<void(std::ostream &out)> &body) {
  ChildResult result;
  int ends[2];
  if (pipe(ends) != 0) {
    return {"no pipe", -1};
  }
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    std::ostringstream out;
    body(out);
    write_all(ends[1], out.str());
    _exit(0);
  }
  close(ends[1]);
  char part[4096];
  for (ssize_t got = 0; (got = read(ends[0], part, sizeof part)) > 0;) {
    result.output.append(part, size_t(got));
  }
  close(ends[0]);
  waitpid(child, &result.status, 0);
  return result;
}

bool refuse_syscalls(std::initializer_list<long> numbers, int error) {
  unsigned answer = error == 0 ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_ERRNO | unsigned(error);
  std::vector<sock_filter> program = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
  for (long number : numbers) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, unsigned(number), 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, answer));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}
