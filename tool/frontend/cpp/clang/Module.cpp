#include "frontend/cpp/CppModule.h"
#include "frontend/cpp/clang/Extractor.h"
#include "frontend/cpp/clang/Invocation.h"

#include "clang/Basic/Diagnostic.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Tooling/JSONCompilationDatabase.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <optional>
#include <set>

namespace clearway::frontend::cpp {
namespace {

/// Keeps the first errors of a unit; they become notifications.
class ErrorCollector : public clang::DiagnosticConsumer {
public:
  struct Error {
    std::string text;
    std::string file;
    unsigned line = 0, column = 0;
  };
  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic &info) override {
    clang::DiagnosticConsumer::HandleDiagnostic(level, info);
    if (level < clang::DiagnosticsEngine::Error)
      return;
    fatal = fatal || level == clang::DiagnosticsEngine::Fatal;
    if (errors.size() >= 3)
      return;
    llvm::SmallString<128> text;
    info.FormatDiagnostic(text);
    Error made{std::string(text)};
    if (info.hasSourceManager() && info.getLocation().isValid()) {
      const clang::PresumedLoc at = info.getSourceManager().getPresumedLoc(info.getLocation());
      if (at.isValid())
        made.file = at.getFilename(), made.line = at.getLine(), made.column = at.getColumn();
    }
    errors.push_back(std::move(made));
  }
  std::vector<Error> errors;
  bool fatal = false;
};

class Consumer : public clang::ASTConsumer {
public:
  Consumer(const ExtractOptions &options, UnitFacts &out) : options_(options), out_(out) {}

  void Initialize(clang::ASTContext &ast) override { unit_.emplace(ast, options_); }

  /// The bodies of other people's headers are most of a unit's text and none of its facts.
  bool shouldSkipFunctionBody(clang::Decl *decl) override { return !unit_->isOwn(decl->getLocation()); }

  void HandleTranslationUnit(clang::ASTContext &) override { out_ = extractUnit(*unit_); }

private:
  const ExtractOptions &options_;
  UnitFacts &out_;
  std::optional<UnitContext> unit_;
};

class Action : public clang::ASTFrontendAction {
public:
  Action(const ExtractOptions &options, UnitFacts &out) : options_(options), out_(out) {}

  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &compiler, llvm::StringRef) override {
    compiler.getFrontendOpts().SkipFunctionBodies = true;
    return std::make_unique<Consumer>(options_, out_);
  }

private:
  const ExtractOptions &options_;
  UnitFacts &out_;
};

void report(UnitFacts &facts, const ErrorCollector &errors, const Unit &unit, const ExtractOptions &options) {
  if (facts.files.empty()) {
    facts.parsed = false;
    facts::FileFacts file;
    file.language = facts::Language::Cpp;
    llvm::StringRef path(unit.file);
    path.consume_front(options.root);
    path.consume_front("/");
    file.path = path.str();
    facts.files.push_back(std::move(file));
  }
  facts::FileFacts &main = facts.files.front();
  for (const ErrorCollector::Error &error : errors.errors) {
    main.hadErrors = true;
    facts::Diagnostic made{.level = facts::DiagnosticLevel::Warning, .id = Name("compile-error")};
    std::string where = error.file.empty() ? "" : " (" + error.file + ":" + std::to_string(error.line) + ")";
    if (error.file == unit.file && error.line)
      made.range = {error.line, error.column, error.line, error.column + 1}, where.clear();
    made.message = Name("clang reports: " + error.text + where +
                        "; what it could not understand was left out. Check the compile command of this file, or add "
                        "what is missing with --extra-arg.");
    main.diagnostics.push_back(made);
  }
}

class Module : public CppModule {
public:
  Database loadDatabase(const std::string &path) const override;
  UnitFacts extract(const Unit &unit, const ExtractOptions &options) const override;
};

Database Module::loadDatabase(const std::string &path) const {
  Database out;
  std::string error;
  const auto loaded = clang::tooling::JSONCompilationDatabase::loadFromFile(
      path, error, clang::tooling::JSONCommandLineSyntax::AutoDetect);
  if (!loaded) {
    out.diagnostics.push_back({.level = facts::DiagnosticLevel::Error,
                               .id = Name("bad-compile-database"),
                               .message = Name(path + ": " + error +
                                               " Generate it again, for instance with cmake "
                                               "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON.")});
    return out;
  }
  std::unique_ptr<clang::tooling::CompilationDatabase> expanded = clang::tooling::expandResponseFiles(
      clang::tooling::inferMissingCompileCommands(
          clang::tooling::JSONCompilationDatabase::loadFromFile(path, error,
                                                                clang::tooling::JSONCommandLineSyntax::AutoDetect)),
      llvm::vfs::getRealFileSystem());
  std::set<std::string> seen;
  for (const std::string &file : loaded->getAllFiles()) {
    for (const clang::tooling::CompileCommand &command : expanded->getCompileCommands(file)) {
      llvm::SmallString<256> absolute(command.Filename);
      if (llvm::sys::path::is_relative(absolute)) {
        absolute = command.Directory;
        llvm::sys::path::append(absolute, command.Filename);
      }
      llvm::sys::path::remove_dots(absolute, true);
      std::string key(absolute);
      for (const std::string &word : command.CommandLine)
        key += '\0' + word;
      if (seen.insert(key).second)
        out.units.push_back({std::string(absolute), command.Directory, command.CommandLine});
    }
  }
  std::stable_sort(out.units.begin(), out.units.end(),
                   [](const Unit &a, const Unit &b) { return a.file < b.file; });
  return out;
}

UnitFacts Module::extract(const Unit &unit, const ExtractOptions &options) const {
  UnitFacts out;
  ErrorCollector errors;
  // Its own working directory, so that threads do not fight over the process's.
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> disk(llvm::vfs::createPhysicalFileSystem().release());
  disk->setCurrentWorkingDirectory(unit.directory);
  auto files = llvm::makeIntrusiveRefCnt<clang::FileManager>(clang::FileSystemOptions{unit.directory}, disk);
  clang::tooling::ToolInvocation invocation(parsingCommand(unit, options), std::make_unique<Action>(options, out),
                                            files.get());
  invocation.setDiagnosticConsumer(&errors);
  invocation.run();
  report(out, errors, unit, options);
  return out;
}

} // namespace
} // namespace clearway::frontend::cpp

extern "C" __attribute__((visibility("default"))) const clearway::frontend::cpp::CppModule *
clearway_cpp_module(int version) {
  static const clearway::frontend::cpp::Module module;
  return version == clearway::frontend::cpp::kModuleVersion ? &module : nullptr;
}
