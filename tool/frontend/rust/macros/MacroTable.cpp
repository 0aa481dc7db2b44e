#include "frontend/rust/macros/MacroTable.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace clearway::frontend::rust {
namespace {

constexpr std::string_view kKeyword = "macro_rules!";

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == text.npos ? std::string_view() : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// The attributes and comments in the lines above an offset.
std::string_view attributesAbove(std::string_view text, size_t offset) {
  size_t begin = text.rfind('\n', offset) + 1;
  const size_t end = begin;
  while (begin > 0) {
    const size_t line = begin < 2 ? 0 : text.rfind('\n', begin - 2) + 1;
    const std::string_view content = trimmed(text.substr(line, begin - line));
    if (!content.starts_with("#") && !content.starts_with("//") && !content.ends_with("]"))
      break;
    begin = line;
  }
  return text.substr(begin, end - begin);
}

bool isCommented(std::string_view text, size_t offset) {
  const size_t line = text.rfind('\n', offset) + 1;
  return text.substr(line, offset - line).find("//") != text.npos;
}

std::string_view nameAt(std::string_view text, size_t &at) {
  at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
  const size_t begin = at;
  while (at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) || text[at] == '_'))
    ++at;
  const std::string_view name = text.substr(begin, at - begin);
  at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
  return name;
}

class DefinitionReader {
public:
  DefinitionReader(std::string_view contents, const MacroPlace &file, bool isTest) : text_(contents), file_(file), isTest_(isTest) {}

  std::vector<MacroDefinition> read() {
    for (size_t at = text_.find(kKeyword); at != text_.npos; at = text_.find(kKeyword, at + kKeyword.size()))
      if (!isCommented(text_, at))
        one(at);
    return std::move(found_);
  }

private:
  void one(size_t offset) {
    size_t open = offset + kKeyword.size();
    const std::string_view name = nameAt(text_, open);
    const size_t length = name.empty() || open >= text_.size() ? text_.npos : lengthOfTree(text_.substr(open));
    if (length == text_.npos || length < 2)
      return;
    MacroDefinition made;
    made.rules = std::make_unique<MacroRules>(std::string(text_.substr(open + 1, length - 2)));
    if (made.rules->rules().empty())
      return;
    const std::string_view attributes = attributesAbove(text_, offset);
    made.name = Name(name);
    made.place = file_;
    made.place.line = lineOf(offset);
    made.isTest = isTest_;
    made.isExported = attributes.find("macro_export") != attributes.npos;
    made.isAlternative = attributes.find("cfg(not(") != attributes.npos;
    found_.push_back(std::move(made));
  }

  uint32_t lineOf(size_t offset) {
    line_ += static_cast<uint32_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_), text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
    counted_ = offset;
    return line_;
  }

  std::string_view text_;
  const MacroPlace &file_;
  bool isTest_;
  std::vector<MacroDefinition> found_;
  uint32_t line_ = 1;
  size_t counted_ = 0;
};

} // namespace

std::vector<MacroDefinition> macrosOf(std::string_view contents, const MacroPlace &file, bool isTest) {
  return DefinitionReader(contents, file, isTest).read();
}

std::string_view crateOf(Name module) {
  const std::string_view text = module.view();
  return text.substr(0, text.find("::"));
}

void MacroTable::add(std::vector<MacroDefinition> definitions) {
  for (MacroDefinition &one : definitions)
    byName_[one.name].push_back(std::move(one));
}

void MacroTable::finish() {
  for (auto &[name, definitions] : byName_)
    std::sort(definitions.begin(), definitions.end(), [](const MacroDefinition &a, const MacroDefinition &b) {
      return std::tuple(a.place.file.view(), a.place.line) < std::tuple(b.place.file.view(), b.place.line);
    });
}

namespace {

using Definitions = std::vector<MacroDefinition>;

/// The last one above the call: later ones hide earlier ones of their name.
const MacroDefinition *above(const Definitions &all, const MacroPlace &call) {
  const MacroDefinition *best = nullptr;
  for (const MacroDefinition &one : all)
    if (one.place.file == call.file && (one.place.line <= call.line || one.isExported) && !(best && one.isAlternative))
      best = &one;
  return best;
}

size_t sharedLength(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

/// Of the crate's, the one that stands nearest in the tree of modules. `exceptIn`: a file whose own do not count.
const MacroDefinition *inCrate(const Definitions &all, std::string_view crate, Name near, bool exportedOnly, Name exceptIn = {}) {
  const MacroDefinition *best = nullptr;
  size_t longest = 0;
  for (const MacroDefinition &one : all) {
    if (one.isTest || one.place.file == exceptIn || crateOf(one.place.module) != crate || (exportedOnly && !one.isExported))
      continue;
    const size_t length = sharedLength(one.place.module.view(), near.view());
    if (best && length <= longest)
      continue;
    best = &one;
    longest = length;
  }
  return best;
}

/// The only crate that gives the macro to others.
const MacroDefinition *onlyExported(const Definitions &all) {
  const MacroDefinition *found = nullptr;
  for (const MacroDefinition &one : all) {
    if (one.isTest || !one.isExported)
      continue;
    if (found && crateOf(found->place.module) != crateOf(one.place.module))
      return nullptr;
    if (!found)
      found = &one;
  }
  return found;
}

const MacroDefinition *ofPath(const Definitions &all, const MacroUse &use) {
  if (use.root == "crate" || use.root == "self" || use.root == "super")
    return inCrate(all, crateOf(use.place.module), use.place.module, false);
  if (const MacroDefinition *found = inCrate(all, use.root, use.place.module, true))
    return found;
  return onlyExported(all); // a crate may hand on what another one defines
}

/// Names that mean a macro of std, or of a logging crate, unless the file says otherwise.
bool isCommonlyKnown(std::string_view name) {
  static constexpr std::array<std::string_view, 34> kNames = {
      "assert", "assert_eq", "assert_ne", "cfg", "compile_error", "concat", "dbg", "debug", "debug_assert", "debug_assert_eq", "env",
      "eprint", "eprintln", "error", "event", "format", "format_args", "include_str", "info", "json", "log", "matches", "panic", "print",
      "println", "span", "stringify", "thread_local", "todo", "trace", "unreachable", "warn", "write", "writeln"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

} // namespace

const MacroDefinition *MacroTable::find(const MacroUse &use) const {
  const auto found = byName_.find(use.name);
  if (found == byName_.end())
    return nullptr;
  const Definitions &all = found->second;
  if (!use.root.empty())
    return ofPath(all, use);
  if (const MacroDefinition *here = above(all, use.place))
    return here;
  if (const MacroDefinition *own = inCrate(all, crateOf(use.place.module), use.place.module, false, use.place.file))
    return own;
  for (const std::string_view crate : use.crates)
    if (const MacroDefinition *imported = inCrate(all, crate, use.place.module, true))
      return imported;
  return isCommonlyKnown(use.name.view()) ? nullptr : onlyExported(all);
}

} // namespace clearway::frontend::rust
