#include "source/Subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

extern char **environ;

namespace clearway::source {

namespace {

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    std::array<int, 2> ends;
    if (pipe2(ends.data(), O_CLOEXEC) == 0) {
      read = ends[0];
      write = ends[1];
    }
  }
  ~Pipe() {
    closeWrite();
    if (read >= 0)
      close(read);
  }
  Pipe(const Pipe &) = delete;
  Pipe &operator=(const Pipe &) = delete;
  void closeWrite() {
    if (write >= 0)
      close(write);
    write = -1;
  }
};

int start(const std::vector<std::string> &command, const Pipe &out, const Pipe &err, pid_t &pid) {
  std::vector<char *> arguments;
  for (const std::string &argument : command)
    arguments.push_back(const_cast<char *>(argument.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write, 1);
  posix_spawn_file_actions_adddup2(&actions, err.write, 2);
  int error = posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

/// Appends what is there; false at the end.
bool drain(int fd, std::string &text) {
  std::array<char, 65536> buffer;
  ssize_t got = read(fd, buffer.data(), buffer.size());
  if (got > 0)
    text.append(buffer.data(), static_cast<size_t>(got));
  return got > 0 || (got < 0 && errno == EINTR);
}

/// Both at once, so that neither pipe can fill up while the other is being waited for.
void drainBoth(int out, int err, Finished &finished) {
  std::array<pollfd, 2> ends{pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    if (poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR)
      return;
    if (ends[0].revents && !drain(ends[0].fd, finished.out))
      ends[0].fd = -1;
    if (ends[1].revents && !drain(ends[1].fd, finished.err))
      ends[1].fd = -1;
  }
}

} // namespace

Finished runProgram(const std::vector<std::string> &command) {
  Finished finished;
  Pipe out, err;
  pid_t pid = -1;
  if (int error = start(command, out, err, pid); error != 0) {
    finished.err = command.front() + " cannot be run: " + std::strerror(error);
    return finished;
  }
  out.closeWrite();
  err.closeWrite();
  drainBoth(out.read, err.read, finished);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status))
    finished.status = WEXITSTATUS(status);
  return finished;
}

} // namespace clearway::source
