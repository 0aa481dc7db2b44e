// What clang has to say against a translation unit, and what users are told of it.
#pragma once

#include "frontend/cpp/CppModule.h"

#include "clang/Basic/Diagnostic.h"
#include "clang/Lex/PPCallbacks.h"

#include <string>
#include <vector>

namespace clearway::frontend::cpp {

/// Keeps the first errors of a unit.
class UnitErrors : public clang::DiagnosticConsumer {
public:
  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic &info) override;
  void addMissingHeader(const std::string &name) { missingHeaders_.push_back(name); }

  /// Without a header that the code needs, clang understands too little of it, and after a fatal error nothing.
  bool isTooBroken() const { return fatal_ || (any() && !missingHeaders_.empty()); }
  bool any() const { return !errors_.empty(); }
  /// Some constant could not be computed: perhaps for the want of a body that was left out.
  bool lackConstant() const { return lackConstant_; }
  /// What was wrong, as notifications about the main file; `bySyntax` if that is left to the syntactic front end.
  void describe(facts::FileFacts &main, bool bySyntax) const;

private:
  struct Error {
    std::string text;
    std::string file; // empty: about the command
    unsigned line = 0, column = 0;
    bool inMainFile = false;
  };
  void describeHeaders(facts::FileFacts &main, bool bySyntax) const;

  std::vector<Error> errors_;
  bool lackConstant_ = false, fatal_ = false;
  std::vector<std::string> missingHeaders_;
};

/// A missing header is one thing that is wrong, and no reason to understand nothing of what follows.
class MissingHeaders : public clang::PPCallbacks {
public:
  explicit MissingHeaders(UnitErrors &errors) : errors_(errors) {}
  bool FileNotFound(llvm::StringRef name) override {
    errors_.addMissingHeader(name.str());
    return true;
  }

private:
  UnitErrors &errors_;
};

} // namespace clearway::frontend::cpp
