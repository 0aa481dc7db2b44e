// The seam between the command and LLVM's symbolizer, which is a module of its own: its start-up would cost every run
// that needs no symbols. Nothing here mentions LLVM.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace clearway::runtime {

/// Bumped whenever this interface changes; the command refuses another version's module.
inline constexpr int kSymbolizerVersion = 1;

/// One function at an address.
struct SourceFrame {
  std::string function; // demangled; empty if unknown
  std::string file;     // absolute, as the compiler had it; empty if unknown
  uint32_t line = 0;    // 0 if unknown
};

/// Reads executables, shared objects and their debug information. Not thread-safe.
class Symbolizer {
public:
  virtual ~Symbolizer() = default;
  /// In lower-case hexadecimal; empty if the file has none or is no such file.
  virtual std::string buildIdOf(const std::string &path) = 0;
  /// The functions at a link-time address, innermost inlined one first; empty if nothing is known.
  virtual std::vector<SourceFrame> resolve(const std::string &path, uint64_t address) = 0;
  /// Where debug information of this build id lies in the folders; empty if it does not.
  virtual std::string debugFileOf(const std::string &buildId) = 0;
  /// A readable name of a mangled C++ or Rust symbol; the symbol itself if it is none.
  virtual std::string demangle(const std::string &symbol) = 0;
};

/// Loads libclearway-symbolizer.so from beside the command; null and `error` filled when it cannot be. `debugFolders` hold
/// debug information by build id (.build-id/ab/cd….debug), as /usr/lib/debug does, which is always looked into.
std::unique_ptr<Symbolizer> loadSymbolizer(const std::vector<std::string> &debugFolders, std::string &error);

} // namespace clearway::runtime

extern "C" clearway::runtime::Symbolizer *clearway_symbolizer(int version, const std::vector<std::string> &debugFolders);
