#include "frontend/rust/Directives.h"

#include <algorithm>
#include <cstring>

namespace clearway::frontend::rust {
namespace {

bool contains(std::string_view text, std::string_view what) {
  return memmem(text.data(), text.size(), what.data(), what.size()) != nullptr;
}

} // namespace

bool mentionsDirective(std::string_view text) { return contains(text, "clearway:") || contains(text, "SYNC CONTEXT:"); }

void addDirectives(Unit &unit) {
  const std::string_view source = unit.syntax.tree.source();
  for (const treesitter::ByteRange &comment : unit.syntax.tree.comments()) {
    const std::string_view text = source.substr(comment.begin, comment.end - comment.begin);
    if (!mentionsDirective(text))
      continue;
    facts::Directive directive;
    directive.range = unit.record.range(comment.begin, comment.end);
    directive.text = Name(text);
    const size_t line = comment.begin - (directive.range.beginColumn - 1);
    directive.ownLine = source.substr(line, comment.begin - line).find_first_not_of(" \t") == std::string_view::npos;
    unit.facts.directives.push_back(directive);
  }
  std::sort(unit.facts.directives.begin(), unit.facts.directives.end(),
            [](const facts::Directive &a, const facts::Directive &b) { return a.range < b.range; });
}

} // namespace clearway::frontend::rust
