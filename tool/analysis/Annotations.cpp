#include "analysis/Annotations.h"

#include <algorithm>

namespace clearway::analysis {

using catalog::ExecutionContext;
using facts::Directive;

namespace {

constexpr std::string_view kKey = "clearway: context(";

ExecutionContext contextNamed(std::string_view name) {
  for (ExecutionContext context :
       {ExecutionContext::EventLoop, ExecutionContext::Worker, ExecutionContext::BlockingPool,
        ExecutionContext::NewThread, ExecutionContext::SyncMain})
    if (catalog::toString(context) == name)
      return context;
  return ExecutionContext::Unknown;
}

ExecutionContext contextIn(std::string_view comment) {
  const size_t at = comment.find(kKey);
  if (at == std::string_view::npos)
    return ExecutionContext::Unknown;
  const size_t begin = at + kKey.size();
  return contextNamed(comment.substr(begin, std::min(comment.find(')', begin), comment.size()) - begin));
}

bool belongsTo(const Directive &directive, const facts::Function &function) {
  const uint32_t line = directive.range.beginLine;
  return line == function.nameRange.beginLine ||
         (directive.ownLine && line + 1 == function.range.beginLine) ||
         (directive.ownLine && line + 1 == function.nameRange.beginLine);
}

} // namespace

ExecutionContext annotatedContext(const link::Program &program, link::FunctionId f) {
  const facts::Function &function = program.facts(f);
  for (const Directive &directive : program.fileOf(f).directives)
    if (const ExecutionContext context = contextIn(directive.text.view());
        context != ExecutionContext::Unknown && belongsTo(directive, function))
      return context;
  return function.flags & facts::FunctionFlag::Nonblocking ? ExecutionContext::EventLoop
                                                           : ExecutionContext::Unknown;
}

} // namespace clearway::analysis
