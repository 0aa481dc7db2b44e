// What the Python front end makes of a piece of source, and short questions to it.
#pragma once

#include "facts/Text.h"
#include "frontend/Frontend.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <string>
#include <vector>

namespace clearway::frontend {

struct Extracted {
  facts::FileFacts facts;

  explicit Extracted(std::string_view source, std::string path = "m.py")
      : facts(makePythonFrontend()->extract(
            {.path = path, .absolutePath = path, .contents = source, .moduleName = "m"})) {}

  /// The value stored in the last binding of that name, as an expression.
  std::string stored(std::string_view name) const {
    std::string found = "nothing";
    for (const facts::Binding &binding : facts.bindings)
      if (binding.name.view() == name)
        found = facts::describe(facts, binding.value);
    return found;
  }
  /// The first call of that kind whose callee reads so.
  const facts::CallSite &call(std::string_view callee, facts::CallKind kind = facts::CallKind::Call) const {
    for (const facts::CallSite &site : facts.calls)
      if (site.kind == kind && facts::describe(facts, site.callee) == callee)
        return site;
    ADD_FAILURE() << "no call of " << callee << " in\n" << facts::dump(facts);
    static const facts::CallSite none;
    return none;
  }
  /// Every call of that kind, by what it calls, in evaluation order.
  std::vector<std::string> calls(facts::CallKind kind = facts::CallKind::Call) const {
    std::vector<std::string> result;
    for (const facts::CallSite &site : facts.calls)
      if (site.kind == kind)
        result.push_back(facts::describe(facts, site.callee));
    return result;
  }
  bool has(std::string_view callee, uint16_t flag) const { return call(callee).flags & flag; }
  const facts::Function &function(std::string_view qualifiedName) const {
    for (const facts::Function &function : facts.functions)
      if (function.qualifiedName.view() == qualifiedName)
        return function;
    ADD_FAILURE() << "no function " << qualifiedName;
    static const facts::Function none;
    return none;
  }
  std::vector<std::string> returns(std::string_view qualifiedName) const {
    std::vector<std::string> result;
    for (const facts::ValueId id : facts.operandsOf(function(qualifiedName).returns))
      result.push_back(facts::describe(facts, id));
    return result;
  }
  std::vector<std::string> diagnostics() const {
    std::vector<std::string> result;
    for (const facts::Diagnostic &diagnostic : facts.diagnostics)
      result.push_back(std::string(diagnostic.id.view()));
    return result;
  }
};

} // namespace clearway::frontend
