#include "ThisThread.h"

#include <cstddef>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace clearway::probe {

int32_t this_thread_id() { return int32_t(syscall(SYS_gettid)); }

ThreadStack this_threads_stack() {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
    return {};
  }
  void *low = nullptr;
  size_t size = 0;
  bool known = pthread_attr_getstack(&attributes, &low, &size) == 0;
  pthread_attr_destroy(&attributes);
  return known ? ThreadStack{uintptr_t(low), uintptr_t(low) + size} : ThreadStack{};
}

} // namespace clearway::probe
