// A private, read-only view of a module's file: unwind tables and symbols stay readable when the host
// program unloads the module.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace clearway::probe {

struct ElfSymbol {
  uint64_t address = 0; // link time
  uint64_t size = 0;
  const char *name = nullptr; // in the image
};

class ElfImage {
public:
  // NULL if the file cannot be read, is no 64-bit ELF file of this machine, or has another build id.
  static std::unique_ptr<ElfImage> open(const std::string &path, const std::string &build_id);
  // Takes a copy of a module that has no file (the vDSO).
  static std::unique_ptr<ElfImage> copy_of(const void *begin, size_t size);

  ElfImage(const ElfImage &) = delete;
  ElfImage &operator=(const ElfImage &) = delete;
  ~ElfImage();

  // Memory at a link-time address; NULL unless all of [address, address + size) is in the file.
  const uint8_t *at(uint64_t address, size_t size) const;
  // How many bytes are readable from an address on.
  size_t readable(uint64_t address) const;

  uint64_t unwind_header() const { return unwind_header_; } // link-time address of .eh_frame_hdr; 0 if none
  bool is_code(uint64_t address) const;
  std::string build_id() const;

  // The function that contains a link-time address; its name is NULL if unknown.
  ElfSymbol symbol_at(uint64_t address) const;

private:
  struct Segment {
    uint64_t address, size, offset;
    bool executable;
  };

  ElfImage() = default;
  bool parse();
  void read_segments();
  void load_symbols() const;
  void load_table(uint32_t type) const;

  const uint8_t *bytes_ = nullptr;
  size_t size_ = 0;
  bool mapped_ = false;
  std::vector<Segment> segments_;
  uint64_t unwind_header_ = 0;
  std::string_view notes_;
  mutable std::vector<ElfSymbol> symbols_; // sorted by address; filled at first use
  mutable bool symbols_loaded_ = false;
};

// The GNU build id in a block of ELF notes, in lower-case hexadecimal; empty if there is none.
std::string build_id_in_notes(const void *notes, size_t size);

} // namespace clearway::probe
