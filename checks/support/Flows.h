// What becomes of the results of calls.
#pragma once

#include "checks/Check.h"

#include <vector>

namespace clearway::checks {

/// Which values of one file anything reads: another expression, an argument, an await, a return.
class UsedValues {
public:
  explicit UsedValues(const facts::FileFacts &file);
  /// False only if the result of the call is bound to a name that nothing ever reads.
  bool isRead(facts::CallId call) const;
  /// True if anything but the place where the call stands reads its result.
  bool isPassedOn(facts::CallId call) const {
    return !results_[call] || read_[results_[call]] || timesBound_[results_[call]];
  }

private:
  void markReads();
  void mark(facts::Span operands);
  bool isNameRead(const facts::Binding &binding) const;
  bool isReadByName(facts::CallId call) const;

  const facts::FileFacts &file_;
  std::vector<bool> read_;              // by ValueId
  std::vector<facts::ValueId> results_; // by CallId: its CallResult value, 0 if none
  std::vector<uint32_t> timesBound_;    // by ValueId
};

/// True if the call only makes a coroutine that has to be awaited: all it may call are coroutines of the
/// program or APIs that say so.
bool makesAwaitable(const Context &context, link::CallId call);

/// What the awaitable stands for runs whether or not anybody awaits it.
bool runsUnawaited(const Context &context, link::CallId id);

/// What is called, for messages: "fetch", "asyncio.sleep".
std::string calleeName(const Context &context, link::CallId call);

} // namespace clearway::checks
