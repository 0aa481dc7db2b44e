#include "checks/support/Places.h"

namespace clearway::checks {

using analysis::EntryKind;
using link::FunctionId;
using link::Program;

namespace {

void eraseAll(std::string &text, std::string_view part) {
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at))
    text.erase(at, part.size());
}

std::string anonymous(const Program &program, FunctionId f, std::string_view what) {
  return std::string(what) + " at line " + std::to_string(program.facts(f).range.beginLine);
}

} // namespace

std::string withoutModule(std::string_view name, std::string_view module) {
  if (!module.empty() && name.size() > module.size() && name.starts_with(module)) {
    name.remove_prefix(module.size());
    name.remove_prefix(std::min(name.find_first_not_of(".:"), name.size()));
  }
  return std::string(name);
}

std::string shortName(const Program &program, FunctionId f) {
  const facts::Function &function = program.facts(f);
  if (function.flags & facts::FunctionFlag::AsyncBlock)
    return anonymous(program, f,
                     program.language(f) == facts::Language::Python ? "async comprehension" : "async block");
  if (function.flags & facts::FunctionFlag::Lambda)
    return anonymous(program, f, program.language(f) == facts::Language::Rust ? "closure" : "lambda");
  std::string name = withoutModule(function.qualifiedName.view(), program.fileOf(f).module.view());
  eraseAll(name, "<locals>.");
  return name.empty() ? std::string(function.name.view()) : name;
}

std::string entryLabel(const Program &program, const analysis::Reach &entry) {
  const std::string name = quoted(shortName(program, entry.entry));
  switch (entry.entryKind) {
  case EntryKind::Coroutine:
    return (program.facts(entry.entry).kind == facts::FunctionKind::AsyncGenerator ? "async generator "
                                                                                   : "async ") +
           name;
  case EntryKind::Callback:
    return name + ", a callback of " + quoted(entry.api.view()) + ",";
  case EntryKind::FrameworkMethod:
    return name + ", called by " + quoted(entry.api.view()) + ",";
  case EntryKind::Decorated:
    return name + ", decorated with " + quoted(entry.api.view()) + ",";
  case EntryKind::Loop:
    return name + ", a loop around " + quoted(entry.api.view()) + ",";
  case EntryKind::Annotated:
    return name + ", marked as running on the event loop,";
  }
  return name;
}

std::string entryLabel(const Context &context, FunctionId f) {
  if (const analysis::Reach *reach = context.analyses.contexts.eventLoop(f); reach && reach->entry == f)
    return entryLabel(context.program, *reach);
  return quoted(shortName(context.program, f));
}

std::string withoutComma(std::string text) {
  if (text.ends_with(","))
    text.pop_back();
  return text;
}

report::Location location(const Program &program, FunctionId f, const facts::SourceRange &range) {
  return {program.fileOf(f).path, range, std::string(program.facts(f).qualifiedName.view())};
}

report::Location location(const Program &program, link::CallId call) {
  const facts::CallSite &site = program.site(call);
  const bool chained = site.nameRange.valid() && site.nameRange.beginLine != site.range.beginLine;
  return location(program, program.calls[call].caller, chained ? site.nameRange : site.range);
}

report::Location nameLocation(const Program &program, FunctionId f) {
  const facts::Function &function = program.facts(f);
  return location(program, f, function.nameRange.valid() ? function.nameRange : function.range);
}

std::string quoted(std::string_view text) {
  return "`" + std::string(text) + "`";
}

std::string counted(size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

} // namespace clearway::checks
