#include "frontend/cpp/clang/Invocation.h"

#include "clang/Tooling/ArgumentsAdjusters.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace clearway::frontend::cpp {
namespace {

/// Code generation and diagnostics of other compilers: no business of a parser, and clang rejects some of them.
bool concernsOnlyOtherCompilers(llvm::StringRef argument) {
  static constexpr llvm::StringRef kPrefixes[] = {
      "-W",         "-fno-fat-lto", "-flto",        "-ffat-lto",     "-fconserve-stack", "-fcoroutines",
      "-fmodules-ts", "-fdeps-",    "-fmodule-mapper", "-freport-bug", "-fstack-clash",  "-fsanitize",
      "-fprofile",  "--coverage",   "-fcoverage",   "-fanalyzer",    "-fconcepts",       "-mno-",
      "-fdiagnostics-color", "-fvar-tracking", "-fno-var-tracking", "-fipa", "-fno-ipa", "-fno-gnu-unique",
      "-fimplicit-constexpr", "-falign-", "-fno-strict-volatile", "-fgcse", "-fno-gcse", "-ftree-", "-fno-tree-"};
  for (llvm::StringRef prefix : kPrefixes)
    if (argument.starts_with(prefix))
      return !argument.starts_with("-Wp,") && !argument.starts_with("-Wp-");
  return argument == "-pipe" || argument == "-g" || argument.starts_with("-ggdb") || argument.starts_with("-O");
}

/// The headers clang itself brings (stddef.h, …) lie in the package of the same major version as this module.
std::string resourceDirectory() {
  for (const char *candidate : {CLEARWAY_CLANG_RESOURCE_DIR})
    if (llvm::sys::fs::is_directory(candidate))
      return candidate;
  return {};
}

} // namespace

std::vector<std::string> parsingCommand(const Unit &unit, const ExtractOptions &options) {
  std::vector<std::string> out;
  std::vector<std::string> command = unit.command;
  if (command.empty())
    command = {"c++", unit.file};
  command = clang::tooling::getClangStripDependencyFileAdjuster()(command, unit.file);
  command = clang::tooling::getClangStripOutputAdjuster()(command, unit.file);
  command = clang::tooling::getClangSyntaxOnlyAdjuster()(command, unit.file);
  bool skipCompiler = false; // `ccache g++ …`: the compiler is the second word
  if (command.size() > 1 && command[1].find("++") != std::string::npos && command[1][0] != '-')
    skipCompiler = true;
  for (size_t i = skipCompiler ? 1 : 0; i < command.size(); ++i) {
    if (!out.empty() && concernsOnlyOtherCompilers(command[i]))
      continue;
    out.push_back(command[i]);
  }
  const llvm::StringRef compiler = llvm::sys::path::filename(out[0]);
  std::vector<std::string> extra = {"-w", "-ferror-limit=0", "-fno-spell-checking"};
  if (compiler.contains("++"))
    extra.push_back("--driver-mode=g++");
  if (const std::string directory = resourceDirectory(); !directory.empty())
    extra.push_back("-resource-dir=" + directory);
  extra.insert(extra.end(), options.extraArguments.begin(), options.extraArguments.end());
  out.insert(out.begin() + 1, extra.begin(), extra.end());
  return out;
}

} // namespace clearway::frontend::cpp
