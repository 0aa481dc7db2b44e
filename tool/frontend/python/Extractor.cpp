#include "frontend/python/Extractor.h"

#include "facts/NameCache.h"

#include <algorithm>
#include <string>

namespace clearway::python {

using namespace facts;

Extractor::Extractor(const SyntaxTree &tree, FileFacts &facts)
    : tree_(tree), facts_(facts), builder_(facts), flow_(facts), jumps_(flow_), locals_(facts, builder_) {}

void Extractor::run() {
  facts_.lineCount = tree_.lines().lines();
  module();
  // In the order in which they were met: the bodies below append to the list.
  for (size_t next = 0; next < pending_.size(); ++next)
    functionBody(Pending(pending_[next]));
  applyExports();
  directives();
  syntaxErrors();
}

void Extractor::directives() {
  for (const SyntaxTree::Comment &comment : tree_.directives()) {
    const std::string_view source = tree_.source();
    const size_t newline = source.substr(0, comment.begin).rfind('\n');
    const size_t line = newline == std::string_view::npos ? 0 : newline + 1;
    const std::string_view before = source.substr(line, comment.begin - line);
    facts_.directives.push_back({tree_.lines().range(comment.begin, comment.end),
                                 Name(source.substr(comment.begin, comment.end - comment.begin)),
                                 before.find_first_not_of(" \t\f") == std::string_view::npos});
  }
}

void Extractor::diagnose(DiagnosticLevel level, SourceRange range, std::string_view id,
                         std::string_view text) {
  facts_.diagnostics.push_back({level, range, Name(id), Name(text)});
  facts_.hadErrors = true;
}

namespace {

// The start of a piece of source for a message: one line, and only what any terminal and encoding can show.
std::string_view excerpt(std::string_view text) {
  constexpr size_t kMaxLength = 40;
  size_t length = 0;
  while (length < std::min(text.size(), kMaxLength) && text[length] >= ' ' && text[length] <= '~')
    ++length;
  return text.substr(0, length);
}

} // namespace

void Extractor::syntaxErrors() {
  for (const SyntaxTree::Error &error : tree_.errors()) {
    std::string text = "syntax error: ";
    const std::string_view piece = excerpt(tree_.source().substr(error.begin, error.end - error.begin));
    if (!error.missing && !piece.empty())
      text += "`" + std::string(piece) + "` makes no sense there";
    else if (error.missing)
      text += error.what.empty() ? "something is missing" : "expected '" + std::string(error.what) + "'";
    else
      text += "this is no Python 3";
    text += "; the rest of the file was analysed, but findings in this statement may be missing";
    diagnose(DiagnosticLevel::Warning, tree_.lines().range(error.begin, error.end), "syntax-error", text);
  }
}

} // namespace clearway::python
