// Fills the facts of one source file while clang's declarations are walked.
#pragma once

#include "facts/Facts.h"

#include "clang/Basic/SourceManager.h"

#include <span>
#include <string>
#include <unordered_map>

namespace clearway::frontend::cpp {

class FileBuilder {
public:
  FileBuilder(std::string path, uint64_t digest, uint32_t lineCount);

  facts::FileFacts &facts() { return facts_; }
  facts::ValueId add(const facts::Value &value);
  facts::ValueId literal(facts::LiteralKind kind, std::string_view text);
  facts::Span operands(std::span<const facts::ValueId> values);

private:
  facts::FileFacts facts_;
};

/// The range as it expands, in 1-based lines and byte columns; invalid if it spans files.
facts::SourceRange toRange(const clang::SourceManager &sources, const clang::LangOptions &language,
                           clang::SourceRange range);

} // namespace clearway::frontend::cpp
