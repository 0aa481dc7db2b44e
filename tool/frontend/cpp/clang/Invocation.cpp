#include "frontend/cpp/clang/Invocation.h"

#include "clang/Tooling/ArgumentsAdjusters.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Triple.h"

#include <algorithm>

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
  for (const char *candidate : {CLEARWAY_CLANG_RESOURCE_DIR, "/usr/lib/llvm-22/lib/clang/22", "/usr/lib/clang/22"})
    if (llvm::sys::fs::is_directory(candidate))
      return candidate;
  return {};
}

bool looksLikeCompiler(llvm::StringRef word) {
  const llvm::StringRef name = llvm::sys::path::filename(word);
  return !word.starts_with("-") && (name.contains("++") || name.contains("gcc") || name.contains("clang") || name == "cc");
}

/// `ccache distcc g++ …`, `env A=b g++ …`: the compiler is not the first word.
void dropLaunchers(std::vector<std::string> &command) {
  const auto compiler = std::find_if(command.begin(), command.end(), looksLikeCompiler);
  const bool onlyLaunchers =
      std::none_of(command.begin(), compiler, [](const std::string &word) { return word.starts_with("-"); });
  if (compiler == command.end() || !onlyLaunchers)
    return;
  auto last = compiler; // a launcher may lie in a folder called gcc: the last of several is meant
  while (last + 1 != command.end() && looksLikeCompiler(last[1]) && llvm::sys::path::extension(last[1]).empty())
    ++last;
  command.erase(command.begin(), last);
}

/// `aarch64-linux-gnu-g++-12` compiles for aarch64-linux-gnu.
std::string targetOf(llvm::StringRef compiler) {
  for (llvm::StringRef name : {"-g++", "-gcc", "-c++", "-clang", "-cc"})
    if (const size_t at = compiler.find(name); at != llvm::StringRef::npos && at > 0)
      if (const llvm::StringRef prefix = compiler.take_front(at); llvm::Triple(prefix).getArch() != llvm::Triple::UnknownArch)
        return prefix.str();
  return {};
}

/// A GCC with a home of its own brings its own library headers.
std::string toolchainOf(llvm::StringRef compiler) {
  const llvm::StringRef home = llvm::sys::path::parent_path(llvm::sys::path::parent_path(compiler));
  if (!llvm::sys::path::is_absolute(compiler) || home.empty() || home == "/usr" || home == "/")
    return {};
  return llvm::sys::fs::is_directory(home + "/lib/gcc") ? home.str() : std::string();
}

bool hasTarget(const std::vector<std::string> &command) {
  return llvm::any_of(command, [](llvm::StringRef word) {
    return word == "-target" || word.starts_with("--target") || word.starts_with("--gcc-");
  });
}

/// What every command of ours says, after the compiler's name and before what the project says.
std::vector<std::string> ownArguments(const std::vector<std::string> &command, const ExtractOptions &options) {
  const llvm::StringRef compiler = llvm::sys::path::filename(command[0]);
  std::vector<std::string> out = {"-w", "-ferror-limit=0", "-fno-spell-checking", "-fno-caret-diagnostics"};
  if (compiler.contains("++"))
    out.push_back("--driver-mode=g++");
  if (const std::string directory = resourceDirectory(); !directory.empty())
    out.push_back("-resource-dir=" + directory);
  if (const std::string target = targetOf(compiler); !target.empty() && !hasTarget(command))
    out.push_back("--target=" + target);
  if (const std::string home = toolchainOf(command[0]); !home.empty() && !hasTarget(command))
    out.push_back("--gcc-toolchain=" + home);
  out.insert(out.end(), options.extraArguments.begin(), options.extraArguments.end());
  return out;
}

std::vector<std::string> compilerCommand(const Unit &unit) {
  std::vector<std::string> command = unit.command;
  dropLaunchers(command);
  if (command.empty())
    command = {"c++", unit.file};
  command = clang::tooling::getClangStripDependencyFileAdjuster()(command, unit.file);
  command = clang::tooling::getClangStripOutputAdjuster()(command, unit.file);
  return clang::tooling::getClangSyntaxOnlyAdjuster()(command, unit.file);
}

/// Flags whose value is the next word.
bool takesNextWord(llvm::StringRef flag) {
  static constexpr llvm::StringRef kFlags[] = {"-I", "-D", "-U", "-isystem", "-iquote", "-idirafter", "-include", "-imacros",
                                               "-isysroot", "--sysroot", "-target", "-x", "-F", "-iprefix", "-iwithprefix"};
  return llvm::is_contained(kFlags, flag);
}

bool decidesHowTextIsRead(llvm::StringRef flag) {
  static constexpr llvm::StringRef kPrefixes[] = {
      "-I", "-D", "-U", "-isystem", "-iquote", "-idirafter", "-include", "-imacros", "-isysroot", "--sysroot", "-std=", "-stdlib=",
      "-nostdinc", "--target=", "--gcc-", "-m32", "-m64", "-fexceptions", "-fno-exceptions", "-frtti", "-fno-rtti", "-fchar8_t",
      "-fno-char8_t", "-fsigned-char", "-funsigned-char", "-fms-", "-pthread", "-ansi", "-fopenmp", "-F"};
  return flag != "-include-pch" &&
         llvm::any_of(kPrefixes, [&](llvm::StringRef prefix) { return flag.starts_with(prefix); });
}

} // namespace

std::vector<std::string> parsingCommand(const Unit &unit, const ExtractOptions &options) {
  const std::vector<std::string> command = compilerCommand(unit);
  std::vector<std::string> out = {command[0]};
  const std::vector<std::string> own = ownArguments(command, options);
  out.insert(out.end(), own.begin(), own.end());
  std::copy_if(command.begin() + 1, command.end(), std::back_inserter(out),
               [](const std::string &word) { return !concernsOnlyOtherCompilers(word); });
  return out;
}

std::vector<std::string> plainParsingCommand(const Unit &unit, const ExtractOptions &options) {
  std::vector<std::string> command = compilerCommand(unit);
  std::erase(command, "-Xclang"); // -Xclang -include -Xclang FILE, as build systems name the source of a precompiled header
  std::vector<std::string> out = {command[0]};
  const std::vector<std::string> own = ownArguments(command, options);
  out.insert(out.end(), own.begin(), own.end());
  for (size_t i = 1; i < command.size(); ++i) {
    const bool withNext = takesNextWord(command[i]) && i + 1 < command.size();
    if (withNext || decidesHowTextIsRead(command[i]))
      out.push_back(command[i]);
    if (withNext)
      out.push_back(command[++i]);
  }
  out.insert(out.end(), {"-fsyntax-only", unit.file});
  return out;
}

} // namespace clearway::frontend::cpp
