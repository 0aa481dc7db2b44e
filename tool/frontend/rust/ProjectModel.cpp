#include "frontend/rust/ProjectModel.h"

#include "frontend/rust/TestCode.h"

#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

namespace clearway::frontend::rust {
namespace {

namespace fs = std::filesystem;

std::string crateName(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string parentOf(const std::string &path) {
  const std::string parent = fs::path(path).parent_path().string();
  return parent == path ? std::string() : parent;
}

bool isEntryFile(std::string_view name) { return name == "lib.rs" || name == "main.rs" || name == "mod.rs"; }

/// `a/b/mod.rs` → `::a::b`, `a/b.rs` → `::a::b`.
std::string modulePath(std::string_view relative) {
  std::string text;
  const size_t slash = relative.rfind('/');
  const std::string_view file = slash == relative.npos ? relative : relative.substr(slash + 1);
  std::string_view folders = slash == relative.npos ? std::string_view() : relative.substr(0, slash);
  while (!folders.empty()) {
    const size_t end = folders.find('/');
    text.append("::").append(folders.substr(0, end));
    folders = end == folders.npos ? std::string_view() : folders.substr(end + 1);
  }
  if (!isEntryFile(file))
    text.append("::").append(file.substr(0, file.rfind(".rs")));
  return text;
}

/// A root of its own in a folder of targets: `tests/net.rs` or `tests/net/main.rs`, and the modules beside the latter.
std::string targetModule(std::string_view relative) {
  const size_t slash = relative.find('/');
  if (slash == relative.npos)
    return crateName(std::string(relative.substr(0, relative.rfind(".rs"))));
  return crateName(std::string(relative.substr(0, slash))) + modulePath(relative.substr(slash + 1));
}

uint16_t editionOf(const toml::node_view<const toml::node> &node) {
  const auto text = node.value<std::string>();
  return text && text->size() == 4 ? static_cast<uint16_t>(std::atoi(text->c_str())) : 0;
}

using TomlView = toml::node_view<const toml::node>;

/// `visit(name in the code, table)` for each dependency that is written as a table.
template <class F> void forEachDependency(const TomlView &owner, F &&visit) {
  for (const char *section : {"dependencies", "dev-dependencies", "build-dependencies"})
    if (const toml::table *dependencies = owner[section].as_table())
      for (const auto &[name, value] : *dependencies)
        if (const toml::table *one = value.as_table())
          visit(crateName(std::string(name.str())), *one);
}

template <class Pairs> void readRenames(const TomlView &owner, Pairs &renames) {
  forEachDependency(owner, [&](std::string name, const toml::table &dependency) {
    if (const auto package = dependency["package"].value<std::string>(); package && crateName(*package) != name)
      renames.emplace_back(std::move(name), crateName(*package));
  });
}

} // namespace

std::unique_ptr<ProjectModel::Manifest> ProjectModel::read(const std::string &directory) {
  const std::string path = directory + "/Cargo.toml";
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored))
    return nullptr;
  auto made = std::make_unique<Manifest>();
  made->directory = directory;
  made->crate = crateName(fs::path(directory).filename().string());
  try {
    const toml::table table = toml::parse_file(path);
    const toml::node_view<const toml::node> package = table["package"];
    made->isPackage = static_cast<bool>(package) || static_cast<bool>(table["lib"]);
    made->crate = crateName(package["name"].value_or(made->crate));
    made->isTestSupport = isTestSupportCrate(made->crate);
    if (const uint16_t edition = editionOf(package["edition"]))
      made->edition = edition;
    made->inheritsEdition = package["edition"]["workspace"].value_or(false);
    made->crate = crateName(table["lib"]["name"].value_or(made->crate));
    made->libraryPath = table["lib"]["path"].value_or(std::string());
    readRenames(TomlView(table), made->renames);
    readRenames(table["workspace"], made->workspaceRenames);
    forEachDependency(TomlView(table), [&](std::string name, const toml::table &dependency) {
      if (dependency["workspace"].value_or(false))
        made->inherits.push_back(std::move(name));
    });
    made->workspaceEdition = editionOf(table["workspace"]["package"]["edition"]);
  } catch (const toml::parse_error &error) {
    made->isPackage = true;
    made->edition = 2021;
    problems_[path] = {path, error.source().begin.line, error.source().begin.column,
                       "is no valid TOML: " + std::string(error.description()) +
                           "; the crate is taken to be `" + made->crate + "`, edition 2021"};
  }
  return made;
}

