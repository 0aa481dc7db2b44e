// Annotations: what a value means when it is read as a type.
#include "frontend/python/SemanticsEvaluator.h"

#include <array>
#include <string>
#include <utility>

namespace clearway::python {

using facts::kNone;
using facts::ValueKind;

namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// Names of typing and collections.abc, and the type whose behaviour they have.
constexpr Pair kCanonical[] = {
    {"List", "list"},
    {"Dict", "dict"},
    {"Set", "set"},
    {"FrozenSet", "set"},
    {"Tuple", "tuple"},
    {"DefaultDict", "dict"},
    {"OrderedDict", "dict"},
    {"Mapping", "dict"},
    {"MutableMapping", "dict"},
    {"ChainMap", "dict"},
    {"Sequence", "list"},
    {"MutableSequence", "list"},
    {"Collection", "list"},
    {"AbstractSet", "set"},
    {"MutableSet", "set"},
    {"Deque", "collections.deque"},
    {"Text", "str"},
    {"ByteString", "bytes"},
};

bool isTypingModule(std::string_view module) {
  return module == "typing" || module == "typing_extensions" || module == "collections.abc" ||
         module == "types";
}

// The name of a special form ("Optional"), or empty.
std::string_view formOf(std::string_view qualified) {
  const size_t dot = qualified.rfind('.');
  if (dot == std::string_view::npos || !isTypingModule(qualified.substr(0, dot)))
    return {};
  return qualified.substr(dot + 1);
}

bool saysNothing(std::string_view form) {
  constexpr std::string_view kNothing[] = {
      "Any",      "NoReturn",  "Never",     "Hashable",    "AnyStr",     "LiteralString", "Sized",
      "Generic",  "TypeAlias", "ParamSpec", "Union",       "Optional",   "Final",         "ClassVar",
      "Protocol", "NoneType",  "Literal",   "Concatenate", "NamedTuple", "TypedDict"};
  for (const std::string_view each : kNothing)
    if (each == form)
      return true;
  return false;
}

// Forms that add something to the type they are applied to.
bool isTransparent(std::string_view form) {
  constexpr std::string_view kTransparent[] = {"Optional", "Union",       "Annotated", "Final",  "ClassVar",
                                               "Required", "NotRequired", "ReadOnly",  "InitVar"};
  for (const std::string_view each : kTransparent)
    if (each == form)
      return true;
  return false;
}

Name canonical(Name name) {
  const std::string_view form = formOf(name.view());
  for (const auto &[from, to] : kCanonical)
    if (form == from)
      return Name(to);
  if (form.empty())
    return name.view() == "frozenset" ? Name("set") : name;
  return Name("typing." + std::string(form));
}

} // namespace

SetId Evaluator::declared(link::FileId id, facts::ValueId v) {
  if (v == 0 || v == kNone)
    return kUnknown;
  return memo_.answer(declarations_, valueBase_[id] + v,
                      [&] { return computeDeclared(id, file(id).values[v]); });
}

SetId Evaluator::computeDeclared(link::FileId id, const facts::Value &v) {
  switch (v.kind) {
  case ValueKind::Ref:
    return declaredBy(referentOf(id, v.a, v.name));
  case ValueKind::Attr: {
    SetId result = kUnknown;
    for (const Alternative each : types_.each(value(id, v.a)))
      if (types_[each.type].kind == TypeKind::Module)
        result = types_.unite(result, declaredBy(moduleMember(types_[each.type].id, v.name)));
      else
        result = types_.unite(result, instancesOf(member(each.type, v.name)));
    return result;
  }
  case ValueKind::Apply:
    return declaredApply(id, v);
  case ValueKind::Join:
  case ValueKind::Display: // isinstance(x, (A, B))
    return declaredEach(id, file(id).operandsOf(v.operands));
  case ValueKind::Literal:
    return v.flag == static_cast<uint8_t>(facts::LiteralKind::String) ? declaredText(id, v.name.view())
                                                                      : kUnknown;
  case ValueKind::Variable:
  case ValueKind::CallResult: // NewType, a class made by a call
    return instancesOf(value(id, static_cast<facts::ValueId>(&v - file(id).values.data())));
  case ValueKind::Self:
    return types_.single(types_.of(TypeKind::Instance, classes_.at(id, v.a)));
  case ValueKind::Instance:
    return declared(id, v.a);
  default:
    return kUnknown;
  }
}

SetId Evaluator::instancesOf(SetId set) {
  SetBuilder result;
  for (const Alternative each : types_.each(set)) {
    const Type type = types_[each.type];
    if (type.kind == TypeKind::Class)
      result.add({types_.as(TypeKind::Instance, each.type), each.inferred});
    if (type.kind != TypeKind::External)
      continue;
    const std::string_view form = formOf(type.name.view());
    if (form == "Self")
      result.add({types_.intern({TypeKind::SelfType, {}, kNone, kNone, 0, 0}), each.inferred});
    else if (type.name.view() != "object" && type.name.view() != "None" && !saysNothing(form))
      result.add({types_.of(TypeKind::ExternalInstance, canonical(type.name)), each.inferred});
  }
  return types_.set(result);
}

