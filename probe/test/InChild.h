// Runs a part of a test in a forked child, which may restrict, break or end itself.
#pragma once

#include <functional>
#include <sstream>
#include <string>

struct ChildResult {
  std::string output;
  int status = 0; // as waitpid gives it; 0: ended well
};

ChildResult in_child(const std::function<void(std::ostream &out)> &body);

// From here on the kernel answers the calls with the error. `error` 0: a call ends the process. False if it refuses that.
bool refuse_syscalls(std::initializer_list<long> numbers, int error);

// ThreadSanitizer delivers signals itself, at calls of its own.
#if defined(__SANITIZE_THREAD__)
#define SKIP_WITHOUT_OWN_SIGNALS() GTEST_SKIP() << "ThreadSanitizer delivers signals itself"
#else
#define SKIP_WITHOUT_OWN_SIGNALS() static_cast<void>(0)
#endif
