#include "ElfImage.h"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace clearway::probe {

static constexpr size_t no_file_larger_than = size_t{16} << 30;

std::string build_id_in_notes(const void *notes, size_t size) {
  auto *at = static_cast<const uint8_t *>(notes);
  while (size >= sizeof(Elf64_Nhdr)) {
    Elf64_Nhdr header;
    std::memcpy(&header, at, sizeof header);
    size_t name = (size_t(header.n_namesz) + 3) & ~size_t{3};
    size_t text = (size_t(header.n_descsz) + 3) & ~size_t{3};
    if (name + text > size - sizeof header) {
      break;
    }
    const uint8_t *value = at + sizeof header + name;
    if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 && std::memcmp(at + sizeof header, "GNU", 4) == 0) {
      std::string hex;
      for (size_t i = 0; i < header.n_descsz; ++i) {
        hex += "0123456789abcdef"[value[i] >> 4];
        hex += "0123456789abcdef"[value[i] & 15];
      }
      return hex;
    }
    at += sizeof header + name + text;
    size -= sizeof header + name + text;
  }
  return {};
}

static const uint8_t *map_file(const std::string &path, size_t &size) {
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return nullptr;
  }
  struct stat status {};
  void *mapped = MAP_FAILED;
  if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
      size_t(status.st_size) < no_file_larger_than) {
    size = size_t(status.st_size);
    mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  }
  close(file);
  return mapped == MAP_FAILED ? nullptr : static_cast<const uint8_t *>(mapped);
}

std::unique_ptr<ElfImage> ElfImage::open(const std::string &path, const std::string &build_id) {
  std::unique_ptr<ElfImage> image(new ElfImage);
  image->bytes_ = map_file(path, image->size_);
  image->mapped_ = image->bytes_ != nullptr;
  bool same = image->mapped_ && image->parse() && image->build_id() == build_id; // or replaced on disk since
  return same ? std::move(image) : nullptr;
}

std::unique_ptr<ElfImage> ElfImage::copy_of(const void *begin, size_t size) {
  std::unique_ptr<ElfImage> image(new ElfImage);
  auto *copy = new uint8_t[size];
  std::memcpy(copy, begin, size);
  image->bytes_ = copy;
  image->size_ = size;
  return image->parse() ? std::move(image) : nullptr;
}

ElfImage::~ElfImage() {
  if (mapped_) {
    munmap(const_cast<uint8_t *>(bytes_), size_);
  } else {
    delete[] bytes_;
  }
}

bool ElfImage::parse() {
  if (size_ < sizeof(Elf64_Ehdr) || std::memcmp(bytes_, ELFMAG, SELFMAG) != 0 || bytes_[EI_CLASS] != ELFCLASS64) {
    return false;
  }
  auto *header = reinterpret_cast<const Elf64_Ehdr *>(bytes_);
  bool complete = header->e_phentsize == sizeof(Elf64_Phdr) &&
                  header->e_phoff + uint64_t(header->e_phnum) * sizeof(Elf64_Phdr) <= size_;
  if (complete) {
    read_segments();
  }
  return complete;
}

void ElfImage::read_segments() {
  auto *header = reinterpret_cast<const Elf64_Ehdr *>(bytes_);
  auto *program = reinterpret_cast<const Elf64_Phdr *>(bytes_ + header->e_phoff);
  for (unsigned i = 0; i < header->e_phnum; ++i) {
    const Elf64_Phdr &part = program[i];
    bool inside = part.p_offset <= size_ && part.p_filesz <= size_ - part.p_offset;
    if (part.p_type == PT_LOAD && inside) {
      segments_.push_back({part.p_vaddr, part.p_filesz, part.p_offset, (part.p_flags & PF_X) != 0});
    } else if (part.p_type == PT_GNU_EH_FRAME) {
      unwind_header_ = part.p_vaddr;
    } else if (part.p_type == PT_NOTE && inside && build_id().empty()) {
      notes_ = {reinterpret_cast<const char *>(bytes_ + part.p_offset), part.p_filesz};
    }
  }
}

std::string ElfImage::build_id() const { return build_id_in_notes(notes_.data(), notes_.size()); }

size_t ElfImage::readable(uint64_t address) const {
  for (const Segment &segment : segments_) {
    if (address >= segment.address && address - segment.address < segment.size) {
      return segment.size - (address - segment.address);
    }
  }
  return 0;
}

const uint8_t *ElfImage::at(uint64_t address, size_t size) const {
  for (const Segment &segment : segments_) {
    if (address >= segment.address && address - segment.address <= segment.size &&
        size <= segment.size - (address - segment.address)) {
      return bytes_ + segment.offset + (address - segment.address);
    }
  }
  return nullptr;
}

bool ElfImage::is_code(uint64_t address) const {
  return std::any_of(segments_.begin(), segments_.end(), [&](const Segment &segment) {
    return segment.executable && address >= segment.address && address - segment.address < segment.size;
  });
}

void ElfImage::load_table(uint32_t type) const {
  auto *header = reinterpret_cast<const Elf64_Ehdr *>(bytes_);
  uint64_t end = header->e_shoff + uint64_t(header->e_shnum) * sizeof(Elf64_Shdr);
  if (header->e_shoff == 0 || end > size_ || header->e_shentsize != sizeof(Elf64_Shdr)) {
    return;
  }
  auto *sections = reinterpret_cast<const Elf64_Shdr *>(bytes_ + header->e_shoff);
  auto inside = [&](const Elf64_Shdr &part) {
    return part.sh_offset <= size_ && part.sh_size <= size_ - part.sh_offset;
  };
  for (unsigned i = 0; i < header->e_shnum; ++i) {
    const Elf64_Shdr &table = sections[i];
    if (table.sh_type != type || table.sh_link >= header->e_shnum || !inside(table) ||
        !inside(sections[table.sh_link])) {
      continue;
    }
    const Elf64_Shdr &strings = sections[table.sh_link];
    auto *names = reinterpret_cast<const char *>(bytes_ + strings.sh_offset);
    auto *symbols = reinterpret_cast<const Elf64_Sym *>(bytes_ + table.sh_offset);
    for (size_t k = 0; k < table.sh_size / sizeof(Elf64_Sym); ++k) {
      const Elf64_Sym &symbol = symbols[k];
      unsigned kind = ELF64_ST_TYPE(symbol.st_info);
      bool function = (kind == STT_FUNC || kind == STT_GNU_IFUNC) && symbol.st_shndx != SHN_UNDEF;
      if (function && symbol.st_name < strings.sh_size) {
        symbols_.push_back({symbol.st_value, symbol.st_size, names + symbol.st_name});
      }
    }
  }
}

void ElfImage::load_symbols() const {
  symbols_loaded_ = true;
  load_table(SHT_SYMTAB);
  if (symbols_.empty()) {
    load_table(SHT_DYNSYM); // stripped
  }
  std::stable_sort(symbols_.begin(), symbols_.end(),
                   [](const ElfSymbol &a, const ElfSymbol &b) { return a.address < b.address; });
}

ElfSymbol ElfImage::symbol_at(uint64_t address) const {
  if (!symbols_loaded_) {
    load_symbols();
  }
  auto after = std::upper_bound(symbols_.begin(), symbols_.end(), address,
                                [](uint64_t value, const ElfSymbol &symbol) { return value < symbol.address; });
  // Aliases share an address, and inner labels have size 0: look back a little for one that contains it.
  for (int steps = 0; after != symbols_.begin() && steps < 16; ++steps) {
    --after;
    if (address - after->address < after->size) {
      return *after;
    }
  }
  return {};
}

} // namespace clearway::probe
