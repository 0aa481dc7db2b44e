// Names, locations and entry points, as messages show them.
#pragma once

#include "checks/Check.h"

#include <string>

namespace clearway::checks {

/// Short name of a function: without its module, "Controller.refresh", "lambda at line 12".
std::string shortName(const link::Program &program, link::FunctionId f);

/// The function as an entry point: "async `chat`", "callback `on_tick`".
std::string entryLabel(const link::Program &program, const analysis::Reach &entry);

/// The same without knowing how it became one.
std::string entryLabel(const Context &context, link::FunctionId f);

/// The label at the end of a clause: "callback of `x`," without its comma.
std::string withoutComma(std::string text);

report::Location location(const link::Program &program, link::FunctionId f, const facts::SourceRange &range);
/// The call itself; its name where the call begins on an earlier line, so that each call of a chain has its
/// own line.
report::Location location(const link::Program &program, link::CallId call);
report::Location nameLocation(const link::Program &program, link::FunctionId f);

/// What is left of a qualified name without its module.
std::string withoutModule(std::string_view name, std::string_view module);

/// `text` in backticks.
std::string quoted(std::string_view text);

/// "1 line", "3 lines".
std::string counted(size_t count, std::string_view noun);

} // namespace clearway::checks
