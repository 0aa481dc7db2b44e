#include "frontend/python/SemanticsUniqueMethods.h"

#include "frontend/python/SemanticsKnowledge.h"

#include <algorithm>
#include <string_view>

namespace clearway::python {

using facts::BindingKind;
using facts::CallKind;
using facts::FunctionFlag::Property;
using link::Confidence;
using link::kNone;

namespace {

/// `send_pending_results`: three words. `get_session` and `run_query` are anybody's.
bool tells(std::string_view name) {
  unsigned words = 0;
  for (size_t i = 0; i < name.size(); ++i)
    words += name[i] != '_' && (i == 0 || name[i - 1] == '_');
  constexpr unsigned kWords = 3;
  return words >= kWords;
}

/// Whether the arguments are some that the method takes.
bool fits(const facts::FileFacts &file, const facts::CallSite &site, const facts::FileFacts &owner, const facts::Function &method) {
  auto parameters = owner.parametersOf(method);
  if (!(method.flags & facts::FunctionFlag::Static) && !parameters.empty())
    parameters = parameters.subspan(1);
  size_t positional = 0, named = 0;
  bool hidden = false;
  for (const facts::Argument &argument : file.argumentsOf(site)) {
    hidden |= argument.spread != 0;
    if (argument.spread)
      continue;
    ++(argument.keyword ? named : positional);
    if (argument.keyword && std::none_of(parameters.begin(), parameters.end(), [&](const facts::Parameter &parameter) {
          return parameter.variadic == 2 || parameter.name == argument.keyword;
        }))
      return false;
  }
  size_t least = 0, most = 0;
  for (const facts::Parameter &parameter : parameters) {
    least += !parameter.variadic && !parameter.defaultValue;
    most = parameter.variadic == 1 ? SIZE_MAX : most + (!parameter.keywordOnly && !parameter.variadic && most != SIZE_MAX);
  }
  return positional <= most && (hidden || positional + named >= least);
}

/// "app.store.Store" → "app".
std::string_view packageOf(std::string_view dotted) { return dotted.substr(0, dotted.find('.')); }

} // namespace

UniqueMethods::UniqueMethods(const link::Program &program) : program_(program) {
  for (link::FunctionId f = 0; f < program.functions.size(); ++f)
    if (program.language(f) == facts::Language::Python)
      addMethod(f);
  for (const facts::FileFacts &file : program.files)
    if (file.language == facts::Language::Python) {
      addAttributes(file);
      packages_.insert(packageOf(file.module.view()));
    }
}

bool UniqueMethods::isUnseen(Name external) const { return packages_.contains(packageOf(external.view())); }

void UniqueMethods::addMethod(link::FunctionId f) {
  const facts::Function &function = program_.facts(f);
  if (function.enclosingClass == facts::kNone || program_.fileOf(f).isTest || isCommonMethod(function.name.view()))
    return;
  const auto [known, isNew] = methods_.try_emplace(function.name, f);
  if (isNew || known->second == kNone)
    return;
  const bool sameClass = program_.functions[known->second].file == program_.functions[f].file &&
                         program_.facts(known->second).enclosingClass == function.enclosingClass;
  if (!sameClass)
    known->second = kNone;
}

void UniqueMethods::addAttributes(const facts::FileFacts &file) {
  for (const facts::Binding &binding : file.bindings) {
    const bool isAttribute = binding.flags & facts::BindingFlag::Instance ||
                             (binding.kind == BindingKind::Variable && file.scopes[binding.scope].kind == facts::ScopeKind::Class);
    if (isAttribute && methods_.contains(binding.name))
      attributes_.insert(binding.name);
  }
}

bool UniqueMethods::isBelieved(link::FunctionId f, const facts::FileFacts &file, const facts::CallSite &site) const {
  const facts::Function &method = program_.facts(f);
  const bool read = site.kind == CallKind::Attribute;
  const bool awaits = site.flags & facts::CallFlag::Awaited;
  return tells(method.name.view()) && !attributes_.contains(method.name) && read == bool(method.flags & Property) &&
         (read || (awaits == (method.kind == facts::FunctionKind::Coroutine) && fits(file, site, program_.fileOf(f), method)));
}

link::Target UniqueMethods::of(Name name, const facts::FileFacts &file, const facts::CallSite &site) const {
  const auto known = methods_.find(name);
  if (known == methods_.end() || known->second == kNone)
    return {};
  return {known->second, isBelieved(known->second, file, site) ? Confidence::Inferred : Confidence::NameOnly};
}

} // namespace clearway::python
