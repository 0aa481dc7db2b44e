// C++: "no stall in this scope" as an assertion of GoogleTest.
#pragma once

#include <clearway/probe.h>

#include <gtest/gtest.h>

#include <memory>

namespace clearway {

// Fails the test at the end of the block if a poll took longer than the limit in it, with cause and stack; and
// also if nothing was measured, since then the test shows nothing. [any]
class NoStall {
public:
  // `loop` null: all loops.
  explicit NoStall(uint64_t limit_ns, clearway_loop *loop = nullptr) {
    int status = clearway_scope_begin(loop, limit_ns, &scope_);
    if (status != CLEARWAY_OK) {
      ADD_FAILURE() << "stalls cannot be measured: " << clearway_status_text(status);
    }
  }
  ~NoStall() {
    if (scope_ == nullptr) {
      return;
    }
    auto result = std::make_unique<clearway_scope_result>();
    result->struct_size = sizeof *result;
    int status = clearway_scope_end(scope_, result.get());
    if (status != CLEARWAY_OK) {
      ADD_FAILURE() << clearway_status_text(status) << "\n" << result->summary;
    }
  }
  NoStall(const NoStall &) = delete;
  NoStall &operator=(const NoStall &) = delete;

private:
  clearway_scope *scope_ = nullptr;
};

} // namespace clearway
