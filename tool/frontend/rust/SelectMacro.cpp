// `select!`: branches of a pattern, a future and a handler, of which one is taken.
#include "frontend/rust/Body.h"

#include <utility>

namespace clearway::frontend::rust {

using facts::ValueId;
using facts::ValueKind;

namespace {

/// Cuts the tokens of a `select!` into branches: pattern `=` future [`, if` condition] `=>` handler.
class SelectReader {
public:
  SelectReader(const Syntax &syntax, NodeId tokens) : syntax_(syntax) {
    for (const NodeId token : syntax.children(tokens))
      tokens_.push_back(token);
    if (tokens_.size() >= 2) { // the delimiters
      tokens_.erase(tokens_.begin());
      tokens_.pop_back();
    }
  }

  bool atEnd() const { return at_ >= tokens_.size(); }
  Kind kind() const { return syntax_.kind(tokens_[at_]); }
  const treesitter::Node &node() const { return syntax_.tree[tokens_[at_]]; }
  std::string_view text() const { return syntax_.text(tokens_[at_]); }
  void advance() { ++at_; }
  /// Extent of the tokens up to one of the given kinds.
  treesitter::ByteRange until(std::initializer_list<Kind> stops) {
    treesitter::ByteRange range;
    bool first = true;
    for (; !atEnd(); advance()) {
      for (const Kind stop : stops)
        if (kind() == stop)
          return range;
      if (std::exchange(first, false))
        range.begin = node().begin;
      range.end = node().end;
    }
    return range;
  }

private:
  const Syntax &syntax_;
  std::vector<NodeId> tokens_;
  size_t at_ = 0;
};

} // namespace

std::vector<Body::SelectBranch> Body::selectBranches(NodeId tokens) const {
  std::vector<SelectBranch> branches;
  SelectReader reader(syntax_, tokens);
  while (!reader.atEnd()) {
    SelectBranch branch;
    branch.pattern = reader.until({Kind::TokEqual, Kind::TokFatArrow, Kind::TokArrow, Kind::TokSemicolon});
    if (reader.atEnd())
      break;
    const Kind stop = reader.kind();
    reader.advance();
    if (stop == Kind::TokSemicolon) // biased;
      continue;
    if (stop == Kind::TokEqual) {
      branch.future = reader.until({Kind::TokFatArrow, Kind::TokComma});
      reader.until({Kind::TokFatArrow}); // a condition
      reader.advance();
    } else if (stop == Kind::TokArrow) { // crossbeam: recv(r) -> message => …
      branch.blocking = true;
      branch.future = branch.pattern;
      branch.pattern = reader.until({Kind::TokFatArrow});
      reader.advance();
    } else {
      branch.pattern = {}; // else, default, complete
    }
    if (!reader.atEnd() && reader.kind() == Kind::TokenTree && reader.text().starts_with("{")) {
      branch.handler = {reader.node().begin, reader.node().end};
      reader.advance();
    } else {
      branch.handler = reader.until({Kind::TokComma});
    }
    if (!reader.atEnd() && reader.kind() == Kind::TokComma)
      reader.advance();
    branches.push_back(branch);
  }
  return branches;
}

Result Body::selectMacro(NodeId node, NodeId tokens, ValueId callee) {
  const size_t futures = futures_.size();
  const std::vector<SelectBranch> branches = selectBranches(tokens);
  std::vector<ValueId> polled;
  Result taken;
  bool blocking = false;
  for (const SelectBranch &branch : branches) {
    blocking |= branch.blocking;
    ValueId value = 0;
    if (branch.future.end > branch.future.begin && !branch.blocking) {
      openTemporaryScope();
      Result future = awaitOperand(reparse(branch.future.begin, branch.future.end));
      closeTemporaryScope(future);
      value = future.value;
      taken.moved.insert(taken.moved.end(), future.moved.begin(), future.moved.end());
    }
    polled.push_back(value);
  }
  recordCall(node, syntax_.get(node, Field::Macro), callee, {}, false);
  if (!blocking)
    suspend(node, facts::SuspensionKind::Await, record_.join(polled));
  giveAway(taken);
  dropFutures(futures);
  return selectHandlers(branches, polled);
}

Result Body::selectHandlers(const std::vector<SelectBranch> &branches, const std::vector<ValueId> &polled) {
  const BlockIndex head = flow_.current(), next = flow_.newBlock();
  Result result;
  ++conditional_;
  for (size_t i = 0; i < branches.size(); ++i) {
    const BlockIndex start = flow_.newBlock();
    flow_.edge(head, start);
    flow_.setCurrent(start);
    const uint32_t outerLocals = locals_;
    flow_.openScope();
    Binding how;
    how.scope = flow_.innermost();
    how.droppable = true;
    if (branches[i].pattern.end > branches[i].pattern.begin)
      bindExpression(reparse(branches[i].pattern.begin, branches[i].pattern.end),
                     record_.unary(ValueKind::Await, polled[i]), how);
    Result one;
    if (branches[i].handler.end > branches[i].handler.begin)
      one = branch(reparse(branches[i].handler.begin, branches[i].handler.end));
    flow_.closeScope(one.moved);
    locals_ = outerLocals;
    flow_.edge(flow_.current(), next);
    merge(result, one);
  }
  --conditional_;
  if (branches.empty())
    flow_.edge(head, next);
  flow_.setCurrent(next);
  return result;
}

} // namespace clearway::frontend::rust
