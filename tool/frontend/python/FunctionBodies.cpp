#include "frontend/python/Extractor.h"

#include "facts/NameCache.h"

namespace clearway::python {

using namespace facts;

void Extractor::module() {
  Function whole;
  whole.name = cachedName("<module>");
  whole.qualifiedName = builder_.qualified(facts_.module, "<module>");
  whole.file = Name(facts_.path);
  whole.kind = FunctionKind::Module;
  whole.flags = facts_.isTest ? FunctionFlag::Test : 0;
  whole.range = tree_.range(0);
  whole.nameRange = {1, 1, 1, 1};
  facts_.functions.push_back(whole);
  facts_.functions[0].scope = newScope(ScopeKind::Module, kNone, facts_.module);
  locals_.reset(0);
  flow_.begin();
  statements(0);
  facts_.functions[0].blocks = flow_.finish();
}

void Extractor::functionBody(const Pending &pending) {
  Function &current = facts_.functions[pending.function];
  context_ = {};
  context_.function = pending.function;
  context_.scope = current.scope;
  context_.local = true;
  context_.receiver = pending.receiver;
  context_.callFlags = pending.callFlags;
  context_.typeOnly = pending.typeOnly;
  jumps_.reset();
  returns_.clear();
  locals_.reset(current.scope);
  const NodeId body = child(pending.node, Field::Body);
  if (body != kNoNode)
    scan_.scan(tree_, body);
  else
    scan_ = {};
  flow_.begin();
  bindParameters(pending);
  for (const BodyScan::Store &store : scan_.stores)
    if (scopeOfStore(store.name) == context_.scope)
      locals_.add(store.name);
  lambdaOrSuite(pending.node);
  finishFunction(pending);
}

void Extractor::bindParameters(const Pending &pending) {
  const Span list = facts_.functions[pending.function].parameters;
  for (uint32_t i = 0; i < list.count; ++i) {
    const Parameter parameter = facts_.parameters[list.first + i];
    if (parameter.name.empty())
      continue;
    const bool receiver = i == 0 && pending.isMethod && pending.receiver.name == parameter.name;
    const ValueId held = receiver ? builder_.self(pending.receiver.owner, pending.receiver.classItself)
                                  : builder_.unary(ValueKind::Param, pending.function, i);
    const uint32_t local = locals_.add(parameter.name);
    const uint32_t binding = addBinding({.scope = context_.scope,
                                         .name = parameter.name,
                                         .kind = BindingKind::Parameter,
                                         .value = held,
                                         .annotation = parameter.annotation,
                                         .index = i,
                                         .range = facts_.functions[pending.function].nameRange});
    locals_.bound(local, binding, held);
  }
}

void Extractor::lambdaOrSuite(NodeId node) {
  const NodeId body = child(node, Field::Body);
  if (body == kNoNode)
    return;
  if (kind(node) != Kind::Lambda) {
    suite(body);
    return;
  }
  returns_.push_back(value(body));
  use(returns_.back(), ResultUse::Returned);
}

void Extractor::finishFunction(const Pending &pending) {
  Function &current = facts_.functions[pending.function];
  current.blocks = flow_.finish();
  current.returns = builder_.operands(returns_);
  if (!scan_.yields)
    return;
  const bool isAsync = current.kind == FunctionKind::Coroutine;
  current.kind = isAsync ? FunctionKind::AsyncGenerator : FunctionKind::Generator;
}

} // namespace clearway::python
