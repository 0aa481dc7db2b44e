// Where control goes when it leaves a statement early: out of loops, through `with` and `finally`, to
// handlers.
#pragma once

#include "facts/Flow.h"

#include <vector>

namespace clearway::python {

enum class Jump : uint8_t { Return, Raise, Break, Continue };

class Jumps {
public:
  explicit Jumps(facts::FlowBuilder &flow) : flow_(flow) {}

  void reset() {
    frames_.clear();
    covered_.clear();
  }

  void enterLoop(facts::BlockId head, facts::BlockId after) { push({Frame::Loop, after, head}); }
  /// Returns whether a `break` left the loop.
  bool leaveLoop();

  /// Every way out of what follows passes `entry`, exceptions included.
  void enterCleanup(facts::BlockId entry) { push({Frame::Cleanup, entry}); }
  /// Call before the cleanup's own code; the result goes to `continueJumps` behind it.
  uint8_t leaveCleanup();
  /// Sends the jumps that a cleanup caught on their way. True if there were any.
  bool continueJumps(uint8_t jumps);

  /// Exceptions of what follows go to `dispatch`.
  void enterHandlers(facts::BlockId dispatch) { push({Frame::Handlers, dispatch}); }
  void leaveHandlers();

  /// Draws the edge from the current block.
  void jump(Jump kind) { jumpFrom(flow_.current(), kind); }
  void jumpFrom(facts::BlockId from, Jump kind);

private:
  struct Frame {
    enum Kind : uint8_t { Loop, Cleanup, Handlers } kind;
    facts::BlockId target;    // behind the loop, cleanup, dispatch
    facts::BlockId head = 0;  // of the loop
    facts::BlockId first = 0; // blocks from here on are inside
    uint8_t caught = 0;       // set of Jumps
  };

  void push(Frame frame);
  void exceptionEdges(const Frame &frame);

  facts::FlowBuilder &flow_;
  std::vector<Frame> frames_;
  std::vector<bool> covered_; // blocks whose exceptions have been seen to
};

} // namespace clearway::python
