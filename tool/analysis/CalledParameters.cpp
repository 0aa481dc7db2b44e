#include "analysis/CalledParameters.h"

#include "analysis/Conditions.h"

#include <optional>

namespace clearway::analysis {

using facts::CallSite;
using facts::FileFacts;
using link::FunctionId;
using link::Program;

namespace {

/// A method's own first parameter is no argument of the call.
uint32_t receivers(const FileFacts &file, const facts::Function &callee) {
  return file.language != facts::Language::Cpp && callee.enclosingClass != facts::kNone && !(callee.flags & facts::FunctionFlag::Static) ? 1 : 0;
}

/// The parameter of `callee` that the argument at `index` is bound to; nullopt behind `*args`.
std::optional<uint32_t> parameterOf(const FileFacts &file, const CallSite &site, uint32_t index,
                                    const FileFacts &calleeFile, const facts::Function &callee) {
  const auto arguments = file.argumentsOf(site);
  const auto parameters = calleeFile.parametersOf(callee);
  if (const Name keyword = arguments[index].keyword) {
    for (uint32_t i = 0; i < parameters.size(); ++i)
      if (parameters[i].name == keyword)
        return i;
    return std::nullopt;
  }
  for (uint32_t i = 0; i <= index; ++i)
    if (arguments[i].spread || arguments[i].keyword)
      return std::nullopt;
  const uint32_t position = index + receivers(calleeFile, callee);
  return position < parameters.size() && !parameters[position].variadic ? std::optional(position)
                                                                        : std::nullopt;
}

/// What is called, without the type that C++ gives it; of a std::function the object.
const facts::Value &calledValue(const FileFacts &file, const CallSite &site) {
  const facts::Value &named = file.values[site.callee];
  const bool object = named.kind == facts::ValueKind::Symbol && named.a < file.values.size() && named.name.view().ends_with("::operator()");
  const facts::Value *callee = object ? &file.values[named.a] : &named;
  while (callee->kind == facts::ValueKind::Cast && callee->a < file.values.size())
    callee = &file.values[callee->a];
  return *callee;
}

/// `functools.partial(f, …)` stands for f.
const facts::Value &partialOf(const FileFacts &file, const facts::Value &value) {
  if (value.kind != facts::ValueKind::CallResult || value.a >= file.calls.size())
    return value;
  const CallSite &site = file.calls[value.a];
  const facts::Value &callee = file.values[site.callee];
  const bool isPartial = (callee.kind == facts::ValueKind::Ref || callee.kind == facts::ValueKind::Attr) && callee.name.view() == "partial";
  return isPartial && site.arguments.count != 0 ? file.values[file.argumentsOf(site)[0].value] : value;
}

} // namespace

CalledParameters::CalledParameters(const Program &program) : program_(program) {
  for (const link::Call &call : program.calls) {
    const FileFacts &file = program.files[call.file];
    const facts::Value &callee = calledValue(file, file.calls[call.site]);
    const bool own =
        callee.kind == facts::ValueKind::Param && program.functionAt(call.file, callee.a) == call.caller;
    if (own && (file.calls[call.site].kind == facts::CallKind::Call || file.calls[call.site].kind == facts::CallKind::Operator))
      called_.insert(key(call.caller, callee.b));
    if (file.language == facts::Language::Python)
      addHandedOn(call);
  }
}

void CalledParameters::addHandedOn(const link::Call &call) {
  const FileFacts &file = program_.files[call.file];
  const auto arguments = file.argumentsOf(file.calls[call.site]);
  for (const link::External &api : call.externals)
    for (uint32_t i = 0; api.entry && i < arguments.size(); ++i) {
      const auto *runs = runsArgument(program_, call, *api.entry, i);
      if (!runs || runs->context == catalog::ExecutionContext::Unknown || runs->context == catalog::ExecutionContext::EventLoop)
        continue;
      const facts::Value &given = partialOf(file, file.values[arguments[i].value]);
      if (given.kind == facts::ValueKind::Param && program_.functionAt(call.file, given.a) == call.caller)
        handedOn_.insert(key(call.caller, given.b));
    }
}

bool CalledParameters::runs(link::CallId call, uint32_t argument, FunctionId callee) const {
  const FileFacts &file = program_.files[program_.calls[call].file];
  const auto parameter =
      parameterOf(file, program_.site(call), argument, program_.fileOf(callee), program_.facts(callee));
  return parameter && called_.contains(key(callee, *parameter)) && !handedOn_.contains(key(callee, *parameter));
}

} // namespace clearway::analysis
