// From names to what they are bound to: scopes, imports, re-exports.
#include "frontend/python/SemanticsEvaluator.h"

#include <algorithm>

namespace clearway::python {

using facts::BindingKind;
using facts::kNone;

namespace {

constexpr unsigned kReexportLimit = 16; // star imports of star imports; cycles end here

bool isSetterOf(const facts::FileFacts &file, const facts::Function &function) {
  for (const facts::ValueId id : file.operandsOf(function.decorators)) {
    const facts::Value &decorator = file.values[id];
    if (decorator.kind == facts::ValueKind::Attr &&
        (decorator.name.view() == "setter" || decorator.name.view() == "deleter"))
      return true;
  }
  return false;
}

} // namespace

Referent Evaluator::referentOf(link::FileId id, facts::ScopeId scope, Name name) {
  if (const GroupId group = symbols_.lookup(id, scope, name); group != kNone)
    return {Referent::Kind::Group, group, {}, {}, false};
  if (const Referent starred = starMember(id, name, 0); starred.kind != Referent::Kind::Nothing)
    return starred;
  return {Referent::Kind::External, kNone, {}, name, !isBuiltin(name.view())};
}

Referent Evaluator::starMember(link::FileId id, Name name, unsigned depth) {
  for (const uint32_t index : symbols_.starImports(id)) {
    const facts::Import &import = file(id).imports[index];
    const ModuleReference module = modules_.resolve(id, import.module, import.level);
    if (module.kind == ModuleReference::Kind::External) {
      const Name qualified = knowledge_.join(module.name, name);
      if (knowledge_.find(qualified))
        return {Referent::Kind::External, kNone, {}, qualified, true};
    }
    if (module.kind != ModuleReference::Kind::File || module.file == id || depth >= kReexportLimit)
      continue;
    const GroupId group = symbols_.find(module.file, 0, name);
    if (group != kNone && symbols_.isExported(module.file, group))
      return {Referent::Kind::Group, group, {}, {}, false};
    if (group == kNone && !name.view().starts_with('_'))
      if (const Referent found = starMember(module.file, name, depth + 1);
          found.kind != Referent::Kind::Nothing)
        return found;
  }
  return {};
}

Referent Evaluator::moduleMember(link::FileId module, Name name, unsigned depth) {
  if (const GroupId group = symbols_.find(module, 0, name); group != kNone)
    return {Referent::Kind::Group, group, {}, {}, false};
  if (const Referent starred = starMember(module, name, depth); starred.kind != Referent::Kind::Nothing)
    return starred;
  const ModuleReference below = modules_.submodule(module, name);
  if (below.kind != ModuleReference::Kind::External)
    return {Referent::Kind::Module, kNone, below, {}, false};
  return lazyMember(module, name);
}

// A module's own `__getattr__` imports what is asked for when it is asked for: by an import in its body, or by a
// table of names, `{"Model": ".models"}` or `{"Model": (".models", "Model")}`.
Referent Evaluator::lazyMember(link::FileId module, Name name) {
  const link::FunctionId getter = methodIn(symbols_.find(module, 0, Name("__getattr__")));
  if (getter == kNone)
    return {};
  if (const GroupId group = symbols_.find(module, facts(getter).scope, name); group != kNone)
    return {Referent::Kind::Group, group, {}, {}, false};
  const facts::FileFacts &in = file(module);
  for (const facts::Binding &binding : in.bindings) {
    const facts::Value &table = in.values[binding.value];
    if (binding.scope != 0 || table.kind != facts::ValueKind::Display)
      continue;
    const std::span<const facts::ValueId> items = in.operandsOf(table.operands);
    for (size_t i = 0; i + 1 < items.size(); i += 2)
      if (in.values[items[i]].kind == facts::ValueKind::Literal && in.values[items[i]].name == name)
        if (const Referent found = tabled(module, in.values[items[i + 1]], name); found.kind != Referent::Kind::Nothing)
          return found;
  }
  return {};
}

Referent Evaluator::tabled(link::FileId module, const facts::Value &entry, Name name) {
  const facts::FileFacts &in = file(module);
  const std::span<const facts::ValueId> parts = in.operandsOf(entry.operands);
  const bool isPair = entry.kind == facts::ValueKind::Display && parts.size() == 2;
  const facts::Value &path = isPair ? in.values[parts[0]] : entry;
  if (path.kind != facts::ValueKind::Literal || path.flag != static_cast<uint8_t>(facts::LiteralKind::String))
    return {};
  const Name item = isPair && in.values[parts[1]].kind == facts::ValueKind::Literal ? in.values[parts[1]].name : name;
  const std::string_view text = path.name.view();
  const size_t dots = std::min(text.find_first_not_of('.'), text.size());
  const ModuleReference target = modules_.resolve(module, Name(text.substr(dots)), static_cast<uint8_t>(dots));
  return target.kind == ModuleReference::Kind::File && target.file != module ? importedItem(module, target, item) : Referent{};
}

Referent Evaluator::imported(link::FileId id, const facts::Import &import) {
  if (!import.item.empty())
    return importedItem(id, modules_.resolve(id, import.module, import.level), import.item);
  const std::string_view dotted = import.module.view();
  const std::string_view first = dotted.substr(0, dotted.find('.'));
  const bool bindsFirst = import.alias.view() == first && !import.level;
  const ModuleReference module = modules_.resolve(id, bindsFirst ? Name(first) : import.module, import.level);
  if (module.kind == ModuleReference::Kind::External)
    return {Referent::Kind::External, kNone, {}, module.name, false};
  return {Referent::Kind::Module, kNone, module, {}, false};
}

Referent Evaluator::importedItem(link::FileId importer, const ModuleReference &module, Name item) {
  if (module.kind == ModuleReference::Kind::External)
    return {Referent::Kind::External, kNone, {}, knowledge_.join(module.name, item), false};
  const ModuleReference below = modules_.submodule(module, item);
  const Referent asModule = below.kind == ModuleReference::Kind::External
                                ? Referent{}
                                : Referent{Referent::Kind::Module, kNone, below, {}, false};
  // `from . import x` in the package itself does not mean the name that this very statement binds.
  if (module.kind == ModuleReference::Kind::Namespace || module.file == importer)
    return asModule;
  const Referent found = moduleMember(module.file, item);
  if (found.kind == Referent::Kind::Group && asModule.kind == Referent::Kind::Module &&
      groupValue(found.group) == kUnknown)
    return asModule;
  return found;
}

SetId Evaluator::moduleValue(const ModuleReference &module) {
  switch (module.kind) {
  case ModuleReference::Kind::File:
    return types_.single(types_.of(TypeKind::Module, module.file));
  case ModuleReference::Kind::Namespace:
    return types_.single(types_.of(TypeKind::Namespace, module.name));
  case ModuleReference::Kind::External:
    break;
  }
  return module.name.empty() ? kUnknown : types_.single(types_.of(TypeKind::External, module.name));
}

SetId Evaluator::valueOf(const Referent &referent) {
  switch (referent.kind) {
  case Referent::Kind::Nothing:
    break;
  case Referent::Kind::Group:
    return groupValue(referent.group);
  case Referent::Kind::Module:
    return moduleValue(referent.module);
  case Referent::Kind::External:
    return types_.single(types_.of(TypeKind::External, referent.name), referent.inferred);
  }
  return kUnknown;
}

SetId Evaluator::declaredBy(const Referent &referent) {
  if (referent.kind == Referent::Kind::Group)
    return groupDeclared(referent.group);
  if (referent.kind == Referent::Kind::External && referent.inferred && !knowledge_.find(referent.name))
    return kUnknown;
  return instancesOf(valueOf(referent));
}

SetId Evaluator::groupValue(GroupId group) {
  return memo_.answer(groups_, group, [&] { return computeGroup(group); });
}

SetId Evaluator::groupDeclared(GroupId group) {
  return memo_.answer(groupDeclarations_, group, [&] { return computeGroupDeclared(group); });
}

// An unconditional later `def` or `class` takes the name over; overload stubs and property setters are not
// what reading it gives.
bool Evaluator::isReplaced(const Group &group, std::span<const Definition> all, size_t index) const {
  const facts::FileFacts &in = file(group.file);
  const auto counts = [&](const Definition &definition) {
    if (definition.kind != BindingKind::Function)
      return definition.kind == BindingKind::Class;
    const facts::Function &function = in.functions[definition.index];
    return !(function.flags & facts::FunctionFlag::Overload) && !isSetterOf(in, function);
  };
  if (all[index].kind == BindingKind::Function && !counts(all[index])) {
    for (const Definition &other : all)
      if (counts(other))
        return true;
    return false;
  }
  for (size_t later = index + 1; later < all.size(); ++later)
    if (!(all[later].flags & facts::BindingFlag::Conditional) && counts(all[later]))
      return true;
  return false;
}

SetId Evaluator::definitionValue(const Group &group, const Definition &definition) {
  const facts::FileFacts &in = file(group.file);
  switch (definition.kind) {
  case BindingKind::Function:
    return decorated(program_.functionAt(group.file, definition.index));
  case BindingKind::Class:
    return types_.single(types_.of(TypeKind::Class, classes_.at(group.file, definition.index)));
  case BindingKind::Import:
    return valueOf(imported(group.file, in.imports[definition.index]));
  case BindingKind::Parameter: {
    const uint32_t function = in.scopes[group.scope].index;
    return function == kNone ? kUnknown
                             : parameter(program_.functionAt(group.file, function), definition.index);
  }
  case BindingKind::Variable:
    return definition.binding == kNone ? kUnknown : value(group.file, in.bindings[definition.binding].value);
  case BindingKind::Module:
    break;
  }
  return kUnknown;
}

SetId Evaluator::computeGroup(GroupId id) {
  const Group group = symbols_.group(id);
  const std::span<const Definition> all = symbols_.definitions(id);
  SetId annotated = kUnknown, assigned = kUnknown;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all.size() > 1 && isReplaced(group, all, i))
      continue;
    assigned = types_.unite(assigned, definitionValue(group, all[i]));
    if (all[i].kind != BindingKind::Variable || all[i].binding == kNone)
      continue;
    if (const facts::ValueId annotation = file(group.file).bindings[all[i].binding].annotation)
      annotated = types_.unite(annotated, declared(group.file, annotation));
  }
  return annotatedOrAssigned(annotated, assigned);
}

