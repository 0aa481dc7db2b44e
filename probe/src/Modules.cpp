#include "Modules.h"

#include "Drivers.h"

#include <algorithm>
#include <climits>
#include <cstring>
#include <link.h>
#include <unistd.h>

namespace clearway::probe {

const ElfImage *Module::image() const {
  if (!tried_) {
    tried_ = true;
    image_ = ElfImage::open(path, build_id);
  }
  return image_.get();
}

static std::string executable_path() {
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  return length > 0 ? std::string(path, size_t(length)) : std::string();
}

static void read_range(const dl_phdr_info &info, Module &module) {
  module.begin = UINTPTR_MAX;
  for (unsigned i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr) &part = info.dlpi_phdr[i];
    if (part.p_type == PT_LOAD) {
      module.begin = std::min(module.begin, uintptr_t(info.dlpi_addr + part.p_vaddr));
      module.end = std::max(module.end, uintptr_t(info.dlpi_addr + part.p_vaddr + part.p_memsz));
    } else if (part.p_type == PT_NOTE && module.build_id.empty()) {
      module.build_id =
          build_id_in_notes(reinterpret_cast<const void *>(info.dlpi_addr + part.p_vaddr), part.p_memsz);
    }
  }
}

using ModuleList = std::vector<std::shared_ptr<Module>>;

// Runs under the dynamic linker's lock, so that nothing is unmapped meanwhile.
static int add_module(dl_phdr_info *info, size_t, void *list) {
  auto &modules = *static_cast<ModuleList *>(list);
  auto module = std::make_shared<Module>();
  module->bias = info->dlpi_addr;
  module->path = info->dlpi_name != nullptr ? info->dlpi_name : "";
  read_range(*info, *module);
  if (module->begin >= module->end) {
    return 0;
  }
  if (modules.empty() && module->path.empty()) {
    module->path = executable_path();
  }
  modules.push_back(std::move(module));
  return 0;
}

struct ChangeCounts {
  unsigned long long loads = 0, unloads = 0;
};

static int read_change_counts(dl_phdr_info *info, size_t, void *counts) {
  *static_cast<ChangeCounts *>(counts) = {info->dlpi_adds, info->dlpi_subs};
  return 1; // the first entry knows
}

static bool same_module(const Module &a, const Module &b) {
  return a.begin == b.begin && a.end == b.end && a.path == b.path && a.build_id == b.build_id;
}

void Modules::refresh() {
  ChangeCounts counts;
  dl_iterate_phdr(read_change_counts, &counts);
  if (counts.loads == loads_ && counts.unloads == unloads_ && !modules_.empty()) {
    return;
  }
  ModuleList now;
  dl_iterate_phdr(add_module, &now);
  loads_ = counts.loads;
  unloads_ = counts.unloads;
  for (auto &module : now) {
    auto known = std::find_if(modules_.begin(), modules_.end(),
                              [&](const auto &old) { return same_module(*old, *module); });
    if (known != modules_.end()) {
      module = *known; // keep its open image
    } else {
      module->device_driver = is_device_driver(module->path);
      if (module->path.find('/') == std::string::npos && module->path.find("vdso") != std::string::npos) {
        module->tried_ = true; // the vDSO is never unmapped
        module->image_ = ElfImage::copy_of(reinterpret_cast<void *>(module->begin), module->end - module->begin);
      }
    }
  }
  std::sort(now.begin(), now.end(), [](const auto &a, const auto &b) { return a->begin < b->begin; });
  modules_ = std::move(now);
}

std::shared_ptr<const Module> Modules::find(uintptr_t address) const {
  auto after = std::upper_bound(modules_.begin(), modules_.end(), address,
                                [](uintptr_t value, const auto &module) { return value < module->begin; });
  if (after == modules_.begin()) {
    return nullptr;
  }
  const auto &module = *std::prev(after);
  return address < module->end ? module : nullptr;
}

bool Modules::is_code(uintptr_t address) const {
  auto module = find(address);
  const ElfImage *image = module == nullptr ? nullptr : module->image();
  return image != nullptr && image->is_code(address - module->bias);
}

} // namespace clearway::probe
