// Which crate and module a Rust file is, by the nearest Cargo.toml, its workspace and Cargo's conventions for folders.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace clearway::frontend::rust {

struct Placement {
  std::string module;   // "mini_redis::db"
  uint16_t edition = 2021;
  bool isTest = false;  // tests/, benches/, examples/, build.rs, a crate of helpers for tests
  std::vector<std::pair<std::string, std::string>> renames; // dependencies: the name in the code, the crate's own
};

struct ManifestProblem {
  std::string file;
  uint32_t line = 0, column = 0; // 1-based; 0: the whole file
  std::string message;
};

/// Reads manifests from disk, each once. Thread-safe.
class ProjectModel {
public:
  /// Never fails: without a usable manifest the crate is named after its folder and the edition is 2021.
  Placement place(const std::string &absolutePath);
  /// Manifests that could not be read, in path order.
  std::vector<ManifestProblem> problems() const;
  /// Files that no manifest speaks of, the broken ones included: the first by path, and how many; empty if there are none.
  std::pair<std::string, size_t> withoutManifest() const;

private:
  using Renames = std::vector<std::pair<std::string, std::string>>;
  struct Manifest {
    std::string directory, crate;
    std::string libraryPath; // relative to the directory
    uint16_t edition = 2015;
    bool inheritsEdition = false;
    bool isPackage = false;
    bool isTestSupport = false;
    uint16_t workspaceEdition = 0;
    Renames renames;                   // of dependencies with a `package` of their own
    Renames workspaceRenames;          // of `[workspace.dependencies]`
    std::vector<std::string> inherits; // dependencies with `workspace = true`
  };
  const Manifest *manifestOf(const std::string &directory);
  const Manifest *packageOf(std::string directory);
  bool hasBrokenManifest(std::string directory) const;
  std::unique_ptr<Manifest> read(const std::string &directory);
  uint16_t workspaceEdition(std::string directory);
  Renames renamesOf(const Manifest &manifest);

  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Manifest>> manifests_; // by directory; null: none there
  std::map<std::string, ManifestProblem> problems_;
  std::set<std::string> withoutManifest_;
};

} // namespace clearway::frontend::rust
