#include "frontend/python/SemanticsFunctions.h"

#include <algorithm>

namespace clearway::python {

using facts::kNone;
using facts::ValueKind;
using link::Confidence;

namespace {

ClassId classOf(const link::Program &program, Evaluator &evaluator, link::FunctionId f) {
  const facts::ClassId local = program.facts(f).enclosingClass;
  return local == kNone ? kNone : evaluator.classes().at(program.functions[f].file, local);
}

bool isConstructor(std::string_view name) {
  return name == "__init__" || name == "__new__" || name == "__post_init__" || name == "__init_subclass__";
}

void addDecorator(link::Function &function, const link::External &decorator) {
  function.decorators.push_back(decorator);
}

// `@app.get("/")` is known by what is called, `@cached` by itself.
void findDecorators(Evaluator &evaluator, const facts::FileFacts &file, link::Function &function) {
  for (const facts::ValueId v : file.operandsOf(file.functions[function.local].decorators)) {
    const facts::Value &decorator = file.values[v];
    const bool isCall = decorator.kind == ValueKind::CallResult && decorator.a < file.calls.size();
    const SetId set = evaluator.value(function.file, isCall ? file.calls[decorator.a].callee : v);
    for (const Alternative each : evaluator.types().each(set))
      if (const Name name = evaluator.typeName(each.type); !name.empty())
        addDecorator(function, evaluator.knowledge().external(name, each.inferred ? Confidence::Inferred
                                                                                  : Confidence::Certain));
  }
}

void findBases(Evaluator &evaluator, ClassId type, link::Function &function) {
  for (const Ancestor &ancestor : evaluator.classes().order(type)) {
    if (ancestor.type != kNone)
      continue;
    const link::External base = evaluator.knowledge().external(ancestor.external, Confidence::Certain);
    if (base.entry)
      function.bases.push_back(base);
  }
}

void findReturnedCallables(const facts::FileFacts &file, CallResolver &calls, link::Function &function) {
  Reached reached;
  for (const facts::ValueId v : file.operandsOf(file.functions[function.local].returns)) {
    const ValueKind kind = file.values[v].kind;
    if (kind != ValueKind::Ref && kind != ValueKind::Closure && kind != ValueKind::Variable &&
        kind != ValueKind::CallResult)
      continue;
    for (const link::Target &target : calls.reachedBy(function.file, v, nullptr).targets)
      reached.add(target.function, target.confidence);
  }
  reached.sort();
  function.returnsCallable = std::move(reached.targets);
}

} // namespace

void linkOverrides(link::Program &program, Evaluator &evaluator) {
  for (link::FunctionId f = 0; f < program.functions.size(); ++f) {
    if (program.language(f) != facts::Language::Python)
      continue;
    const ClassId owner = classOf(program, evaluator, f);
    const Name name = program.facts(f).name;
    if (owner == kNone || isConstructor(name.view()))
      continue;
    for (const Ancestor &ancestor : evaluator.classes().order(owner)) {
      if (ancestor.type == kNone || ancestor.type == owner)
        continue;
      const link::FunctionId overridden = evaluator.ownMethod(ancestor.type, name);
      if (overridden == kNone)
        continue;
      program.functions[f].overrides.push_back(overridden);
      program.functions[overridden].overriders.push_back(f);
    }
  }
}

void resolveFunction(link::Program &program, Evaluator &evaluator, CallResolver &calls, link::FunctionId f) {
  link::Function &function = program.functions[f];
  const facts::FileFacts &file = program.files[function.file];
  const facts::Function &facts = file.functions[function.local];
  if (facts.kind == facts::FunctionKind::Module)
    return;
  function.entry = evaluator.knowledge().find(facts.qualifiedName);
  findDecorators(evaluator, file, function);
  if (const ClassId owner = classOf(program, evaluator, f); owner != kNone)
    findBases(evaluator, owner, function);
  findReturnedCallables(file, calls, function);
}

void resolveObject(link::Program &program, Evaluator &evaluator, link::ObjectId id) {
  link::Object &object = program.objects[id];
  const facts::FileFacts &file = program.files[object.file];
  const facts::ScopedObject &scoped = file.objects[object.object];
  SetId set = evaluator.declared(object.file, scoped.type);
  if (set == kUnknown)
    set = evaluator.value(object.file, scoped.initializer);
  for (const Alternative each : evaluator.types().each(set)) {
    const Confidence confidence = each.inferred ? Confidence::Inferred : Confidence::Certain;
    const Type type = evaluator.types()[each.type];
    if (const Name name = evaluator.typeName(each.type); !name.empty())
      object.types.push_back(evaluator.knowledge().external(name, confidence));
    if (type.kind != TypeKind::Instance)
      continue;
    for (const Ancestor &ancestor : evaluator.classes().order(type.id))
      if (ancestor.type == kNone && evaluator.knowledge().find(ancestor.external))
        object.types.push_back(evaluator.knowledge().external(ancestor.external, confidence));
  }
  const facts::Value &initializer = file.values[scoped.initializer];
  if (initializer.kind == ValueKind::CallResult)
    object.origin = program.callAt(object.file, initializer.a);
  const bool isLock = std::ranges::any_of(object.types, [](const link::External &type) {
    return type.entry && type.entry->lock != catalog::LockKind::None;
  });
  if (isLock)
    object.lockPath = LockPaths(evaluator).path(object.file, scoped.initializer);
}

} // namespace clearway::python