const ProjectModel::Manifest *ProjectModel::manifestOf(const std::string &directory) {
  const auto [at, isNew] = manifests_.try_emplace(directory);
  if (isNew)
    at->second = read(directory);
  return at->second.get();
}

const ProjectModel::Manifest *ProjectModel::packageOf(std::string directory) {
  for (; !directory.empty(); directory = parentOf(directory))
    if (const Manifest *manifest = manifestOf(directory); manifest && manifest->isPackage)
      return manifest;
  return nullptr;
}

bool ProjectModel::hasBrokenManifest(std::string directory) const {
  for (; !directory.empty(); directory = parentOf(directory))
    if (problems_.contains(directory + "/Cargo.toml"))
      return true;
  return false;
}

uint16_t ProjectModel::workspaceEdition(std::string directory) {
  for (; !directory.empty(); directory = parentOf(directory))
    if (const Manifest *manifest = manifestOf(directory); manifest && manifest->workspaceEdition)
      return manifest->workspaceEdition;
  return 2021;
}

ProjectModel::Renames ProjectModel::renamesOf(const Manifest &manifest) {
  Renames all = manifest.renames;
  if (manifest.inherits.empty())
    return all;
  for (std::string directory = manifest.directory; !directory.empty(); directory = parentOf(directory))
    if (const Manifest *workspace = manifestOf(directory))
      for (const auto &rename : workspace->workspaceRenames)
        if (std::find(manifest.inherits.begin(), manifest.inherits.end(), rename.first) != manifest.inherits.end())
          all.push_back(rename);
  return all;
}

namespace {

/// Without a manifest: what stands before `src` is the crate.
Placement guess(const std::string &path) {
  Placement placement;
  const size_t at = path.rfind("/src/");
  if (at == path.npos) {
    placement.module = crateName(fs::path(path).stem().string());
    return placement;
  }
  placement.module = crateName(fs::path(path.substr(0, at)).filename().string()) + modulePath(path.substr(at + 5));
  return placement;
}

} // namespace

Placement ProjectModel::place(const std::string &absolutePath) {
  const std::lock_guard lock(mutex_);
  const Manifest *manifest = packageOf(parentOf(absolutePath));
  if (!manifest) {
    if (!hasBrokenManifest(parentOf(absolutePath)))
      withoutManifest_.insert(absolutePath);
    return guess(absolutePath);
  }
  Placement placement;
  placement.edition = manifest->inheritsEdition ? workspaceEdition(manifest->directory) : manifest->edition;
  placement.renames = renamesOf(*manifest);
  std::string_view relative = std::string_view(absolutePath).substr(manifest->directory.size());
  while (relative.starts_with('/'))
    relative.remove_prefix(1);
  const bool isTestTarget = relative.starts_with("tests/") || relative.starts_with("benches/") ||
                            relative.starts_with("examples/") || relative == "build.rs";
  placement.isTest = isTestTarget || manifest->isTestSupport;
  const std::string root = parentOf(manifest->libraryPath);
  if (!manifest->libraryPath.empty() && (root.empty() || relative.starts_with(root + "/"))) {
    if (relative == manifest->libraryPath) {
      placement.module = manifest->crate;
      return placement;
    }
    if (!root.empty())
      relative.remove_prefix(root.size() + 1);
  } else if (relative.starts_with("src/")) {
    relative.remove_prefix(4);
  }
  if (relative == "build.rs" && isTestTarget)
    placement.module = "build_script_build";
  else if (relative.starts_with("bin/") && relative.size() > 4)
    placement.module = targetModule(relative.substr(4));
  else if (isTestTarget)
    placement.module = targetModule(relative.substr(relative.find('/') + 1));
  else
    placement.module = manifest->crate + modulePath(relative);
  return placement;
}

std::vector<ManifestProblem> ProjectModel::problems() const {
  const std::lock_guard lock(mutex_);
  std::vector<ManifestProblem> all;
  for (const auto &[path, problem] : problems_)
    all.push_back(problem);
  return all;
}

std::pair<std::string, size_t> ProjectModel::withoutManifest() const {
  const std::lock_guard lock(mutex_);
  return withoutManifest_.empty() ? std::pair<std::string, size_t>() : std::pair(*withoutManifest_.begin(), withoutManifest_.size());
}

} // namespace clearway::frontend::rust
