#include "SelfMemory.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

namespace clearway::probe {

static constexpr size_t page = 4096;

// The kernel never splits a remote range, so that one range per page gives what is readable up to a hole.
static ssize_t read_pages(uintptr_t from, void *to, size_t size) {
  std::array<iovec, 32> remote;
  size_t used = 0, planned = 0;
  while (planned < size && used < remote.size()) {
    size_t to_page_end = page - (from + planned) % page;
    size_t length = std::min(size - planned, to_page_end);
    remote[used++] = {reinterpret_cast<void *>(from + planned), length};
    planned += length;
  }
  iovec local{to, planned};
  return process_vm_readv(getpid(), &local, 1, remote.data(), used, 0);
}

// Where a sandbox refuses process_vm_readv.
static size_t read_proc_mem(uintptr_t from, void *to, size_t size) {
  int file = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return 0;
  }
  ssize_t got = pread(file, to, size, off_t(from));
  close(file);
  return got > 0 ? size_t(got) : 0;
}

size_t read_memory(uintptr_t from, void *to, size_t size) {
  size_t done = 0;
  while (done < size) {
    auto *target = static_cast<char *>(to) + done;
    ssize_t got = read_pages(from + done, target, size - done);
    if (got < 0 && (errno == EPERM || errno == ENOSYS)) {
      return done + read_proc_mem(from + done, target, size - done);
    }
    if (got <= 0) {
      break;
    }
    done += size_t(got);
  }
  return done;
}

} // namespace clearway::probe
