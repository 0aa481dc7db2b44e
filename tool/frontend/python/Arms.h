// Paths that part and meet again.
#pragma once

#include "frontend/python/Extractor.h"

namespace clearway::python {

/// Collects where the arms of a branching statement end, and joins them.
class Extractor::Arms {
public:
  explicit Arms(Extractor &in) : in_(in) {}

  /// The current arm ends here.
  void end() {
    FlowState &state = in_.locals_.state;
    if (!state.reachable)
      return;
    ends_.push_back(in_.flow_.current());
    if (joined_)
      std::swap(state, met_);
    if (joined_) {
      // `state` holds what the earlier arms left, `met_` this arm.
      in_.locals_.meet(std::move(met_));
      met_ = in_.locals_.copy();
    } else {
      met_ = in_.locals_.copy();
    }
    joined_ = true;
  }

  /// All arms have ended: goes on behind them.
  void join() {
    facts::FlowBuilder &flow = in_.flow_;
    const facts::BlockId after = flow.newBlock();
    for (const facts::BlockId end : ends_)
      flow.edge(end, after);
    flow.start(after);
    if (joined_)
      std::swap(in_.locals_.state, met_);
    in_.locals_.state.reachable = joined_;
    in_.locals_.recycle(std::move(met_));
  }

private:
  Extractor &in_;
  std::vector<facts::BlockId> ends_;
  FlowState met_;
  bool joined_ = false;
};

} // namespace clearway::python
