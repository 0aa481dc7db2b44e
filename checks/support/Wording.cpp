#include "checks/support/Wording.h"

#include "analysis/ValueTrace.h"
#include "checks/support/Places.h"

namespace clearway::checks {

using analysis::Operation;
using catalog::EffectKind;
using catalog::Weight;
using facts::Language;

namespace {

std::string_view phrase(EffectKind kind, Weight weight) {
  switch (kind) {
  case EffectKind::Lock:
    return "waits for a lock";
  case EffectKind::Wait:
    return "waits for another thread";
  case EffectKind::Join:
    return "waits until a thread or process ends";
  case EffectKind::Future:
    return "waits for a result from another thread";
  case EffectKind::Channel:
    return weight == Weight::Low ? "waits while the channel is full" : "waits for a message";
  case EffectKind::Sleep:
    return "sleeps";
  case EffectKind::FileIo:
    return weight == Weight::Low ? "file access" : "file I/O";
  case EffectKind::NetIo:
    return "network I/O";
  case EffectKind::Dns:
    return "DNS lookup";
  case EffectKind::Process:
    return "runs a process";
  case EffectKind::Database:
    return "database access";
  case EffectKind::Http:
    return "HTTP request";
  case EffectKind::Stdio:
    return "console I/O";
  case EffectKind::Bridge:
    return "runs another event loop until it is done";
  case EffectKind::Cpu:
    return "CPU-bound work";
  case EffectKind::Device:
    return "waits for the device";
  case EffectKind::None:
    break;
  }
  return "blocks";
}

bool waitsForOthers(EffectKind kind) {
  return kind == EffectKind::Lock || kind == EffectKind::Wait || kind == EffectKind::Join ||
         kind == EffectKind::Future || kind == EffectKind::Channel;
}

/// How long it takes, as far as the catalogue knows.
std::string_view duration(const Operation &operation) {
  if (waitsForOthers(operation.kind))
    return operation.bounded ? ", up to its time limit" : ", without a time limit";
  if (operation.kind == EffectKind::Sleep || operation.kind == EffectKind::Bridge)
    return "";
  switch (operation.weight) {
  case Weight::Low:
    return ", usually under 1 ms";
  case Weight::Middle:
    return ", usually milliseconds";
  case Weight::High:
    return ", often 100 ms or more";
  }
  return "";
}

/// " 5 s" for a Python sleep of a constant.
std::string sleepTime(const link::Program &program, const Operation &operation) {
  const facts::FileFacts &file = program.fileOf(operation.function);
  const auto arguments = file.argumentsOf(program.site(operation.call));
  if (operation.kind != EffectKind::Sleep || file.language != Language::Python || arguments.size() != 1)
    return "";
  const facts::Value *value = analysis::constantOf(file, arguments[0].value);
  return value && (value->flag == static_cast<uint8_t>(facts::LiteralKind::Int) ||
                   value->flag == static_cast<uint8_t>(facts::LiteralKind::Float))
             ? " " + std::string(value->name.view()) + " s"
             : "";
}

} // namespace

std::string describe(const link::Program &program, const Operation &operation) {
  const bool onlyStarts = operation.kind == EffectKind::Process && operation.weight == Weight::Low && operation.bounded;
  return std::string(onlyStarts ? "starts a process" : phrase(operation.kind, operation.weight)) + sleepTime(program, operation) +
         std::string(duration(operation));
}

std::string apiName(const Operation &operation) {
  std::string_view name = operation.api.view();
  if (name.starts_with("builtins."))
    name.remove_prefix(9);
  return std::string(name);
}

std::string_view useInstead(const catalog::Entry &entry, Name runtime) {
  std::string_view general;
  for (const catalog::UseInstead &use : entry.useInstead) {
    if (use.framework && (use.framework == runtime || runtime.view().starts_with(use.framework.view())))
      return use.text.view();
    if (!use.framework)
      general = use.text.view();
  }
  return general;
}

std::string_view offloading(Language language, Name runtime) {
  if (language == Language::Rust)
    return "tokio::task::spawn_blocking(…).await";
  if (language == Language::Cpp)
    return "";
  if (runtime.view() == "trio")
    return "await trio.to_thread.run_sync(…)";
  return runtime.view() == "anyio" ? "await anyio.to_thread.run_sync(…)" : "await asyncio.to_thread(…)";
}

namespace {

/// "the same function of `tokio::fs`": what to use, not what to do.
bool namesThing(std::string_view text) {
  for (const std::string_view start : {"`", "the ", "a ", "an ", "tokio's "})
    if (text.starts_with(start))
      return true;
  return false;
}

} // namespace

std::string_view lastName(std::string_view qualified) { return qualified.substr(qualified.find_last_of(":.") + 1); }

/// "a(…), or b / c: because" → "use `a(…)` or `b` or `c`: because". A text with an article in it is a
/// sentence of its own.
std::string asAdvice(std::string_view text) {
  for (const std::string_view article : {" a ", " an ", " the ", " it ", " with ", "run ", "hand "})
    if (text.find(article) != std::string_view::npos || text.find('`') != std::string_view::npos)
      return (namesThing(text) ? "use " : "") + std::string(text);
  const std::string_view because = text.substr(std::min(text.find(": "), text.size()));
  text.remove_suffix(because.size());
  std::string out = "use ";
  for (bool first = true; !text.empty(); first = false) {
    const size_t comma = std::min({text.find(", or "), text.find(" or "), text.find(" / "), text.size()});
    out += (first ? "" : " or ") + quoted(text.substr(0, comma));
    text.remove_prefix(comma);
    for (const std::string_view separator : {", or ", " or ", " / "})
      if (text.starts_with(separator))
        text.remove_prefix(separator.size());
  }
  return out + std::string(because);
}

std::string replacement(const link::Program &program, const Operation &operation, Name runtime) {
  if (const std::string_view text = useInstead(*operation.entry, runtime); !text.empty())
    return asAdvice(text);
  if (operation.kind == EffectKind::Bridge)
    return "await the coroutine instead";
  const std::string_view thread = offloading(program.language(operation.function), runtime);
  return thread.empty() ? "hand it to a thread pool" : "use " + quoted(thread);
}

} // namespace clearway::checks
