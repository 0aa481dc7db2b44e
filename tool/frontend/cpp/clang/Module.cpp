#include "frontend/cpp/CppModule.h"
#include "frontend/cpp/clang/CompileDatabase.h"
#include "frontend/cpp/clang/Extractor.h"
#include "frontend/cpp/clang/ForeignBodies.h"
#include "frontend/cpp/clang/Invocation.h"
#include "frontend/cpp/clang/UnitErrors.h"

#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Sema/Sema.h"
#include "clang/Sema/SemaConsumer.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/MemoryBuffer.h"

#include <optional>

namespace clearway::frontend::cpp {
namespace {

/// Asio up to 1.22 (Debian 12) and Boost up to 1.78 ask which compiler reads them, and give their coroutines to GCC alone: projects
/// that GCC compiles would lose every unit with a coroutine.
constexpr char kCoroutinesOfAsio[] = R"(
#if defined(__cpp_impl_coroutine)
# if !defined(ASIO_HAS_CO_AWAIT) && !defined(ASIO_DISABLE_CO_AWAIT)
#  define ASIO_HAS_CO_AWAIT 1
# endif
# if !defined(ASIO_HAS_STD_COROUTINE) && !defined(ASIO_DISABLE_STD_COROUTINE)
#  define ASIO_HAS_STD_COROUTINE 1
# endif
# if !defined(BOOST_ASIO_HAS_CO_AWAIT) && !defined(BOOST_ASIO_DISABLE_CO_AWAIT)
#  define BOOST_ASIO_HAS_CO_AWAIT 1
# endif
# if !defined(BOOST_ASIO_HAS_STD_COROUTINE) && !defined(BOOST_ASIO_DISABLE_STD_COROUTINE)
#  define BOOST_ASIO_HAS_STD_COROUTINE 1
# endif
#endif
)";

class Consumer : public clang::SemaConsumer {
public:
  Consumer(const ExtractOptions &options, UnitFacts &out) : options_(options), out_(out) {}
  ~Consumer() override { announce(nullptr); }

  void Initialize(clang::ASTContext &ast) override { announce(&unit_.emplace(ast, options_)); }
  void InitializeSema(clang::Sema &sema) override { sema_ = &sema; }
  void ForgetSema() override { sema_ = nullptr; }

  /// The bodies of other people's headers are most of a unit's text and none of its facts, and those of the project's own need
  /// be read by one unit only. Those of templates are needed again: each unit has its instantiations.
  bool shouldSkipFunctionBody(clang::Decl *decl) override {
    if (!unit_->isOwn(decl->getLocation()))
      return true;
    const clang::FunctionDecl *function = decl->getAsFunction();
    return function && !function->isTemplated() && unit_->isReadElsewhere(*function);
  }

  /// clang has just put it on the list of those whose bodies it makes at the end of the unit, which nobody but us reads.
  void HandleCXXImplicitFunctionInstantiation(clang::FunctionDecl *function) override {
    auto &pending = sema_->PendingInstantiations;
    if (pending.empty() || pending.back().first != function || isWanted(*function))
      return;
    pending.pop_back();
    function->setHasSkippedBody(); // or clang misses the definition of one that no other unit can have
  }

  void HandleTranslationUnit(clang::ASTContext &) override { out_ = extractUnit(*unit_); }

private:
  bool isWanted(const clang::FunctionDecl &instantiation) {
    const clang::FunctionDecl *pattern = instantiation.getTemplateInstantiationPattern();
    return !pattern || (unit_->isOwn(pattern->getLocation()) &&
                        ++wanted_[pattern->getCanonicalDecl()] <= kMaxInstantiations && !unit_->isReadElsewhere(instantiation));
  }

  static void announce(UnitContext *unit) {
    if (ForeignBodies *bodies = ForeignBodies::current())
      bodies->setUnit(unit);
  }

  const ExtractOptions &options_;
  UnitFacts &out_;
  std::optional<UnitContext> unit_;
  clang::Sema *sema_ = nullptr;
  llvm::DenseMap<const clang::FunctionDecl *, unsigned> wanted_; // instantiations by pattern
};

class Action : public clang::ASTFrontendAction {
public:
  Action(const ExtractOptions &options, UnitFacts &out, UnitErrors &errors)
      : options_(options), out_(out), errors_(errors) {}

  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &compiler, llvm::StringRef) override {
    compiler.getFrontendOpts().SkipFunctionBodies = true;
    clang::Preprocessor &preprocessor = compiler.getPreprocessor();
    preprocessor.addPPCallbacks(std::make_unique<MissingHeaders>(errors_));
    preprocessor.setPredefines(preprocessor.getPredefines() + kCoroutinesOfAsio);
    return std::make_unique<Consumer>(options_, out_);
  }

private:
  const ExtractOptions &options_;
  UnitFacts &out_;
  UnitErrors &errors_;
};

