// Calls that a type decides which nobody names at the call: `"x".parse::<Config>()`, `path.into()`, `Default::default()`.
#include "frontend/rust/semantics/Inference.h"

#include <algorithm>
#include <array>

namespace clearway::frontend::rust {

using facts::kNone;
using facts::Value;
using facts::ValueId;
using facts::ValueKind;
using link::FileId;
using link::FunctionId;

namespace {

const Name kParse("parse"), kInto("into"), kTryInto("try_into"), kDefault("default"), kUnwrapOrDefault("unwrap_or_default"),
    kToString("to_string"), kFromStr("from_str"), kFrom("from"), kTryFrom("try_from");

bool isConversion(Name method) {
  return method == kParse || method == kInto || method == kTryInto || method == kDefault;
}

/// The values of a struct's fields, followed by their names where those are recorded.
std::span<const ValueId> structFields(const facts::FileFacts &file, const Value &display) {
  const auto all = file.operandsOf(display.operands);
  const bool isNamed = display.flag == static_cast<uint8_t>(facts::DisplayKind::Struct) && all.size() >= 2 && all.size() % 2 == 0 &&
                       file.values[all.back()].kind == ValueKind::Literal;
  return isNamed ? all : std::span<const ValueId>();
}

/// What these methods return is of the type of what is in their receiver.
bool unwraps(std::string_view method) {
  constexpr std::array<std::string_view, 8> kNames{"unwrap",  "expect",       "unwrap_or", "unwrap_or_else",
                                                   "context", "with_context", "map_err",   "unwrap_or_default"};
  return std::find(kNames.begin(), kNames.end(), method) != kNames.end();
}

/// The name of the method or function that a call names, and of the path before it nothing.
const Value &named(const facts::FileFacts &file, const Value &callee) {
  return callee.kind == ValueKind::Apply ? file.values[callee.a] : callee;
}

} // namespace

// ---- what is asked for

void Inference::expect(FileId id, ValueId value, Expectation expected) {
  const facts::FileFacts &file = program_.files[id];
  for (unsigned step = 0; step < 6 && value != 0; ++step) {
    const Value &at = file.values[value];
    if (at.kind == ValueKind::Element || at.kind == ValueKind::Await) {
      value = at.a;
      continue;
    }
    if (at.kind != ValueKind::CallResult)
      return;
    const Value &callee = named(file, file.values[file.calls[at.a].callee]);
    if (callee.kind != ValueKind::Attr)
      return;
    if (isConversion(callee.name)) {
      expectations_[id].try_emplace(at.a, expected);
      return;
    }
    if (callee.flag != 0 || !unwraps(callee.name.view()))
      return;
    value = callee.a;
  }
}

void Inference::findExpectations(FileId id) {
  const facts::FileFacts &file = program_.files[id];
  for (const facts::Binding &binding : file.bindings)
    if (binding.annotation && binding.value)
      expect(id, binding.value, {Expectation::Declared, binding.annotation, 0});
  for (const facts::Function &function : file.functions)
    if (function.returnType)
      for (const ValueId returned : file.operandsOf(function.returns))
        expect(id, returned, {Expectation::Declared, function.returnType, 0});
  for (facts::CallId call = 0; call < file.calls.size(); ++call) {
    const auto arguments = file.argumentsOf(file.calls[call]);
    for (uint32_t i = 0; i < arguments.size(); ++i)
      expect(id, arguments[i].value, {Expectation::Argument, call, i});
  }
  for (const Value &value : file.values) { // `App { config: Default::default() }`
    if (value.kind != ValueKind::Cast || file.values[value.a].kind != ValueKind::Display)
      continue;
    const auto fields = structFields(file, file.values[value.a]);
    for (uint32_t i = 0; i < fields.size() / 2; ++i)
      expect(id, fields[i], {Expectation::Field, value.b, fields[fields.size() / 2 + i]});
  }
}

/// What the call's result has to be, as far as its surroundings say: Result<T> counts as T.
TypeId Inference::expectedType(FileId id, facts::CallId call) {
  const facts::FileFacts &file = program_.files[id];
  if (const Value &callee = file.values[file.calls[call].callee]; callee.kind == ValueKind::Apply && callee.operands.count == 1)
    return types.stripped(typeNamed(id, file.operandsOf(callee.operands).front()));
  if (const auto [at, isNew] = expectations_.try_emplace(id); isNew)
    findExpectations(id);
  const auto found = expectations_[id].find(call);
  if (found == expectations_[id].end())
    return kUnknownType;
  TypeId type = types.stripped(expectationType(id, found->second));
  if (types[type].kind == TypeKind::Named && types[type].name.view() == "std::result::Result")
    type = types.stripped(types.argument(type, 0));
  return type;
}

TypeId Inference::expectationType(FileId id, const Expectation &expected) {
  switch (expected.kind) {
  case Expectation::Declared: return typeNamed(id, expected.index);
  case Expectation::Field: return classField(types[types.stripped(typeNamed(id, expected.index))], program_.files[id].values[expected.part].name);
  case Expectation::Argument: {
    const Callee &called = callee(id, expected.index);
    if (called.functions.size() != 1)
      return kUnknownType;
    const FunctionId function = called.functions.front();
    const auto parameters = program_.fileOf(function).parametersOf(program_.facts(function));
    return expected.part < parameters.size() ? typeNamed(program_.functions[function].file, parameters[expected.part].annotation)
                                             : kUnknownType;
  }
  }
  return kUnknownType;
}

// ---- what does it

/// Of implementations of `From` for one type, those for what is converted; all of them if that is not known.
void Inference::selectFrom(std::vector<FunctionId> &functions, TypeId source) {
  source = types.stripped(source);
  if (functions.size() < 2 || source == kUnknownType)
    return;
  std::vector<FunctionId> fitting;
  for (const FunctionId f : functions) {
    const FileId file = program_.functions[f].file;
    const facts::ClassId owner = program_.facts(f).enclosingClass;
    const auto bases = owner == kNone ? std::span<const ValueId>() : program_.files[file].operandsOf(program_.files[file].classes[owner].bases);
    if (bases.empty())
      return;
    const TypeId from = types.stripped(types.argument(typeNamed(file, bases.front()), 0));
    const bool fits = types[from].kind == TypeKind::Bound ||
                      (types[from].kind == types[source].kind && types[from].name == types[source].name && mayBe(from, source, 0));
    if (fits)
      fitting.push_back(f);
  }
  if (!fitting.empty())
    functions = std::move(fitting);
}

/// `default` of a type of the program, or, where that is derived, of its fields.
void Inference::addDefaults(TypeId id, std::vector<FunctionId> &functions, unsigned depth) {
  constexpr unsigned kDeepest = 3;
  const Type &type = types[types.stripped(id)];
  if (type.kind != TypeKind::Named || depth > kDeepest)
    return;
  const auto &classes = items_.classesNamed(type.name);
  if (classes.empty()) { // `Arc<T>`, `Mutex<T>`; an Option or a collection is empty
    const std::string_view name = type.name.view();
    if (type.args.size() == 1 && (name.ends_with("::Arc") || name.ends_with("::Box") || name.ends_with("::Mutex") || name.ends_with("::RwLock")))
      addDefaults(type.args.front(), functions, depth + 1);
    return;
  }
  if (const auto &own = members_.ofType(type.name, kDefault); !own.empty()) {
    for (const FunctionId f : own)
      if (std::find(functions.begin(), functions.end(), f) == functions.end())
        functions.push_back(f);
    return;
  }
  for (const ClassRef of : classes)
    if (program_.files[of.file].classes[of.id].kind == facts::ClassKind::Struct && program_.files[of.file].classes[of.id].self == 0)
      for (const facts::Binding *field : items_.fields(of))
        addDefaults(typeNamed(of.file, field->annotation), functions, depth + 1);
}

void Inference::convert(FileId file, facts::CallId call, Callee &made) {
  const facts::FileFacts &facts = program_.files[file];
  const facts::CallSite &site = facts.calls[call];
  const Value &callee = named(facts, facts.values[site.callee]);
  if (callee.name.view().ends_with('!') && formatsMuch())
    addFormatted(file, site, made);
  if (callee.kind != ValueKind::Attr)
    return;
  const auto arguments = facts.argumentsOf(site);
  if (callee.flag == 1) {
    if ((callee.name == kFrom || callee.name == kTryFrom) && arguments.size() == 1 && made.functions.size() > 1)
      selectFrom(made.functions, typeOf(file, arguments.front().value));
    if (callee.name == kDefault && made.functions.empty() && arguments.empty()) {
      const bool isTrait = !made.externals.empty() && made.externals.front().view() == "std::default::Default::default";
      const TypeId type = isTrait ? expectedType(file, call) : types.stripped(typeNamed(file, callee.a));
      addDefaults(type, made.functions, 0);
      if (types[type].kind == TypeKind::Named && !items_.classesNamed(types[type].name).empty())
        made.constructs = type;
    }
    return;
  }
  if (!made.functions.empty())
    return;
  if (callee.name == kUnwrapOrDefault)
    addDefaults(element(made.original, 0), made.functions, 0);
  else if (callee.name == kToString)
    made.functions = formattersOf(made.original, "Display");
  else if (callee.name == kParse || callee.name == kInto || callee.name == kTryInto)
    addConversion(callee.name, expectedType(file, call), made);
  if (!made.functions.empty())
    made.externals.clear();
}

void Inference::addConversion(Name method, TypeId wanted, Callee &made) {
  if (types[wanted].kind != TypeKind::Named)
    return;
  made.functions = members_.ofType(types[wanted].name, method == kParse ? kFromStr : method == kInto ? kFrom : kTryFrom);
  if (method != kParse)
    selectFrom(made.functions, made.original);
  if (made.functions.size() > 1) // which one is not to be told
    made.functions.clear();
}

} // namespace clearway::frontend::rust
