// Decorated functions: what a decorator of this program leaves of the function it is given. Decorators from
// outside give back what they were given, unless the catalogue says that they run it somewhere else.
#include "frontend/python/SemanticsEvaluator.h"

#include <algorithm>

namespace clearway::python {

using facts::FunctionKind;
using facts::kNone;
using facts::ValueKind;

namespace {

bool makesManager(std::string_view decorator) {
  return decorator == "contextlib.contextmanager" || decorator == "contextlib.asynccontextmanager";
}

bool runsElsewhere(const catalog::Entry *entry) {
  return entry && entry->effect == catalog::EffectKind::None && !entry->runs.empty();
}

} // namespace

bool Evaluator::isManager(link::FunctionId function) {
  const link::FileId id = fileOf(function);
  for (const facts::ValueId decorator : file(id).operandsOf(facts(function).decorators))
    for (const Alternative each : types_.each(value(id, decorator)))
      if (types_[each.type].kind == TypeKind::External && makesManager(types_[each.type].name.view()))
        return true;
  return false;
}

SetId Evaluator::decorated(link::FunctionId function) {
  return memo_.answer(decorated_, function, [&] { return computeDecorated(function); });
}

SetId Evaluator::computeDecorated(link::FunctionId function) {
  SetId current = types_.single(types_.of(TypeKind::Function, function));
  const link::FileId id = fileOf(function);
  const std::span<const facts::ValueId> decorators = file(id).operandsOf(facts(function).decorators);
  for (size_t i = decorators.size(); i-- > 0;)
    current = applyDecorator(current, function, value(id, decorators[i]));
  return current;
}

SetId Evaluator::applyDecorator(SetId current, link::FunctionId function, SetId decorator) {
  if (types_.size(decorator) != 1)
    return current;
  const Type type = types_[types_.at(decorator, 0).type];
  if (type.kind == TypeKind::External && runsElsewhere(knowledge_.find(type.name)))
    return container("typing.Callable", container("typing.Awaitable", returned(function)));
  if (type.kind == TypeKind::Function)
    return applyFunction(current, type.id);
  if (type.kind == TypeKind::Class) // the object stands in for the function
    return types_.single(types_.of(TypeKind::Instance, type.id));
  return current;
}

SetId Evaluator::applyFunction(SetId current, link::FunctionId decorator) {
  const DecoratorEffect effect = effectOf(decorator);
  if (effect.isTransparent || effect.wrappers.empty())
    return current;
  SetBuilder result;
  for (const Alternative each : types_.each(current)) {
    if (types_[each.type].kind != TypeKind::Function)
      return current;
    std::vector<uint32_t> wrappers(effect.wrappers.begin(), effect.wrappers.end());
    const std::vector<uint32_t> inner = types_.argumentsOf(each.type);
    wrappers.insert(wrappers.end(), inner.begin(), inner.end());
    result.add({types_.with(each.type, wrappers), each.inferred});
  }
  return types_.set(result);
}

const DecoratorEffect &Evaluator::effectOf(link::FunctionId decorator) {
  const auto known = effects_.find(decorator);
  if (known != effects_.end())
    return known->second;
  effects_[decorator] = {true, {}}; // while it is being worked out
  DecoratorEffect effect = computeEffect(decorator);
  return effects_[decorator] = std::move(effect);
}

// Of the closures that a decorator may return, those count that call what was given. Where none does, those
// that hand it on: to a thread pool, for example.
DecoratorEffect Evaluator::computeEffect(link::FunctionId decorator) {
  DecoratorEffect effect;
  std::vector<link::FunctionId> handingOn;
  const link::FileId id = fileOf(decorator);
  for (const facts::ValueId v : file(id).operandsOf(facts(decorator).returns)) {
    if (isParameterOf(id, v, decorator))
      effect.isTransparent = true;
    for (const Alternative each : types_.each(value(id, v))) {
      const Type type = types_[each.type];
      if (type.kind != TypeKind::Function || program_.functions[type.id].parent == kNone)
        continue;
      if (callsGiven(type.id))
        effect.wrappers.push_back(type.id);
      else if (handsOnGiven(type.id))
        handingOn.push_back(type.id);
    }
  }
  if (effect.wrappers.empty())
    effect.wrappers = std::move(handingOn);
  std::ranges::sort(effect.wrappers);
  effect.wrappers.erase(std::ranges::unique(effect.wrappers).begin(), effect.wrappers.end());
  return effect;
}

bool Evaluator::isParameterOf(link::FileId id, facts::ValueId v, link::FunctionId decorator) const {
  if (decorator == kNone)
    return false;
  const facts::Value &given = file(id).values[v];
  if (given.kind == ValueKind::Param)
    return program_.functionAt(id, given.a) == decorator;
  if (given.kind != ValueKind::Ref)
    return false;
  const GroupId group = symbols_.lookup(id, given.a, given.name);
  if (group == kNone || symbols_.group(group).scope != facts(decorator).scope)
    return false;
  return std::ranges::any_of(symbols_.definitions(group), [](const Definition &each) {
    return each.kind == facts::BindingKind::Parameter;
  });
}

// Whether a closure calls a parameter of the function around it.
bool Evaluator::callsGiven(link::FunctionId closure) const {
  const link::Function &in = program_.functions[closure];
  for (uint32_t c = 0; c < in.callCount; ++c)
    if (isParameterOf(in.file, program_.site(in.firstCall + c).callee, in.parent))
      return true;
  return false;
}

bool Evaluator::handsOnGiven(link::FunctionId closure) const {
  const link::Function &in = program_.functions[closure];
  for (uint32_t c = 0; c < in.callCount; ++c)
    for (const facts::Argument &argument : file(in.file).argumentsOf(program_.site(in.firstCall + c)))
      if (isParameterOf(in.file, argument.value, in.parent))
        return true;
  return false;
}

bool Evaluator::passesThrough(link::FunctionId wrapper, link::FunctionId wrapped) const {
  if (!callsGiven(wrapper))
    return false;
  if (facts(wrapper).kind == facts(wrapped).kind)
    return true;
  if (facts(wrapper).kind == FunctionKind::Coroutine)
    return facts(wrapped).kind == FunctionKind::Plain; // it runs where the wrapper runs
  if (facts(wrapper).kind != FunctionKind::Plain)
    return false;
  // A plain wrapper that returns the call's result returns the coroutine itself.
  const link::FileId id = fileOf(wrapper);
  for (const facts::ValueId v : file(id).operandsOf(facts(wrapper).returns)) {
    const facts::Value &given = file(id).values[v];
    if (given.kind == ValueKind::CallResult && given.a < file(id).calls.size() &&
        isParameterOf(id, file(id).calls[given.a].callee, program_.functions[wrapper].parent))
      return true;
  }
  return false;
}

} // namespace clearway::python