/// One run of clang's parser over a unit.
struct Attempt {
  UnitFacts facts; // no files: it did not come to the end
  UnitErrors errors;
  bool crashed = false;

  void run(const Unit &unit, const ExtractOptions &options, const std::vector<std::string> &command) {
    // Its own working directory, so that threads do not fight over the process's.
    llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> disk(llvm::vfs::createPhysicalFileSystem().release());
    disk->setCurrentWorkingDirectory(unit.directory);
    auto files = llvm::makeIntrusiveRefCnt<clang::FileManager>(clang::FileSystemOptions{unit.directory}, disk);
    clang::tooling::ToolInvocation invocation(command, std::make_unique<Action>(options, facts, errors), files.get());
    invocation.setDiagnosticConsumer(&errors);
    llvm::CrashRecoveryContext recovery;
    crashed = !recovery.RunSafely([&] { invocation.run(); });
  }
};

/// Long constexpr bodies of headers are tried to do without first.
std::unique_ptr<Attempt> parse(const Unit &unit, const ExtractOptions &options, const std::vector<std::string> &command) {
  for (const auto longOnes : {ForeignBodies::Constexpr::LeftOut, ForeignBodies::Constexpr::Kept}) {
    ForeignBodies bodies(longOnes);
    auto attempt = std::make_unique<Attempt>();
    attempt->run(unit, options, command);
    if (!bodies.leftOutAny() || !attempt->errors.lackConstant())
      return attempt;
  }
  llvm_unreachable("the second attempt leaves none out");
}

facts::FileFacts emptyFacts(const Unit &unit, const ExtractOptions &options) {
  facts::FileFacts file;
  file.language = facts::Language::Cpp;
  llvm::StringRef path(unit.file);
  path.consume_front(options.root);
  path.consume_front("/");
  file.path = path.str();
  return file;
}

/// Whether an error has cost the main file its coroutines, or all functions: a brace that is missing in a header does.
bool hasLostAll(const facts::FileFacts &main, const Unit &unit) {
  bool hasFunctions = false;
  for (const facts::Function &function : main.functions) {
    if (function.kind != facts::FunctionKind::Plain && function.kind != facts::FunctionKind::Module)
      return false; // a coroutine
    hasFunctions |= function.kind == facts::FunctionKind::Plain;
  }
  const auto text = llvm::MemoryBuffer::getFile(unit.file);
  if (!text)
    return false;
  const llvm::StringRef source = (*text)->getBuffer();
  return !hasFunctions ? source.contains('{') : source.contains("co_await") || source.contains("co_return") || source.contains("co_yield");
}

UnitFacts finish(Attempt &attempt, const Unit &unit, const ExtractOptions &options) {
  UnitFacts out = std::move(attempt.facts);
  out.parsed = !attempt.crashed && !out.files.empty() && !attempt.errors.isTooBroken() &&
               !(attempt.errors.any() && hasLostAll(out.files.front(), unit));
  if (!out.parsed) {
    out.files.clear();
    out.files.push_back(emptyFacts(unit, options));
  }
  attempt.errors.describe(out.files.front(), !out.parsed);
  if (attempt.crashed)
    out.files.front().diagnostics.push_back(
        {.level = facts::DiagnosticLevel::Warning,
         .id = Name("parser-crash"),
         .message = Name("clang's parser crashed; this file is analysed by its syntax alone, with less confidence. Compile it "
                         "with clang++-22 to see why.")});
  return out;
}

class Module : public CppModule {
public:
  Module() { llvm::CrashRecoveryContext::Enable(); }

  Database loadDatabase(const std::string &path) const override { return readDatabase(path); }

  UnitFacts extract(const Unit &unit, const ExtractOptions &options) const override {
    std::unique_ptr<Attempt> attempt = parse(unit, options, parsingCommand(unit, options));
    if (attempt->facts.files.empty() && !attempt->crashed) // a flag that clang refuses, a precompiled header of another compiler
      attempt = parse(unit, options, plainParsingCommand(unit, options));
    return finish(*attempt, unit, options);
  }
};

} // namespace
} // namespace clearway::frontend::cpp

extern "C" __attribute__((visibility("default"))) const clearway::frontend::cpp::CppModule *
clearway_cpp_module(int version) {
  static const clearway::frontend::cpp::Module module;
  return version == clearway::frontend::cpp::kModuleVersion ? &module : nullptr;
}
