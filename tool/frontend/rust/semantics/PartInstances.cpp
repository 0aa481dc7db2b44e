// What calls say of the type parameters of the functions they call.
#include "frontend/rust/semantics/PartResolver.h"

namespace clearway::frontend::rust {

using facts::Value;
using facts::ValueId;
using facts::ValueKind;
using link::FileId;
using link::FunctionId;

namespace {

/// The function that closures and async blocks are written in.
FunctionId outermost(const link::Program &program, FunctionId f) {
  while (program.functions[f].parent != link::kNone &&
         program.facts(f).flags & (facts::FunctionFlag::Lambda | facts::FunctionFlag::AsyncBlock))
    f = program.functions[f].parent;
  return f;
}

/// `x`, `&x`, `*x`, `x.clone()`: the parameter that a value is.
const Value *parameterBehind(const facts::FileFacts &file, ValueId id) {
  for (unsigned step = 0; step < 6; ++step) {
    const Value &value = file.values[id];
    if (value.kind == ValueKind::Param)
      return &value;
    if (value.kind == ValueKind::Deref) {
      id = value.a;
    } else if (value.kind == ValueKind::Variable) {
      id = file.bindings[value.a].value;
    } else if (value.kind == ValueKind::CallResult) {
      const Value &callee = file.values[file.calls[value.a].callee];
      const std::string_view name = callee.name.view();
      if (callee.kind != ValueKind::Attr || callee.flag != 0 || (name != "clone" && name != "as_ref" && name != "as_mut"))
        return nullptr;
      id = callee.a;
    } else {
      return nullptr;
    }
  }
  return nullptr;
}

} // namespace

void PartResolver::noteGeneric(link::CallId id, const Callee &callee) {
  const Type &receiver = inference_.types[callee.receiver];
  if (receiver.kind != TypeKind::Bound)
    return;
  const link::Call &call = program_.calls[id];
  const facts::FileFacts &file = program_.files[call.file];
  Value target = file.values[file.calls[call.site].callee];
  if (target.kind == ValueKind::Apply)
    target = file.values[target.a];
  if (target.kind != ValueKind::Attr)
    return;
  GenericCall made{id, {outermost(program_, call.caller), receiver.name, 0}, target.name};
  if (receiver.name.empty()) {
    const Value *parameter = target.flag == 0 ? parameterBehind(file, target.a) : nullptr;
    if (!parameter)
      return;
    made.parameter.function = program_.functionAt(call.file, parameter->a);
    made.parameter.position = parameter->b;
    if (program_.facts(made.parameter.function).flags & facts::FunctionFlag::Lambda)
      return;
  }
  generic_.push_back(made);
}

std::vector<Instance> PartResolver::instancesFor(const Instantiation &instantiation) {
  std::vector<Instance> found;
  forEach(program_.callBase, program_.calls.size(), [&](link::CallId id) {
    for (const link::Target &target : program_.calls[id].targets)
      for (const uint32_t demand : instantiation.asked(target.function)) {
        found.push_back(instanceOf(id, target.function, instantiation.parameter(demand), instantiation.method(demand)));
        found.back().demand = demand;
        found.back().site = id;
      }
  });
  return found;
}

Instance PartResolver::instanceOf(link::CallId id, FunctionId function, const TypeParameter &parameter, Name method) {
  static const Name kSelf("Self");
  const link::Call &call = program_.calls[id];
  const facts::FileFacts &file = program_.files[call.file];
  const facts::CallSite &site = file.calls[call.site];
  const Callee &callee = inference_.callee(call.file, call.site);
  const Value &written = file.values[site.callee];
  const bool isPath = written.kind != ValueKind::Attr || written.flag == 1;
  const facts::Function &called = program_.facts(function);
  const bool isMethod = called.enclosingClass != facts::kNone && !(called.flags & facts::FunctionFlag::Static);
  if (isPath && isMethod) // Trait::method(receiver, …)
    return {};
  if (parameter.name == kSelf)
    return instanceOf(inference_.types[callee.receiver], call.caller, written.a, method);
  if (parameter.name.empty()) {
    const auto arguments = file.argumentsOf(site);
    if (parameter.position >= arguments.size())
      return {};
    const ValueId argument = arguments[parameter.position].value;
    return instanceOf(inference_.types[inference_.types.stripped(inference_.typeOf(call.file, argument))], call.caller,
                      argument, method);
  }
  for (const auto &[name, type] : inference_.instantiation(function, callee, call.file, site))
    if (name == parameter.name)
      return instanceOf(inference_.types[inference_.types.stripped(type)], call.caller, facts::kNone, method);
  return {};
}

Instance PartResolver::instanceOf(const Type &type, FunctionId caller, ValueId argument, Name method) {
  Instance made;
  if (type.kind == TypeKind::Bound) {
    made.forwarded = {outermost(program_, caller), type.name, 0};
    made.kind = Instance::Forwarded;
    if (!type.name.empty())
      return made;
    const Value *parameter =
        argument == facts::kNone ? nullptr : parameterBehind(program_.fileOf(caller), argument);
    if (!parameter)
      return {};
    made.forwarded.function = program_.functionAt(program_.functions[caller].file, parameter->a);
    made.forwarded.position = parameter->b;
    if (program_.facts(made.forwarded.function).flags & facts::FunctionFlag::Lambda)
      return {};
    return made;
  }
  Callee callee;
  if (type.kind != TypeKind::Named || !inference_.methodOf(inference_.types.intern(type), method, callee) ||
      callee.confidence != link::Confidence::Certain)
    return made;
  made.kind = Instance::Known;
  made.functions = std::move(callee.functions);
  return made;
}

} // namespace clearway::frontend::rust
