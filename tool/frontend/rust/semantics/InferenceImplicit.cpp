// Methods that run without being named: `fmt` of what `format!("{job}")` writes, `deref` on the way to a method.
#include "frontend/rust/semantics/Inference.h"

#include "frontend/rust/semantics/Prelude.h"

#include <algorithm>
#include <array>

namespace clearway::frontend::rust {

using facts::Value;
using facts::ValueKind;
using link::FileId;
using link::FunctionId;

namespace {

const Name kFmt("fmt");

/// What methods of such traits call that is not worth a look.
bool isLittle(std::string_view called) {
  static constexpr std::array<std::string_view, 30> kNames{
      "write_fmt", "write_str", "write_char", "write!", "writeln!", "fmt",    "field",  "finish", "entry",  "entries",
      "pad",       "as_ref",    "as_mut",     "unwrap", "expect",   "deref",  "borrow", "as_str", "iter",   "join",
      "to_string", "len",       "clone",      "get",    "as_ptr",   "format!", "map",   "into",   "Ok",     "as_deref"};
  return called.starts_with("debug_") || called.starts_with("finish_") || std::find(kNames.begin(), kNames.end(), called) != kNames.end();
}

struct Placeholder {
  std::string_view name; // empty: by position
  bool isDebug = false;
};

/// `{}`, `{name}`, `{0:>8}`, `{:?}` of a format string, in order.
std::vector<Placeholder> placeholders(std::string_view text) {
  std::vector<Placeholder> found;
  for (size_t at = text.find('{'); at < text.size(); at = text.find('{', at)) {
    if (text.substr(at, 2) == "{{") {
      at += 2;
      continue;
    }
    const size_t end = std::min(text.find('}', at), text.size());
    const std::string_view inside = text.substr(at + 1, end - at - 1);
    found.push_back({inside.substr(0, inside.find(':')), inside.ends_with('?')});
    at = end;
  }
  return found;
}

/// A position among the arguments after the format string; nothing if it is a name that the string itself captures.
std::optional<size_t> positionOf(const Placeholder &one, size_t &next) {
  if (one.name.empty())
    return next++;
  if (one.name.size() == 1 && one.name[0] >= '0' && one.name[0] <= '9')
    return static_cast<size_t>(one.name[0] - '0');
  return std::nullopt;
}

/// The argument that a placeholder stands for; null if there is none.
const facts::Argument *argumentFor(std::span<const facts::Argument> arguments, const Placeholder &one, size_t &next) {
  if (const auto position = positionOf(one, next))
    return *position < arguments.size() && !arguments[*position].keyword ? &arguments[*position] : nullptr;
  const auto captured = std::find_if(arguments.begin(), arguments.end(), [&](const facts::Argument &each) { return each.keyword.view() == one.name; });
  return captured == arguments.end() ? nullptr : &*captured;
}

} // namespace

bool Inference::doesMuch(FunctionId f) const {
  const link::Function &function = program_.functions[f];
  const facts::FileFacts &file = program_.fileOf(f);
  for (uint32_t i = 0; i < function.callCount; ++i) {
    const Value &callee = file.values[program_.site(function.firstCall + i).callee];
    if (!isLittle((callee.kind == ValueKind::Apply ? file.values[callee.a] : callee).name.view()))
      return true;
  }
  return false;
}

bool Inference::formatsMuch() {
  if (!formatsMuch_) {
    const auto &formatters = members_.named(kFmt);
    formatsMuch_ = std::any_of(formatters.begin(), formatters.end(), [&](FunctionId f) { return doesMuch(f); });
  }
  return *formatsMuch_;
}

void Inference::addImplicit(const std::vector<FunctionId> &functions, Callee &made) const {
  for (const FunctionId f : functions)
    if (doesMuch(f) && std::find(made.implicit.begin(), made.implicit.end(), f) == made.implicit.end())
      made.implicit.push_back(f);
}

std::vector<FunctionId> Inference::formattersOf(TypeId id, std::string_view trait) {
  std::vector<FunctionId> functions;
  id = types.stripped(id);
  while (types[id].kind == TypeKind::Named && isSmartPointer(types[id].name.view()) && !types[id].args.empty())
    id = types.stripped(types[id].args.back());
  if (types[id].kind == TypeKind::Named)
    for (const FunctionId f : members_.ofType(types[id].name, kFmt)) {
      const facts::FileFacts &file = program_.fileOf(f);
      const facts::ClassId owner = program_.facts(f).enclosingClass;
      const auto bases = owner == facts::kNone ? std::span<const facts::ValueId>() : file.operandsOf(file.classes[owner].bases);
      if (!bases.empty() && file.values[bases.front()].name.view() == trait)
        functions.push_back(f);
    }
  return functions;
}

void Inference::addFormatted(FileId id, const facts::CallSite &site, Callee &made) {
  const facts::FileFacts &file = program_.files[id];
  const auto arguments = file.argumentsOf(site);
  const auto text = std::find_if(arguments.begin(), arguments.end(), [&](const facts::Argument &one) {
    const Value &value = file.values[one.value];
    return value.kind == ValueKind::Literal && value.flag == static_cast<uint8_t>(facts::LiteralKind::String);
  });
  if (text == arguments.end())
    return;
  const std::span<const facts::Argument> rest(text + 1, arguments.end());
  size_t next = 0;
  for (const Placeholder &one : placeholders(file.values[text->value].name.view()))
    if (const facts::Argument *argument = argumentFor(rest, one, next))
      addImplicit(formattersOf(typeOf(id, argument->value), one.isDebug ? "Debug" : "Display"), made);
}

} // namespace clearway::frontend::rust
