#include "analysis/ReferenceFields.h"

#include "facts/Peeled.h"
#include "facts/Stored.h"

namespace clearway::analysis {

using facts::FileFacts;
using facts::peeled;
using facts::Value;
using facts::ValueKind;
using link::FileId;
using link::Program;

namespace {

bool isOwnField(const FileFacts &file, const Value &value) {
  return value.kind == ValueKind::Attr && value.a < file.values.size() && peeled(file, value.a).kind == ValueKind::Self;
}

bool isSameField(const FileFacts &file, const Value &a, const Value &b) {
  return isOwnField(file, a) && isOwnField(file, b) && a.name == b.name && peeled(file, a.a).a == peeled(file, b.a).a;
}

/// The parameter that a constructor puts into the field: `: socket_(socket)`.
const Value *parameterFor(const FileFacts &file, const Value &field) {
  for (const facts::Binding &binding : file.bindings)
    if (binding.flags & facts::BindingFlag::Stored && isSameField(file, peeled(file, binding.annotation), field))
      if (const Value &given = peeled(file, binding.value); given.kind == ValueKind::Param)
        return &given;
  for (const facts::CallSite &site : file.calls)
    if (site.kind == facts::CallKind::Construct && site.arguments.count == 1 && isSameField(file, file.values[site.callee], field))
      if (const Value &given = peeled(file, file.argumentsOf(site).front().value); given.kind == ValueKind::Param)
        return &given;
  return nullptr;
}

} // namespace

std::vector<Referent> referentsOf(const Program &program, FileId file, facts::ValueId value) {
  std::vector<Referent> found;
  const FileFacts &facts = program.files[file];
  const Value &field = peeled(facts, value);
  const Value *parameter = facts.language == facts::Language::Cpp && isOwnField(facts, field) ? parameterFor(facts, field) : nullptr;
  if (!parameter)
    return found;
  const link::FunctionId constructor = program.functionAt(file, parameter->a);
  for (const link::Call &call : program.calls)
    for (const link::Target &target : call.targets)
      if (target.function == constructor) {
        const auto given = program.files[call.file].argumentsOf(program.files[call.file].calls[call.site]);
        if (parameter->b < given.size())
          found.push_back({call.file, given[parameter->b].value});
      }
  return found;
}

} // namespace clearway::analysis
