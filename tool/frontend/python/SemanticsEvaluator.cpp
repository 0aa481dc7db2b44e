// Expressions: what each kind of value evaluates to.
#include "frontend/python/SemanticsEvaluator.h"

#include <charconv>

namespace clearway::python {

using facts::kNone;
using facts::ValueKind;

namespace {

uint32_t countValues(const link::Program &program, std::vector<uint32_t> &base) {
  uint32_t total = 0;
  for (const facts::FileFacts &file : program.files) {
    base.push_back(total);
    total += file.language == facts::Language::Python ? static_cast<uint32_t>(file.values.size()) : 0;
  }
  return total;
}

bool isNoneLiteral(const facts::Value &value) {
  return value.kind == ValueKind::Literal && value.name.view() == "None";
}

} // namespace

Evaluator::Evaluator(const link::Program &program, const Knowledge &knowledge, const ModuleGraph &modules,
                     const SymbolIndex &symbols, const CallerIndex &callers, const StoreIndex &stores)
    : program_(program), knowledge_(knowledge), modules_(modules), symbols_(symbols), callers_(callers), stores_(stores),
      classes_(program) {
  const uint32_t total = countValues(program, valueBase_);
  values_.resize(total);
  declarations_.resize(total);
  groups_.resize(symbols.groupCount());
  groupDeclarations_.resize(symbols.groupCount());
  returned_.resize(program.functions.size());
  decorated_.resize(program.functions.size());
  uint32_t parameters = 0;
  for (const facts::FileFacts &file : program.files) {
    parameterBase_.push_back(parameters);
    parameters += file.language == facts::Language::Python ? static_cast<uint32_t>(file.parameters.size()) : 0;
  }
  given_.resize(parameters);
  classes_.setBases([this](ClassId id) {
    std::vector<Ancestor> bases;
    for (const facts::ValueId base : file(classes_.fileOf(id)).operandsOf(classes_.facts(id).bases))
      for (const Alternative each : types_.each(value(classes_.fileOf(id), base))) {
        const Type &type = types_[each.type];
        if (type.kind == TypeKind::Class && type.id != id)
          bases.push_back({type.id, {}});
        else if (type.kind == TypeKind::External)
          bases.push_back({kNone, type.name});
      }
    return bases;
  });
}

SetId Evaluator::value(link::FileId id, facts::ValueId v) {
  if (v == 0 || v == kNone)
    return kUnknown;
  return memo_.answer(values_, valueBase_[id] + v, [&] {
    const SetId found = computeValue(id, file(id).values[v]);
    return makesEmptyContainer(file(id), v) ? filled(id, v, found) : found;
  });
}

SetId Evaluator::instance(std::string_view name) {
  return types_.single(types_.of(TypeKind::ExternalInstance, Name(name)));
}

SetId Evaluator::computeValue(link::FileId id, const facts::Value &v) {
  switch (v.kind) {
  case ValueKind::Literal:
    return literal(v);
  case ValueKind::Ref:
    return valueOf(referentOf(id, v.a, v.name));
  case ValueKind::Variable: {
    const facts::Binding &binding = file(id).bindings[v.a];
    const GroupId group = symbols_.find(id, binding.scope, binding.name);
    return group == kNone ? kUnknown : groupValue(group);
  }
  case ValueKind::Param:
    return parameter(program_.functionAt(id, v.a), v.b);
  case ValueKind::Self:
    return types_.single(types_.of(v.flag ? TypeKind::Class : TypeKind::Instance, classes_.at(id, v.a)));
  case ValueKind::Super:
    return types_.single(types_.of(TypeKind::Super, classes_.at(id, v.a)));
  case ValueKind::Attr: {
    const SetId found = members(value(id, v.a), v.name);
    const facts::Value &object = file(id).values[v.a];
    if (found != kUnknown || object.kind != ValueKind::Self || object.flag)
      return found;
    const ClassId owner = classes_.at(id, object.a);
    return subclassMember(owner, v.name, types_.of(TypeKind::Instance, owner));
  }
  case ValueKind::Apply:
    return subscript(id, v);
  case ValueKind::CallResult:
    return callResult(id, v.a);
  case ValueKind::Await:
    return awaited(value(id, v.a));
  case ValueKind::Element:
    return element(value(id, v.a));
  case ValueKind::Enter:
    return entered(value(id, v.a));
  case ValueKind::Display:
    return display(id, v);
  case ValueKind::Join:
    return join(id, v);
  case ValueKind::Closure:
    return types_.single(types_.of(TypeKind::Function, program_.functionAt(id, v.a)));
  case ValueKind::Cast: {
    const SetId target = declared(id, v.b);
    return target == kUnknown ? value(id, v.a) : target;
  }
  case ValueKind::Instance:
    return declared(id, v.a);
  case ValueKind::Type:
    return types_.single(types_.of(TypeKind::ExternalInstance, v.name));
  case ValueKind::Symbol:
    return types_.single(types_.of(TypeKind::External, v.name));
  case ValueKind::Deref:
    return value(id, v.a);
  case ValueKind::Unknown:
    break;
  }
  return kUnknown;
}

SetId Evaluator::literal(const facts::Value &v) {
  switch (static_cast<facts::LiteralKind>(v.flag)) {
  case facts::LiteralKind::Bool:
    return instance("bool");
  case facts::LiteralKind::Int:
    return instance("int");
  case facts::LiteralKind::Float:
    return instance("float");
  case facts::LiteralKind::String:
    return instance("str");
  case facts::LiteralKind::Bytes:
    return instance("bytes");
  default:
    return kUnknown;
  }
}

SetId Evaluator::parameter(link::FunctionId function, uint32_t index) {
  const facts::Function &in = facts(function);
  const link::FileId id = fileOf(function);
  const std::span<const facts::Parameter> all = file(id).parametersOf(in);
  if (index >= all.size())
    return kUnknown;
  const facts::Parameter &one = all[index];
  SetId type = declared(id, one.annotation);
  if (one.variadic == 1)
    return container("tuple", type);
  if (one.variadic == 2)
    return container("dict", instance("str"), type);
  if (type != kUnknown)
    return type;
  if (const SetId provided = dependency(id, one.defaultValue); provided != kUnknown)
    return provided;
  // Without a declaration a default says what the parameter usually is.
  const SetId usual = types_.weaken(value(id, one.defaultValue));
  return usual == kUnknown ? given(function, index) : usual;
}

SetId Evaluator::join(link::FileId id, const facts::Value &v) {
  SetId result = kUnknown;
  bool isPartial = false;
  for (const facts::ValueId operand : file(id).operandsOf(v.operands)) {
    const SetId one = value(id, operand);
    isPartial |= one == kUnknown && !isNoneLiteral(file(id).values[operand]);
    result = types_.unite(result, one);
  }
  return isPartial ? types_.weaken(result) : result;
}

SetId Evaluator::display(link::FileId id, const facts::Value &v) {
  const std::span<const facts::ValueId> items = file(id).operandsOf(v.operands);
  const auto kind = static_cast<facts::DisplayKind>(v.flag);
  if (kind == facts::DisplayKind::Tuple) {
    std::vector<uint32_t> arguments;
    for (const facts::ValueId item : items)
      arguments.push_back(value(id, item));
    return types_.single(
        types_.intern({TypeKind::ExternalInstance, Name("tuple"), kNone, kNone, 0, 0}, arguments));
  }
  SetId even = kUnknown, odd = kUnknown; // of a dictionary: keys, values
  for (size_t i = 0; i < items.size() && i < 64; ++i) {
    SetId &into = kind == facts::DisplayKind::Dict && i % 2 ? odd : even;
    into = types_.unite(into, value(id, items[i]));
  }
  if (kind == facts::DisplayKind::Dict)
    return container("dict", even, odd);
  return container(kind == facts::DisplayKind::Set ? "set" : "list", even);
}

SetId Evaluator::subscript(link::FileId id, const facts::Value &v) {
  SetId result = kUnknown;
  for (const Alternative each : types_.each(value(id, v.a))) {
    const SetId one = subscriptOf(each.type, id, v);
    result = types_.unite(result, each.inferred ? types_.weaken(one) : one);
  }
  return result;
}

SetId Evaluator::itemOfInstance(TypeId type, link::FileId id, const facts::Value &v) {
  if (const SetId item = viaMethod(type, Name("__getitem__")); item != kUnknown)
    return item;
  const std::span<const facts::ValueId> keys = file(id).operandsOf(v.operands);
  if (keys.size() == 1 && file(id).values[keys[0]].kind == ValueKind::Literal &&
      classes_.derives(types_[type].id, "typing.TypedDict"))
    return member(type, file(id).values[keys[0]].name);
  return storedItem(type, id, v);
}

SetId Evaluator::subscriptOf(TypeId type, link::FileId id, const facts::Value &v) {
  const Type what = types_[type];
  if (what.kind == TypeKind::Class || what.kind == TypeKind::External)
    return types_.single(type); // a generic alias: Foo[int](…)
  if (what.kind == TypeKind::Instance)
    return itemOfInstance(type, id, v);
  if (what.kind != TypeKind::ExternalInstance)
    return kUnknown;
  const std::string_view name = what.name.view();
  if (name == "str" || name == "bytes")
    return types_.single(type);
  if (name == "dict")
    return types_.argument(type, 1);
  if (const catalog::Entry *item = knowledge_.findMember(what.name, Name("__getitem__"));
      item && item->returns)
    return instance(item->returns.view());
  if (const SetId put = storedItem(type, id, v); put != kUnknown)
    return put;
  if (name != "tuple")
    return name == "list" || name == "typing.Sequence" || name == "collections.deque"
               ? types_.argument(type, 0)
               : kUnknown;
  const std::span<const facts::ValueId> operands = file(id).operandsOf(v.operands);
  uint32_t index = 0;
  if (operands.size() == 1 && what.argumentCount > 1) {
    const std::string_view text = file(id).values[operands[0]].name.view();
    if (std::from_chars(text.data(), text.data() + text.size(), index).ec == std::errc{})
      return types_.argument(type, index);
  }
  return elementOf(type);
}

SetId Evaluator::callResult(link::FileId id, facts::CallId call) {
  if (call >= file(id).calls.size())
    return kUnknown;
  const facts::CallSite &site = file(id).calls[call];
  SetId result = kUnknown;
  if (containerMethod(id, site, result))
    return result;
  return resultOfCalling(value(id, site.callee), id, site);
}

} // namespace clearway::python
