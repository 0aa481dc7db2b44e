#include "facts/NameCache.h"
#include "frontend/Frontend.h"
#include "frontend/python/Extractor.h"
#include "frontend/treesitter/Encoding.h"

#include <xxhash.h>

namespace clearway::frontend {
namespace {

using namespace facts;
using treesitter::Encoding;
using treesitter::EncodingFinding;

FileFacts describe(const SourceFile &file) {
  FileFacts facts;
  facts.language = Language::Python;
  facts.path = file.path;
  facts.module = Name(file.moduleName);
  facts.digest = XXH3_64bits(file.contents.data(), file.contents.size());
  facts.isPackage = file.isPackage;
  facts.isTest = file.isTest;
  return facts;
}

void diagnose(FileFacts &facts, DiagnosticLevel level, SourceRange range, std::string_view id,
              std::string_view text) {
  facts.diagnostics.push_back({level, range, Name(id), Name(text)});
  facts.hadErrors = true;
}

SourceRange lineOf(std::string_view contents, size_t offset) {
  treesitter::LineTable lines;
  lines.reset(contents);
  return lines.range(static_cast<uint32_t>(offset), static_cast<uint32_t>(offset) + 1);
}

/// False if the file is not worth parsing.
bool checkEncoding(FileFacts &facts, std::string_view contents) {
  const EncodingFinding found = treesitter::detectEncoding(contents);
  switch (found.encoding) {
  case Encoding::Utf8:
    return true;
  case Encoding::Utf16:
    diagnose(facts, DiagnosticLevel::Warning, {}, "not-utf8",
             "the file is UTF-16, which Python cannot run; convert it to UTF-8 to have it analysed");
    return false;
  case Encoding::Binary:
    diagnose(facts, DiagnosticLevel::Warning, {}, "binary",
             "the file contains NUL bytes, so it is no Python source; exclude it, or restore its text");
    return false;
  case Encoding::Other:
    diagnose(facts, DiagnosticLevel::Warning, lineOf(contents, found.offset), "not-utf8",
             "not UTF-8 from here on; the file was analysed byte by byte, so names that are not ASCII may be "
             "wrong. "
             "Convert it to UTF-8");
    return true;
  }
  return true;
}

class PythonFrontend final : public Frontend {
public:
  Language language() const override { return Language::Python; }

  FileFacts extract(const SourceFile &file) const override {
    FileFacts facts = describe(file);
    const bool text = checkEncoding(facts, file.contents);
    const std::string_view contents = text ? file.contents : std::string_view();
    thread_local treesitter::SyntaxTree tree; // reused: its arrays are as large as the largest file
    if (treesitter::parse(python::grammar(), contents, tree) == treesitter::ParseResult::Abandoned)
      diagnose(facts, DiagnosticLevel::Warning, {}, "parse-abandoned",
               "parsing took far more steps than the size of the file explains, so the file was left out. It "
               "is broken "
               "or generated; exclude it");
    python::Extractor(tree, facts).run();
    return facts;
  }
};

} // namespace

std::unique_ptr<Frontend> makePythonFrontend() {
  return std::make_unique<PythonFrontend>();
}

} // namespace clearway::frontend
