// Functions that run a coroutine and keep their thread until it is done, by the names that libraries and programs give them.
#pragma once

#include <algorithm>
#include <string_view>

namespace clearway::frontend::cpp {

/// `task::syncWait`, `blocking_wait`: by qualified name. Whether it is given a coroutine is another question.
inline bool isSyncWait(std::string_view function) {
  constexpr std::string_view kNames[] = {"syncWait",  "sync_wait",  "blockingWait", "blocking_wait",
                                         "syncAwait", "sync_await", "blockOn",      "block_on"};
  const size_t at = function.rfind("::");
  return std::find(std::begin(kNames), std::end(kNames), function.substr(at == function.npos ? 0 : at + 2)) != std::end(kNames);
}

} // namespace clearway::frontend::cpp
