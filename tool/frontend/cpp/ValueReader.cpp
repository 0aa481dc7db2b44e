#include "frontend/cpp/ValueReader.h"

#include "frontend/cpp/HandlerNames.h"

#include <algorithm>

namespace clearway::frontend::cpp {

using facts::ValueKind;

namespace {
constexpr unsigned kMaxDepth = 12;
}

Name ValueReader::key(const facts::FileFacts &file, const facts::Value &symbol) const {
  return symbol.operands.count ? file.values[file.operandsOf(symbol.operands).front()].name : symbol.name;
}

Name ValueReader::typeName(link::FileId file, facts::ValueId id, unsigned depth) const {
  const facts::FileFacts &facts = program_.files[file];
  if (id == facts::kNone || depth > kMaxDepth)
    return {};
  const facts::Value &value = facts.values[id];
  switch (value.kind) {
  case ValueKind::Type:
    return spelling_.type(file, value.name);
  case ValueKind::Attr:
    return fieldType(file, value, depth, false);
  case ValueKind::Cast:
    return typeName(file, value.b, depth + 1);
  case ValueKind::Element:
    return elementType(file, value.a, value.flag, depth + 1);
  case ValueKind::Deref:
    if (value.flag)
      return pointeeType(file, value.a, depth + 1);
    [[fallthrough]];
  case ValueKind::Instance:
    return typeName(file, value.a, depth + 1);
  case ValueKind::Self:
    return value.a == facts::kNone ? Name() : facts.classes[value.a].qualifiedName;
  case ValueKind::Variable: {
    const facts::Binding &binding = facts.bindings[value.a];
    const Name declared = typeName(file, binding.annotation, depth + 1);
    return declared ? declared : typeName(file, binding.value, depth + 1);
  }
  case ValueKind::CallResult: {
    const facts::CallSite &site = facts.calls[value.a];
    const facts::Value &callee = facts.values[site.callee];
    if (site.kind == facts::CallKind::Construct && callee.kind == ValueKind::Symbol)
      return spelling_.type(file, callee.name);
    if (!spelling_.isApproximate(file))
      return {};
    const bool item = callee.kind == ValueKind::Attr && !site.arguments.count && (callee.name.view() == "front" || callee.name.view() == "back" || callee.name.view() == "top");
    const Name made = item ? elementType(file, callee.a, false, depth + 1) : Name();
    return made ? made : resultType(program_.calls[program_.callAt(file, value.a)]);
  }
  default:
    return {};
  }
}

/// The type of a container's items, as its declaration writes it: what iterating over it gives, or a subscript.
Name ValueReader::elementType(link::FileId file, facts::ValueId container, bool subscript, unsigned depth) const {
  const facts::FileFacts &facts = program_.files[file];
  for (; container != facts::kNone && depth < kMaxDepth; ++depth) {
    const facts::Value &value = facts.values[container];
    if (value.kind == ValueKind::Type) {
      const auto arguments = facts.operandsOf(value.operands);
      const bool isMap = value.name.view().ends_with("map");
      if (arguments.empty() || (isMap && (!subscript || arguments.size() < 2)))
        return {};
      return spelling_.type(file, facts.values[arguments[isMap ? 1 : 0]].name);
    }
    if (value.kind == ValueKind::Attr) {
      const std::vector<FieldType> &fields = classes_.fields(typeName(file, value.a, depth + 1));
      const auto field = std::find_if(fields.begin(), fields.end(), [&](const FieldType &one) { return one.name == value.name; });
      const bool isMap = field != fields.end() && field->type.view().ends_with("map");
      const size_t index = isMap ? 1 : 0;
      return field == fields.end() || field->arguments.size() <= index || (isMap && !subscript) ? Name() : field->arguments[index];
    }
    if (value.kind == ValueKind::Cast)
      container = value.b;
    else if (value.kind == ValueKind::Variable)
      container = facts.bindings[value.a].annotation;
    else if (value.kind == ValueKind::Instance || value.kind == ValueKind::Deref)
      container = value.a;
    else
      return {};
  }
  return {};
}

/// Of a call that is resolved already, as those are that stand within the one at hand: what its functions declare to return, or
/// what the catalogue says.
Name ValueReader::resultType(const link::Call &call) const {
  if (!call.targets.empty()) {
    const link::FunctionId made = call.targets.front().function;
    const facts::Value &type = program_.fileOf(made).values[program_.facts(made).returnType];
    return type.kind == ValueKind::Type
               ? spelling_.type(program_.functions[made].file, type.name, program_.facts(made).qualifiedName)
               : Name();
  }
  if (const Name said = tokenType(call))
    return said;
  for (const link::External &external : call.externals)
    if (external.entry && external.entry->returns)
      return external.entry->returns.view() == "$receiver" ? call.receiverType : external.entry->returns;
  return {};
}

/// `co_spawn(context, work(), use_future)`: what the call returns is the completion token's business.
Name ValueReader::tokenType(const link::Call &call) const {
  const facts::FileFacts &facts = program_.files[call.file];
  const auto given = facts.argumentsOf(facts.calls[call.site]);
  if (given.empty() || call.externals.empty())
    return {};
  const Name name = symbolName(call.file, given.back().value);
  const catalog::Entry *token = name ? catalog_.find(facts::Language::Cpp, spelling_.type(call.file, name)) : nullptr;
  return token && token->isType ? token->returns : Name();
}

namespace {
bool isSmartPointer(std::string_view type) {
  return type.ends_with("unique_ptr") || type.ends_with("shared_ptr") || type == "std::optional";
}
} // namespace

Name ValueReader::objectType(link::FileId file, facts::ValueId value) const {
  const Name pointee = pointeeType(file, value, 0);
  return pointee ? pointee : typeName(file, value);
}

Name ValueReader::fieldType(link::FileId file, const facts::Value &access, unsigned depth, bool pointee) const {
  const Name owner = typeName(file, access.a, depth + 1);
  if (!owner)
    return {};
  for (const FieldType &field : classes_.fields(owner))
    if (field.name == access.name)
      return !pointee || !isSmartPointer(field.type.view()) ? field.type
             : field.arguments.empty()                      ? Name()
                                                            : field.arguments.front();
  for (Name base : classes_.ancestors(owner))
    for (const FieldType &field : classes_.fields(base))
      if (field.name == access.name)
        return !pointee || !isSmartPointer(field.type.view()) ? field.type : Name();
  return {};
}

/// What `->` leads to: through a raw pointer the type itself, through a smart one its argument.
Name ValueReader::pointeeType(link::FileId file, facts::ValueId pointer, unsigned depth) const {
  const facts::FileFacts &facts = program_.files[file];
  for (; pointer != facts::kNone && depth < kMaxDepth; ++depth) {
    const facts::Value &value = facts.values[pointer];
    if (value.kind == ValueKind::Attr)
      return fieldType(file, value, depth, true);
    if (value.kind == ValueKind::Type) {
      const Name name = spelling_.type(file, value.name);
      if (!isSmartPointer(name.view()))
        return name;
      const auto arguments = facts.operandsOf(value.operands);
      return arguments.empty() ? Name() : spelling_.type(file, facts.values[arguments.front()].name);
    }
    if (value.kind == ValueKind::Cast)
      pointer = value.b;
    else if (value.kind == ValueKind::Variable && facts.bindings[value.a].annotation)
      pointer = facts.bindings[value.a].annotation;
    else if (value.kind == ValueKind::Instance || (value.kind == ValueKind::Deref && !value.flag)) // `*pool`, `&pool`
      pointer = value.a;
    else
      return typeName(file, pointer, depth + 1);
  }
  return {};
}

std::string ValueReader::pathText(link::FileId file, facts::ValueId id, unsigned depth) const {
  const facts::FileFacts &facts = program_.files[file];
  if (id == facts::kNone || depth > kMaxDepth)
    return {};
  const facts::Value &value = facts.values[id];
  switch (value.kind) {
  case ValueKind::Self:
    return value.a == facts::kNone ? "this" : std::string(facts.classes[value.a].qualifiedName.view());
  case ValueKind::Attr: {
    const std::string base = pathText(file, value.a, depth + 1);
    return base.empty() ? base : base + "::" + std::string(value.name.view());
  }
  case ValueKind::Variable:
    return std::string(facts.bindings[value.a].name.view());
  case ValueKind::Param:
  case ValueKind::Ref:
  case ValueKind::Symbol:
    return std::string(value.name.view());
  case ValueKind::Cast:
  case ValueKind::Deref:
    return pathText(file, value.a, depth + 1);
  default:
    return {};
  }
}

Name ValueReader::path(link::FileId file, facts::ValueId value) const { return Name(pathText(file, value, 0)); }

void ValueReader::callables(link::FileId file, facts::ValueId id, std::vector<link::Target> &out,
                            unsigned depth) const {
  const facts::FileFacts &facts = program_.files[file];
  if (id == facts::kNone || depth > kMaxDepth)
    return;
  const facts::Value &value = facts.values[id];
  switch (value.kind) {
  case ValueKind::Closure:
    out.push_back({program_.functionAt(file, value.a), link::Confidence::Certain});
    return;
  case ValueKind::Symbol:
    if (spelling_.isApproximate(file))
      return callablesNamed(file, value.name, out);
    for (link::FunctionId f : functions_.byKey(key(facts, value)))
      out.push_back({f, link::Confidence::Certain});
    return;
  case ValueKind::Cast:
  case ValueKind::Deref:
    return callables(file, value.a, out, depth + 1);
  case ValueKind::Variable:
    return callables(file, facts.bindings[value.a].value, out, depth + 1);
  case ValueKind::Join:
    for (facts::ValueId either : facts.operandsOf(value.operands))
      callables(file, either, out, depth + 1);
    return;
  case ValueKind::CallResult: { // std::bind(f, …), std::ref(f): the first argument is what runs
    const facts::CallSite &site = facts.calls[value.a];
    const facts::Value &callee = facts.values[site.callee];
    if (callee.kind == ValueKind::Symbol && passesOn(callee.name.view()) && site.arguments.count)
      callables(file, facts.arguments[site.arguments.first].value, out, depth + 1);
    return;
  }
  default:
    return;
  }
}

/// `&Session::onRead` in a namespace: what is meant is one of the namespaces of the file, or one that it opens.
void ValueReader::callablesNamed(link::FileId file, Name written, std::vector<link::Target> &out) const {
  for (const facts::Scope &scope : program_.files[file].scopes) {
    if (scope.kind == facts::ScopeKind::Module && scope.qualifiedName)
      for (link::FunctionId f : functions_.byKey(Name(std::string(scope.qualifiedName.view()) + "::" + std::string(written.view()))))
        out.push_back({f, link::Confidence::Certain});
    if (!out.empty())
      return;
  }
  for (link::FunctionId f : functions_.byKey(spelling_.function(file, written)))
    out.push_back({f, link::Confidence::Certain});
}

Name ValueReader::symbolName(link::FileId file, facts::ValueId id) const {
  const facts::FileFacts &facts = program_.files[file];
  while (id != facts::kNone && (facts.values[id].kind == ValueKind::Deref || facts.values[id].kind == ValueKind::Cast))
    id = facts.values[id].a;
  if (id == facts::kNone || facts.values[id].kind != ValueKind::Symbol)
    return {};
  return facts.values[id].name;
}

facts::CallId ValueReader::originCall(link::FileId file, facts::ValueId id, unsigned depth) const {
  const facts::FileFacts &facts = program_.files[file];
  if (id == facts::kNone || depth > kMaxDepth)
    return facts::kNone;
  const facts::Value &value = facts.values[id];
  if (value.kind == ValueKind::CallResult)
    return value.a;
  if (value.kind == ValueKind::Cast || value.kind == ValueKind::Await || value.kind == ValueKind::Deref)
    return originCall(file, value.a, depth + 1);
  return facts::kNone;
}

Name ValueReader::originName(link::FileId file, facts::ValueId value) const {
  const facts::CallId origin = originCall(file, value);
  if (origin == facts::kNone)
    return {};
  const facts::FileFacts &facts = program_.files[file];
  const facts::Value &callee = facts.values[facts.calls[origin].callee];
  return callee.kind == ValueKind::Symbol ? callee.name : Name();
}

} // namespace clearway::frontend::cpp