SetId Evaluator::classesOf(SetId instances) {
  SetBuilder result;
  for (const Alternative each : types_.each(instances)) {
    const Type type = types_[each.type];
    if (type.kind == TypeKind::Instance)
      result.add({types_.as(TypeKind::Class, each.type), each.inferred});
    else if (type.kind == TypeKind::ExternalInstance)
      result.add({types_.of(TypeKind::External, type.name), each.inferred});
  }
  return types_.set(result);
}

SetId Evaluator::declaredEach(link::FileId id, std::span<const facts::ValueId> arguments) {
  SetId result = kUnknown;
  for (const facts::ValueId argument : arguments)
    result = types_.unite(result, declared(id, argument));
  return result;
}

SetId Evaluator::declaredApply(link::FileId id, const facts::Value &v) {
  const std::span<const facts::ValueId> arguments = file(id).operandsOf(v.operands);
  SetId result = kUnknown;
  for (const Alternative each : types_.each(value(id, v.a))) {
    const Type type = types_[each.type];
    if (type.kind == TypeKind::Class) {
      std::vector<uint32_t> sets;
      for (const facts::ValueId argument : arguments)
        sets.push_back(declared(id, argument));
      const TypeId plain = types_.of(TypeKind::Instance, type.id);
      result = types_.unite(result, types_.single(types_.with(plain, sets), each.inferred));
    }
    if (type.kind != TypeKind::External)
      continue;
    const std::string_view form = formOf(type.name.view());
    const bool isClassObject = type.name.view() == "type" || form == "Type";
    const SetId one = isClassObject  ? classesOf(declaredEach(id, arguments))
                      : form.empty() ? generic(type.name, id, arguments)
                                     : declaredForm(form, id, arguments);
    result = types_.unite(result, one);
  }
  return result;
}

SetId Evaluator::declaredForm(std::string_view form, link::FileId id,
                              std::span<const facts::ValueId> arguments) {
  if (form == "Annotated" && !arguments.empty()) {
    const SetId plain = declared(id, arguments[0]);
    for (size_t i = 1; i < arguments.size() && plain == kUnknown; ++i)
      if (const SetId provided = dependency(id, arguments[i]); provided != kUnknown)
        return provided;
    return plain;
  }
  if (isTransparent(form))
    return declaredEach(id, arguments);
  if (form == "Callable") // what calling it gives
    return container("typing.Callable", arguments.empty() ? kUnknown : declared(id, arguments.back()));
  if (saysNothing(form))
    return kUnknown;
  return generic(Name("typing." + std::string(form)), id, arguments);
}

SetId Evaluator::generic(Name name, link::FileId id, std::span<const facts::ValueId> arguments) {
  std::vector<uint32_t> sets;
  for (const facts::ValueId argument : arguments)
    sets.push_back(declared(id, argument));
  return types_.single(
      types_.intern({TypeKind::ExternalInstance, canonical(name), kNone, kNone, 0, 0}, sets));
}

// A forward reference that was left as text: a dotted name, looked up where all annotations see it.
SetId Evaluator::declaredText(link::FileId id, std::string_view text) {
  if (text.empty() || text.find_first_of(" []|,()") != std::string_view::npos)
    return kUnknown;
  const size_t dot = text.find('.');
  const Referent first = referentOf(id, 0, Name(text.substr(0, dot)));
  if (dot == std::string_view::npos)
    return declaredBy(first);
  SetId reached = valueOf(first);
  for (std::string_view rest = text.substr(dot + 1); !rest.empty();) {
    const size_t end = rest.find('.');
    reached = members(reached, Name(rest.substr(0, end)));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  return instancesOf(reached);
}

// FastAPI: Depends(provider) stands for what the provider returns or yields.
SetId Evaluator::dependency(link::FileId id, facts::ValueId v) {
  const facts::Value &given = file(id).values[v];
  if (given.kind != ValueKind::CallResult || given.a >= file(id).calls.size())
    return kUnknown;
  const facts::CallSite &site = file(id).calls[given.a];
  for (const Alternative each : types_.each(value(id, site.callee))) {
    const Type type = types_[each.type];
    if (type.kind != TypeKind::External || lastComponent(type.name.view()) != "Depends")
      continue;
    SetId result = kUnknown;
    for (const Alternative provider : types_.each(argument(id, site, 0, Name("dependency")))) {
      const Type what = types_[provider.type];
      result = types_.unite(result, what.kind == TypeKind::Function ? returned(what.id)
                                                                    : called(provider.type, id, site));
    }
    return result;
  }
  return kUnknown;
}

} // namespace clearway::python
