#include "checks/support/Fixes.h"

#include <algorithm>

namespace clearway::checks {

using facts::FileFacts;

namespace {

/// `import asyncio` at the top of the module.
bool importsAsyncio(const FileFacts &file) {
  return std::any_of(file.imports.begin(), file.imports.end(), [](const facts::Import &import) {
    return import.module.view() == "asyncio" && import.item.empty() && import.alias.view() == "asyncio" &&
           import.scope == 0 && !import.flags;
  });
}

/// A call that is a whole statement of a Python coroutine.
bool isCoroutineStatement(const Context &context, link::CallId call) {
  const facts::CallSite &site = context.program.site(call);
  const link::FunctionId caller = context.program.calls[call].caller;
  return context.program.language(caller) == facts::Language::Python &&
         site.use == facts::ResultUse::Discarded && site.kind == facts::CallKind::Call &&
         analysis::isAsync(context.program.facts(caller).kind) &&
         !(context.program.facts(caller).flags & facts::FunctionFlag::AsyncBlock);
}

report::TextEdit edit(const FileFacts &file, facts::SourceRange range, std::string text) {
  return {file.path, range, std::move(text)};
}

} // namespace

std::optional<report::Fix> awaitAsyncioSleep(const Context &context, const analysis::Operation &operation) {
  const FileFacts &file = context.program.fileOf(operation.function);
  const facts::CallSite &site = context.program.site(operation.call);
  if (operation.api.view() != "time.sleep" || operation.onLoopByCallback ||
      !isCoroutineStatement(context, operation.call) || !importsAsyncio(file) || !site.nameRange.valid())
    return std::nullopt;
  const facts::SourceRange callee{site.range.beginLine, site.range.beginColumn, site.nameRange.endLine,
                                  site.nameRange.endColumn};
  return report::Fix{"Await asyncio.sleep instead", true, {edit(file, callee, "await asyncio.sleep")}};
}

std::optional<report::Fix> addAwait(const Context &context, link::CallId call, bool safe) {
  if (!isCoroutineStatement(context, call))
    return std::nullopt;
  const facts::SourceRange &range = context.program.site(call).range;
  const facts::SourceRange before{range.beginLine, range.beginColumn, range.beginLine, range.beginColumn};
  return report::Fix{"Await the call",
                     safe,
                     {edit(context.program.fileOf(context.program.calls[call].caller), before, "await ")}};
}

} // namespace clearway::checks
