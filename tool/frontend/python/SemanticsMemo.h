// Each question is answered once. A question that comes up again while it is being answered (recursive
// functions, `self.x = self.x or …`, import cycles) gets no answer that time, and what was concluded from
// that is not kept.
#pragma once

#include "frontend/python/SemanticsTypes.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace clearway::python {

using MemoTable =
    std::vector<uint32_t>; // 0: not asked yet; kBusy | depth: being answered; otherwise SetId + 1

class Memo {
public:
  template <class Compute> SetId answer(MemoTable &table, uint32_t index, Compute compute) {
    const uint32_t known = table[index];
    if (known & kBusy) {
      incompleteSince_ = std::min(incompleteSince_, known & ~kBusy);
      return kUnknown;
    }
    if (known)
      return known - 1;
    if (depth_ >= kDepthLimit) {
      incompleteSince_ = 0;
      return kUnknown;
    }
    return compute_(table, index, compute);
  }

private:
  static constexpr uint32_t kBusy = 1u << 31;
  static constexpr uint32_t kComplete = UINT32_MAX;
  static constexpr uint32_t kDepthLimit = 150; // keeps the stack small
  static constexpr uint32_t kEffortLimit =
      4000; // answers per outermost question, before incomplete ones are kept

  template <class Compute> SetId compute_(MemoTable &table, uint32_t index, Compute compute) {
    if (depth_ == 0)
      effort_ = 0;
    ++effort_;
    const uint32_t mine = depth_++;
    const uint32_t before = incompleteSince_;
    incompleteSince_ = kComplete;
    table[index] = kBusy | mine;
    const SetId result = compute();
    depth_ = mine;
    const bool isFinal = incompleteSince_ >= mine || effort_ > kEffortLimit;
    table[index] = isFinal ? result + 1 : 0;
    incompleteSince_ = isFinal ? before : std::min(before, incompleteSince_);
    return result;
  }

  uint32_t depth_ = 0, incompleteSince_ = kComplete, effort_ = 0;
};

} // namespace clearway::python
