#include "ImportSlot.h"

#include <cstdint>
#include <cstring>
#include <dlfcn.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace clearway::python {

namespace {

struct Imports {
  ElfW(Addr) base;
  const ElfW(Sym) * symbols;
  const char *names;

  bool is(const ElfW(Rela) & entry, const char *function) const {
    return std::strcmp(names + symbols[entry.r_info >> 32].st_name, function) == 0;
  }
};

} // namespace

// The value of an entry of the dynamic section, 0 without one.
static ElfW(Addr) dynamic(const link_map *map, ElfW(Sxword) tag) {
  for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == tag) {
      return entry->d_un.d_ptr;
    }
  }
  return 0;
}

// glibc has made the addresses absolute, musl leaves them as they are in the file.
static ElfW(Addr) address(const link_map *map, ElfW(Sxword) tag) {
  ElfW(Addr) value = dynamic(map, tag);
  return value == 0 || value >= map->l_addr ? value : value + map->l_addr;
}

static void **find_slot(const Imports &in, ElfW(Addr) table, ElfW(Addr) bytes, const char *function) {
  auto *entry = reinterpret_cast<const ElfW(Rela) *>(table);
  auto *end = reinterpret_cast<const ElfW(Rela) *>(table + bytes);
  for (; table != 0 && entry < end; ++entry) {
    if (in.is(*entry, function)) {
      return reinterpret_cast<void **>(in.base + entry->r_offset);
    }
  }
  return nullptr;
}

void **import_slot(void *library, const char *function) {
  link_map *map = nullptr;
  if (dlinfo(library, RTLD_DI_LINKMAP, &map) != 0) {
    return nullptr;
  }
  Imports in{map->l_addr, reinterpret_cast<const ElfW(Sym) *>(address(map, DT_SYMTAB)),
             reinterpret_cast<const char *>(address(map, DT_STRTAB))};
  void **lazy = find_slot(in, address(map, DT_JMPREL), dynamic(map, DT_PLTRELSZ), function);
  return lazy != nullptr ? lazy : find_slot(in, address(map, DT_RELA), dynamic(map, DT_RELASZ), function);
}

// Called for each loaded object; stops at the one whose read-only relocations contain `wanted`.
static int contains(dl_phdr_info *object, size_t, void *wanted) {
  auto slot = reinterpret_cast<ElfW(Addr)>(wanted);
  for (int at = 0; at < object->dlpi_phnum; ++at) {
    const ElfW(Phdr) &part = object->dlpi_phdr[at];
    ElfW(Addr) begin = object->dlpi_addr + part.p_vaddr;
    if (part.p_type == PT_GNU_RELRO && slot >= begin && slot < begin + part.p_memsz) {
      return 1;
    }
  }
  return 0;
}

static bool protect(void **slot, int access) {
  auto page = uintptr_t(sysconf(_SC_PAGESIZE));
  return mprotect(reinterpret_cast<void *>(uintptr_t(slot) & ~(page - 1)), page, access) == 0;
}

bool set_import_slot(void **slot, void *value) {
  bool read_only = dl_iterate_phdr(contains, slot) != 0;
  if (read_only && !protect(slot, PROT_READ | PROT_WRITE)) {
    return false;
  }
  __atomic_store_n(slot, value, __ATOMIC_RELEASE);
  if (read_only) {
    protect(slot, PROT_READ);
  }
  return true;
}

} // namespace clearway::python
