#include "frontend/cpp/clang/FileBuilder.h"

#include "clang/Lex/Lexer.h"

namespace clearway::frontend::cpp {

FileBuilder::FileBuilder(std::string path, uint64_t digest, uint32_t lineCount) {
  facts_.language = facts::Language::Cpp;
  facts_.path = std::move(path);
  facts_.digest = digest;
  facts_.lineCount = lineCount;
  facts_.scopes.push_back({.kind = facts::ScopeKind::Module});
  facts::Function module{.name = Name("<module>"), .file = Name(facts_.path)};
  module.kind = facts::FunctionKind::Module;
  module.scope = 0;
  facts_.functions.push_back(module);
}

facts::ValueId FileBuilder::add(const facts::Value &value) {
  facts_.values.push_back(value);
  return static_cast<facts::ValueId>(facts_.values.size() - 1);
}

facts::ValueId FileBuilder::literal(facts::LiteralKind kind, std::string_view text) {
  return add({.kind = facts::ValueKind::Literal, .flag = static_cast<uint8_t>(kind), .name = Name(text.substr(0, 256))});
}

facts::Span FileBuilder::operands(std::span<const facts::ValueId> values) {
  const facts::Span span{static_cast<uint32_t>(facts_.operands.size()), static_cast<uint32_t>(values.size())};
  facts_.operands.insert(facts_.operands.end(), values.begin(), values.end());
  return span;
}

facts::SourceRange toRange(const clang::SourceManager &sources, const clang::LangOptions &language,
                           clang::SourceRange range) {
  if (range.isInvalid())
    return {};
  const clang::CharSourceRange expanded = sources.getExpansionRange(range);
  clang::SourceLocation end = expanded.getEnd();
  if (expanded.isTokenRange())
    end = clang::Lexer::getLocForEndOfToken(end, 0, sources, language);
  if (end.isInvalid())
    end = expanded.getEnd();
  const clang::SourceLocation begin = expanded.getBegin();
  facts::SourceRange out{sources.getSpellingLineNumber(begin), sources.getSpellingColumnNumber(begin),
                         sources.getSpellingLineNumber(end), sources.getSpellingColumnNumber(end)};
  if (sources.getFileID(begin) != sources.getFileID(end) || out.endLine < out.beginLine)
    out.endLine = out.beginLine, out.endColumn = out.beginColumn + 1;
  return out;
}

} // namespace clearway::frontend::cpp
