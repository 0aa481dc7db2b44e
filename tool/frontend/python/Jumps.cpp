#include "frontend/python/Jumps.h"

namespace clearway::python {

void Jumps::push(Frame frame) {
  frame.first = flow_.endBlock();
  frames_.push_back(frame);
}

bool Jumps::leaveLoop() {
  const bool broken = frames_.back().caught != 0;
  frames_.pop_back();
  return broken;
}

// Any event may raise: from every block that has one, control may go to the frame's target.
void Jumps::exceptionEdges(const Frame &frame) {
  covered_.resize(flow_.endBlock() - flow_.firstBlock());
  for (facts::BlockId block = frame.first; block < flow_.endBlock(); ++block) {
    const auto index = block - flow_.firstBlock();
    if (covered_[index] || !flow_.hasEvents(block))
      continue;
    flow_.edge(block, frame.target);
    covered_[index] = true;
  }
}

uint8_t Jumps::leaveCleanup() {
  const Frame frame = frames_.back();
  frames_.pop_back();
  exceptionEdges(frame);
  return frame.caught;
}

void Jumps::leaveHandlers() {
  const Frame frame = frames_.back();
  frames_.pop_back();
  exceptionEdges(frame);
}

bool Jumps::continueJumps(uint8_t jumps) {
  for (const Jump kind : {Jump::Return, Jump::Raise, Jump::Break, Jump::Continue})
    if (jumps & 1u << static_cast<unsigned>(kind))
      jump(kind);
  return jumps != 0;
}

void Jumps::jumpFrom(facts::BlockId from, Jump kind) {
  for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
    const bool loopJump = kind == Jump::Break || kind == Jump::Continue;
    if ((frame->kind == Frame::Loop && !loopJump) || (frame->kind == Frame::Handlers && kind != Jump::Raise))
      continue;
    flow_.edge(from, frame->kind == Frame::Loop && kind == Jump::Continue ? frame->head : frame->target);
    if (frame->kind != Frame::Loop || kind == Jump::Break)
      frame->caught |= static_cast<uint8_t>(1u << static_cast<unsigned>(kind));
    return;
  }
}

} // namespace clearway::python