// `dict` says less than `{}` that is filled somewhere.
bool Evaluator::isBareContainer(TypeId id) const {
  const Type &type = types_[id];
  const std::string_view name = type.name.view();
  if (type.kind != TypeKind::ExternalInstance || (name != "dict" && name != "list" && name != "set" && name != "collections.deque"))
    return false;
  const std::vector<uint32_t> arguments = types_.argumentsOf(id);
  return arguments.empty() || arguments.back() == kUnknown;
}

// A declaration is better evidence than an assignment, unless it only promises an interface or something
// callable.
SetId Evaluator::annotatedOrAssigned(SetId annotated, SetId assigned) {
  if (annotated == kUnknown || assigned == kUnknown)
    return annotated == kUnknown ? assigned : annotated;
  for (const Alternative each : types_.each(annotated)) {
    const Type &type = types_[each.type];
    if (isBareContainer(each.type))
      continue;
    const bool isVague = (type.kind == TypeKind::Instance && classes_.isInterface(type.id)) ||
                         (type.kind == TypeKind::ExternalInstance && type.name.view() == "typing.Callable");
    if (!isVague)
      return annotated;
  }
  return assigned;
}

SetId Evaluator::computeGroupDeclared(GroupId id) {
  const Group group = symbols_.group(id);
  const std::span<const Definition> all = symbols_.definitions(id);
  SetId result = kUnknown;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all.size() > 1 && isReplaced(group, all, i))
      continue;
    switch (all[i].kind) {
    case BindingKind::Import:
      result = types_.unite(result, declaredBy(imported(group.file, file(group.file).imports[all[i].index])));
      break;
    case BindingKind::Variable: // an alias: X = Union[A, B]
      if (all[i].binding != kNone)
        result = types_.unite(result, declared(group.file, file(group.file).bindings[all[i].binding].value));
      break;
    default:
      result = types_.unite(result, instancesOf(definitionValue(group, all[i])));
    }
  }
  return result;
}

} // namespace clearway::python
