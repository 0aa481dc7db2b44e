#include "frontend/python/Arms.h"
#include "frontend/python/Extractor.h"

namespace clearway::python {

using namespace facts;

// The body of `clause`, under the condition just evaluated; leaves the state of the path on which it does not
// hold.
void Extractor::arm(Arms &arms, NodeId clause, Field body) {
  const NodeId test = child(clause, Field::Condition);
  const Context before = context_;
  FlowState otherwise = locals_.copy();
  const BlockId tested = flow_.current();
  const bool mainGuard = test != kNoNode && isMainGuard(test);
  const Try attempt = triedBy(test);
  if (test != kNoNode) {
    narrow(test, true);
    context_.typeOnly |= isTypeChecking(test);
  }
  if (mainGuard)
    context_.callFlags |= CallFlag::MainGuard;
  else
    context_.conditional = true;
  flow_.startNext();
  refused(attempt, true);
  suite(child(clause, body));
  arms.end();
  context_ = before;
  std::swap(locals_.state, otherwise);
  locals_.recycle(std::move(otherwise));
  if (test != kNoNode)
    narrow(test, false);
  const BlockId next = flow_.newBlock();
  flow_.edge(tested, next);
  flow_.start(next);
  refused(attempt, false);
}

void Extractor::ifStatement(NodeId node) {
  Arms arms(*this);
  const Context before = context_;
  condition(child(node, Field::Condition));
  arm(arms, node, Field::Consequence);
  for (const NodeId clause : tree_.children(node)) {
    if (kind(clause) == Kind::Elif) {
      context_.conditional = true;
      condition(child(clause, Field::Condition));
      arm(arms, clause, Field::Consequence);
    } else if (kind(clause) == Kind::Else) {
      context_.conditional = true;
      suite(child(clause, Field::Body));
    }
  }
  arms.end();
  arms.join();
  context_ = before;
}

void Extractor::match(NodeId node) {
  Arms arms(*this);
  const Context before = context_;
  const NodeId subject = child(node, Field::Subject);
  const ValueId matched = value(subject);
  use(matched, ResultUse::Operand);
  context_.conditional = true;
  if (const NodeId body = child(node, Field::Body))
    for (const NodeId clause : tree_.children(body))
      if (kind(clause) == Kind::Case)
        caseClause(arms, clause, subject, matched);
  arms.end();
  arms.join();
  context_ = before;
}

void Extractor::caseClause(Arms &arms, NodeId clause, NodeId subject, ValueId matched) {
  FlowState otherwise = locals_.copy();
  const BlockId tested = flow_.current();
  flow_.startNext();
  for (const NodeId part : tree_.children(clause)) {
    if (kind(part) != Kind::CasePattern)
      continue;
    const NodeId inner = tree_.firstChild(part);
    if (inner != kNoNode && kind(inner) == Kind::ClassPattern && kind(subject) == Kind::Identifier &&
        tree_.firstChild(inner) != kNoNode)
      if (const uint32_t local = context_.local ? locals_.find(tree_[subject].name) : kNone; local != kNone)
        locals_.set(local, builder_.unary(ValueKind::Cast, matched, type(tree_.firstChild(inner)), 1));
    bindPattern(part, matched);
  }
  if (const NodeId guard = child(clause, Field::Guard)) {
    condition(tree_.firstChild(guard));
    narrow(tree_.firstChild(guard), true);
  }
  suite(child(clause, Field::Consequence));
  arms.end();
  std::swap(locals_.state, otherwise);
  locals_.recycle(std::move(otherwise));
  const BlockId next = flow_.newBlock();
  flow_.edge(tested, next);
  flow_.start(next);
}

void Extractor::bindPattern(NodeId node, ValueId matched) {
  if (depth_ >= kMaxDepth) {
    tooDeep(node);
    return;
  }
  ++depth_;
  const NodeId first = tree_.firstChild(node);
  switch (kind(node)) {
  case Kind::CasePattern:
  case Kind::UnionPattern:
  case Kind::KeywordPattern:
    for (const NodeId part : tree_.children(node))
      if (kind(part) != Kind::Identifier)
        bindPattern(part, matched);
    break;
  case Kind::ClassPattern:
    bindClassPattern(node, matched);
    break;
  case Kind::ListPattern:
  case Kind::TuplePattern:
    for (const NodeId part : tree_.children(node))
      bindPattern(part, builder_.unary(ValueKind::Element, matched));
    break;
  case Kind::DictPattern:
    for (const NodeId part : tree_.children(node))
      bindPattern(part, 0);
    break;
  case Kind::AsPattern: {
    const NodeId inner = first != kNoNode ? tree_.firstChild(first) : kNoNode;
    const bool ofClass =
        inner != kNoNode && kind(inner) == Kind::ClassPattern && tree_.firstChild(inner) != kNoNode;
    bindPattern(first, matched);
    if (const NodeId name = captureName(tree_, node))
      bind(name, BindingKind::Variable,
           ofClass ? builder_.unary(ValueKind::Cast, matched, type(tree_.firstChild(inner))) : matched);
    break;
  }
  default:
    if (const NodeId name = captureName(tree_, node))
      bind(name, BindingKind::Variable, matched);
    break;
  }
  --depth_;
}

// case Point(x=a): a is the attribute x of a Point.
void Extractor::bindClassPattern(NodeId node, ValueId matched) {
  const NodeId name = tree_.firstChild(node);
  if (name == kNoNode)
    return;
  const ValueId object = builder_.unary(ValueKind::Cast, matched, type(name));
  for (NodeId part = tree_.nextSibling(node, name); part != kNoNode; part = tree_.nextSibling(node, part)) {
    const NodeId keyword = tree_.firstChild(part);
    const bool named = keyword != kNoNode && kind(keyword) == Kind::KeywordPattern;
    const NodeId attributeName = named ? tree_.firstChild(keyword) : kNoNode;
    if (attributeName != kNoNode)
      bindPattern(keyword, builder_.attr(object, tree_[attributeName].name));
    else
      bindPattern(part, 0);
  }
}

} // namespace clearway::python
