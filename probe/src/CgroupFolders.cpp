#include "CgroupFolders.h"

#include <optional>

namespace clearway::probe {

namespace {
struct Mount {
  std::string_view root; // the group that the mount point shows
  std::string_view point;
};
} // namespace

static std::string_view next(std::string_view &text, char separator) {
  size_t length = text.find(separator);
  std::string_view part = text.substr(0, length);
  text.remove_prefix(length == std::string_view::npos ? text.size() : length + 1);
  return part;
}

static bool lists(std::string_view comma_separated, std::string_view wanted) {
  while (!comma_separated.empty()) {
    if (next(comma_separated, ',') == wanted) {
      return true;
    }
  }
  return false;
}

// "ID PARENT MAJOR:MINOR ROOT POINT OPTIONS TAGS... - TYPE SOURCE OPTIONS". A container may see a hierarchy twice: the
// first mount is the one that programs use.
static std::optional<Mount> find_mount(std::string_view mountinfo, bool version2) {
  while (!mountinfo.empty()) {
    std::string_view line = next(mountinfo, '\n');
    size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) {
      continue;
    }
    std::string_view type = line.substr(dash + 3);
    std::string_view name = next(type, ' ');
    next(type, ' ');
    if (version2 ? name != "cgroup2" : name != "cgroup" || !lists(type, "cpu")) {
      continue;
    }
    for (int skipped = 0; skipped < 3; ++skipped) {
      next(line, ' ');
    }
    std::string_view root = next(line, ' ');
    return Mount{root, next(line, ' ')};
  }
  return std::nullopt;
}

// "ID:CONTROLLERS:PATH"; version 2 has no controllers there.
static std::optional<std::string_view> find_group(std::string_view cgroup, bool version2) {
  while (!cgroup.empty()) {
    std::string_view line = next(cgroup, '\n');
    next(line, ':');
    std::string_view controllers = next(line, ':');
    if (version2 ? controllers.empty() : lists(controllers, "cpu")) {
      return line;
    }
  }
  return std::nullopt;
}

// Without a namespace of its own a container sees the host's path, but only its own groups are mounted.
static std::string_view below_root(std::string_view group, std::string_view root) {
  if (root == "/") {
    return group;
  }
  bool inside = group.starts_with(root) && (group.size() == root.size() || group[root.size()] == '/');
  return inside ? group.substr(root.size()) : std::string_view();
}

std::vector<std::string> cpu_cgroup_folders(std::string_view cgroup, std::string_view mountinfo) {
  bool version2 = !find_mount(mountinfo, false) || !find_group(cgroup, false);
  std::optional<Mount> mount = find_mount(mountinfo, version2);
  std::optional<std::string_view> group = find_group(cgroup, version2);
  std::vector<std::string> folders;
  if (!mount || !group) {
    return folders;
  }
  std::string below(below_root(*group, mount->root));
  while (below.size() > 1) {
    folders.push_back(std::string(mount->point) + below);
    below.resize(below.rfind('/'));
  }
  folders.emplace_back(mount->point); // in a container's namespace the container's own group
  return folders;
}

} // namespace clearway::probe
