#include "tidy/UnitRun.h"

#include "frontend/cpp/clang/Extractor.h"
#include "link/Semantics.h"
#include "report/Report.h"
#include "report/Suppressions.h"
#include "source/Discovery.h"
#include "source/FileBytes.h"

#include "clang/Basic/SourceManager.h"

#include <algorithm>
#include <filesystem>

namespace clearway::tidy {

namespace fs = std::filesystem;

struct UnitRun::Linked {
  std::unique_ptr<catalog::Catalog> catalog;
  link::Program program;
  analysis::Analyses analyses;
  std::unique_ptr<report::SourceCache> texts;
  std::unique_ptr<report::Suppressions> suppressions;
};

namespace {

std::string mainFileOf(const clang::SourceManager &sources) {
  const auto main = sources.getFileEntryRefForID(sources.getMainFileID());
  if (!main)
    return {};
  const llvm::StringRef real = main->getFileEntry().tryGetRealPathName();
  return real.empty() ? main->getName().str() : real.str();
}

/// NOLINT is clang-tidy's to honour: it counts what it suppressed.
void dropNoLint(facts::FileFacts &file) {
  std::erase_if(file.directives, [](const facts::Directive &directive) {
    const auto parsed = report::parseDirective(directive.text.view());
    return parsed && (parsed->kind == report::DirectiveKind::NoLint || parsed->kind == report::DirectiveKind::NoLintNext ||
                      parsed->kind == report::DirectiveKind::NoLintBegin || parsed->kind == report::DirectiveKind::NoLintEnd);
  });
}

void addCatalogFile(catalog::Catalog &catalog, const std::string &file, std::vector<std::string> &errors) {
  const auto yaml = source::readFile(file);
  if (!yaml) {
    const bool missing = yaml.error().id == "vanished";
    errors.push_back(file + ": " + (missing ? "there is no such catalogue file; check the path" : yaml.error().message));
    return;
  }
  for (const catalog::Error &error : catalog.add(file, *yaml))
    errors.push_back(error.file + ":" + std::to_string(error.line) + ": " + error.message);
}

} // namespace

void UnitRun::read(clang::ASTContext &ast) {
  sources_ = &ast.getSourceManager();
  root_ = source::projectOf({mainFileOf(*sources_)});
  linked_ = std::make_shared<Linked>();
  Linked &out = *linked_;
  const facts::Language language = facts::Language::Cpp;
  out.catalog = std::make_unique<catalog::Catalog>(catalog::Catalog::embedded(std::span(&language, 1)));
  for (const std::string &file : catalogs_)
    addCatalogFile(*out.catalog, file, errors_);
  std::vector<std::unique_ptr<link::Semantics>> semantics;
  semantics.push_back(link::makeCppSemantics());
  const frontend::cpp::ExtractOptions options{root_, {}};
  frontend::cpp::UnitContext unit(ast, options);
  std::vector<facts::FileFacts> files = frontend::cpp::extractUnit(unit).files;
  std::for_each(files.begin(), files.end(), dropNoLint);
  out.program = link::link(std::move(files), *out.catalog, semantics, 1);
  out.analyses = analysis::analyse(out.program, *out.catalog, 1);
  out.texts = std::make_unique<report::SourceCache>(root_);
  out.suppressions = std::make_unique<report::Suppressions>(out.program, *out.texts);
}

std::vector<report::Finding> UnitRun::findings(clang::ASTContext &ast, const checks::Check &check,
                                               const checks::Options &options) {
  if (!linked_)
    read(ast);
  std::vector<report::Finding> findings;
  const checks::Context context{linked_->program, *linked_->catalog, linked_->analyses, options};
  check.run(context, [&](report::Finding finding) {
    linked_->suppressions->apply(finding);
    if (!finding.suppressed)
      findings.push_back(std::move(finding));
  });
  std::stable_sort(findings.begin(), findings.end(), report::inReportOrder);
  report::dropRepetitions(findings);
  return findings;
}

clang::SourceLocation UnitRun::locate(const std::string &file, uint32_t line, uint32_t column) const {
  const std::string absolute = (fs::path(root_) / file).string();
  const auto entry = sources_->getFileManager().getOptionalFileRef(absolute);
  return entry ? sources_->translateFileLineCol(&entry->getFileEntry(), line, column) : clang::SourceLocation();
}

} // namespace clearway::tidy
