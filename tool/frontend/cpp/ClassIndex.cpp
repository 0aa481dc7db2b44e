#include "frontend/cpp/ClassIndex.h"

#include "facts/Indirect.h"

#include <algorithm>

namespace clearway::frontend::cpp {
namespace {

template <class T> const std::vector<T> &none() {
  static const std::vector<T> empty;
  return empty;
}

void addOnce(std::vector<Name> &to, Name name) {
  if (name && std::find(to.begin(), to.end(), name) == to.end())
    to.push_back(name);
}

} // namespace

ClassIndex::ClassIndex(const link::Program &program, const catalog::Catalog &catalog, const Spelling &spelling)
    : catalog_(catalog), spelling_(spelling), program_(program) {
  for (link::FileId id = 0; id < program.files.size(); ++id) {
    const facts::FileFacts &file = program.files[id];
    if (file.language != facts::Language::Cpp)
      continue;
    for (const facts::Class &written : file.classes)
      add(id, written);
    for (const facts::Binding &binding : file.bindings) {
      if (binding.kind == facts::BindingKind::Function && binding.scope != facts::kNone) {
        Entry &entry = classes_[file.scopes[binding.scope].qualifiedName];
        entry.functions.push_back(binding.name);
        if (binding.annotation)
          entry.functionMarks.emplace(binding.name, file.values[binding.annotation].name);
      }
      if (!(binding.flags & facts::BindingFlag::Instance) || binding.scope == facts::kNone)
        continue;
      const facts::Scope &scope = file.scopes[binding.scope];
      const facts::Value &type = file.values[binding.annotation];
      if (scope.kind != facts::ScopeKind::Class || type.kind != facts::ValueKind::Type)
        continue;
      FieldType made{.name = binding.name, .type = spelling.type(id, type.name, scope.qualifiedName)};
      made.isIndirect = binding.flags & facts::BindingFlag::Indirect;
      for (facts::ValueId argument : file.operandsOf(type.operands))
        made.arguments.push_back(spelling.type(id, file.values[argument].name, scope.qualifiedName));
      std::vector<FieldType> &fields = classes_[scope.qualifiedName].fields;
      if (std::none_of(fields.begin(), fields.end(), [&](const FieldType &f) { return f.name == made.name; }))
        fields.push_back(std::move(made));
    }
  }
  for (auto &[name, entry] : classes_)
    close(name, entry.ancestors, 0);
  for (auto &[name, entry] : classes_)
    for (Name base : entry.ancestors)
      if (const auto known = classes_.find(base); known != classes_.end())
        known->second.derived.push_back(name);
  for (auto &[name, entry] : classes_)
    std::sort(entry.derived.begin(), entry.derived.end(), [](Name a, Name b) { return a.view() < b.view(); });
}

const std::vector<Name> &ClassIndex::derived(Name type) const {
  const auto it = classes_.find(type);
  return it == classes_.end() ? none<Name>() : it->second.derived;
}

void ClassIndex::add(link::FileId id, const facts::Class &written) {
  const facts::FileFacts &file = program_.files[id];
  Entry &entry = classes_[written.qualifiedName];
  entry.defined |= written.range.valid();
  for (facts::ValueId base : file.operandsOf(written.bases))
    addOnce(entry.bases, spelling_.type(id, file.values[base].name, written.qualifiedName));
  for (facts::ValueId mark : file.operandsOf(written.decorators))
    addOnce(entry.marks, file.values[mark].name);
}

void ClassIndex::close(Name type, std::vector<Name> &out, unsigned depth) const {
  auto it = classes_.find(type);
  if (it == classes_.end() || depth > 16)
    return;
  for (Name base : it->second.bases)
    addOnce(out, base);
  for (Name base : it->second.bases)
    close(base, out, depth + 1);
}

bool ClassIndex::isDefined(Name type) const {
  const auto isThere = [&](Name name) {
    const auto it = classes_.find(name);
    return it != classes_.end() && it->second.defined;
  };
  return isThere(type) && std::all_of(ancestors(type).begin(), ancestors(type).end(), isThere);
}

bool ClassIndex::declares(Name type, Name function) const {
  const auto has = [&](Name name) {
    const auto it = classes_.find(name);
    return it != classes_.end() &&
           std::find(it->second.functions.begin(), it->second.functions.end(), function) != it->second.functions.end();
  };
  return has(type) || std::any_of(ancestors(type).begin(), ancestors(type).end(), has);
}

Name ClassIndex::functionMark(Name type, Name function) const {
  const auto markIn = [&](Name name) {
    const auto it = classes_.find(name);
    if (it == classes_.end())
      return Name();
    const auto found = it->second.functionMarks.find(function);
    return found == it->second.functionMarks.end() ? Name() : found->second;
  };
  Name mark = markIn(type);
  for (Name base : ancestors(type))
    mark = mark ? mark : markIn(base);
  return mark;
}

const std::vector<Name> &ClassIndex::ancestors(Name type) const {
  auto it = classes_.find(type);
  return it == classes_.end() ? none<Name>() : it->second.ancestors;
}

const std::vector<FieldType> &ClassIndex::fields(Name type) const {
  auto it = classes_.find(type);
  return it == classes_.end() ? none<FieldType>() : it->second.fields;
}

const std::vector<Name> &ClassIndex::marks(Name type) const {
  auto it = classes_.find(type);
  return it == classes_.end() ? none<Name>() : it->second.marks;
}

} // namespace clearway::frontend::cpp
