#include "frontend/python/SemanticsPaths.h"

#include <string>

namespace clearway::python {

using facts::ValueKind;

namespace {
constexpr unsigned kDepthLimit = 8;
}

Name LockPaths::groupPath(GroupId id) {
  const Group &group = evaluator_.symbols().group(id);
  const facts::FileFacts &file = evaluator_.program().files[group.file];
  const Name scope = file.scopes[group.scope].qualifiedName;
  return scope.empty() ? group.name : evaluator_.knowledge().join(scope, group.name);
}

Name LockPaths::path(link::FileId id, facts::ValueId v, unsigned depth) {
  if (depth > kDepthLimit || v == facts::kNone)
    return {};
  const facts::FileFacts &file = evaluator_.program().files[id];
  const facts::Value &value = file.values[v];
  switch (value.kind) {
  case ValueKind::Ref: {
    const Referent referent = evaluator_.referentOf(id, value.a, value.name);
    return referent.kind == Referent::Kind::Group ? groupPath(referent.group) : Name{};
  }
  case ValueKind::Variable: {
    const facts::Binding &binding = file.bindings[value.a];
    return evaluator_.knowledge().join(file.scopes[binding.scope].qualifiedName, binding.name);
  }
  case ValueKind::CallResult: { // a local that holds a new lock
    const uint32_t bound = value.a < file.calls.size() ? file.calls[value.a].boundTo : facts::kNone;
    if (bound == facts::kNone)
      return {};
    const facts::Binding &binding = file.bindings[bound];
    return evaluator_.knowledge().join(file.scopes[binding.scope].qualifiedName, binding.name);
  }
  case ValueKind::Param: {
    const facts::Function &function = file.functions[value.a];
    return evaluator_.knowledge().join(function.qualifiedName, file.parametersOf(function)[value.b].name);
  }
  case ValueKind::Self:
    return file.classes[value.a].qualifiedName;
  case ValueKind::Attr:
    return attributePath(id, value, depth);
  case ValueKind::Apply: {
    const Name base = path(id, value.a, depth + 1);
    return base.empty() ? base : Name(std::string(base.view()) + "[]");
  }
  case ValueKind::Cast:
  case ValueKind::Enter:
    return path(id, value.a, depth + 1);
  default:
    return {};
  }
}

Name LockPaths::attributePath(link::FileId id, const facts::Value &value, unsigned depth) {
  TypeTable &types = evaluator_.types();
  const SetId base = evaluator_.value(id, value.a);
  if (types.size(base) == 1) {
    const Type type = types[types.at(base, 0).type];
    if (type.kind == TypeKind::Module) {
      const GroupId group = evaluator_.symbols().find(type.id, 0, value.name);
      return group == facts::kNone ? Name{} : groupPath(group);
    }
    const facts::Value &object = evaluator_.program().files[id].values[value.a];
    if (object.kind == ValueKind::Self && (type.kind == TypeKind::Instance || type.kind == TypeKind::Class)) {
      const GroupId group = evaluator_.definingGroup(type.id, value.name);
      return group == facts::kNone ? Name{} : groupPath(group); // that of the base class that has it
    }
  }
  const Name object = path(id, value.a, depth + 1);
  return object.empty() ? object : evaluator_.knowledge().join(object, value.name);
}

} // namespace clearway::python
