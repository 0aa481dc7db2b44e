#include "frontend/python/Extractor.h"

namespace clearway::python {

using namespace facts;

void Extractor::suite(NodeId block) {
  if (block != kNoNode)
    statements(block);
}

void Extractor::statements(NodeId block) {
  bool inDeadBlock = false;
  for (const NodeId node : tree_.children(block)) {
    if (!locals_.state.reachable && !inDeadBlock) {
      flow_.start(flow_.newBlock());
      inDeadBlock = true;
    }
    statement(node);
  }
}

void Extractor::statement(NodeId node) {
  if (depth_ >= kMaxDepth) {
    tooDeep(node);
    return;
  }
  ++depth_;
  switch (const Kind nodeKind = kind(node)) {
  case Kind::ExpressionStatement:
    expressionStatement(node);
    break;
  case Kind::If:
    ifStatement(node);
    break;
  case Kind::For:
    forStatement(node);
    break;
  case Kind::While:
    whileStatement(node);
    break;
  case Kind::Try:
    tryStatement(node);
    break;
  case Kind::With:
    with(node);
    break;
  case Kind::Match:
    match(node);
    break;
  case Kind::Function:
    function(node, {});
    break;
  case Kind::Class:
    classDefinition(node, {});
    break;
  case Kind::Decorated:
    decorated(node);
    break;
  default:
    simpleStatement(node, nodeKind);
    break;
  }
  --depth_;
}

void Extractor::simpleStatement(NodeId node, Kind nodeKind) {
  switch (nodeKind) {
  case Kind::Return:
    return returnStatement(node);
  case Kind::Raise:
    return raiseStatement(node);
  case Kind::Assert:
    return assertStatement(node);
  case Kind::Delete:
    return deleteStatement(node);
  case Kind::Break:
    return leave(Jump::Break);
  case Kind::Continue:
    return leave(Jump::Continue);
  case Kind::Import:
    return importStatement(node);
  case Kind::ImportFrom:
    return importFrom(node);
  case Kind::TypeAlias:
    return typeAlias(node);
  case Kind::Pass:
  case Kind::Global:
  case Kind::Nonlocal:
  case Kind::FutureImport:
    return;
  case Kind::Block:
  case Kind::Error: // whatever the parser could make out inside
    return suite(node);
  default:
    use(value(node), ResultUse::Operand);
  }
}

void Extractor::expressionStatement(NodeId node) {
  for (const NodeId part : tree_.children(node)) {
    const Kind partKind = kind(part);
    if ((partKind == Kind::String && tree_.firstChild(part) == kNoNode) || partKind == Kind::Ellipsis)
      continue; // documentation
    const ValueId result = value(part);
    if (partKind != Kind::Assignment && partKind != Kind::AugmentedAssignment)
      use(result, ResultUse::Discarded);
  }
}

void Extractor::leave(Jump how) {
  jumps_.jump(how);
  locals_.state.reachable = false;
}

void Extractor::returnStatement(NodeId node) {
  if (const NodeId operand = tree_.firstChild(node)) {
    const ValueId returned = value(operand);
    use(returned, ResultUse::Returned);
    if (!scan_.yields)
      returns_.push_back(returned);
  }
  leave(Jump::Return);
}

void Extractor::raiseStatement(NodeId node) {
  operandsOnly(node);
  leave(Jump::Raise);
}

void Extractor::assertStatement(NodeId node) {
  operandsOnly(node);
  if (const NodeId test = tree_.firstChild(node))
    narrow(test, true);
}

void Extractor::deleteStatement(NodeId node) {
  for (const NodeId target : tree_.children(node)) {
    if (kind(target) != Kind::Identifier) {
      operandsOnly(target);
      continue;
    }
    if (context_.local)
      if (const uint32_t local = locals_.find(tree_[target].name); local != kNone)
        locals_.set(local, kNone);
  }
}

} // namespace clearway::python
