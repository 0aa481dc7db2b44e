#include "Cfi.h"

#include "DwarfReader.h"

#include <vector>

namespace clearway::probe {

namespace {
struct Cie {
  uint64_t code_align = 1;
  int64_t data_align = 1;
  uint8_t pointer_encoding = 0;
  bool has_augmentation = false;
  bool signal_frame = false;
  DwarfReader program;
};

struct Fde {
  uint64_t begin = 0;
  uint64_t range = 0;
  DwarfReader program;
};
} // namespace

// .eh_frame_hdr: a table of (function, FDE) sorted by function, as every linker writes it.
static constexpr uint8_t table_of_relative_int32 = 0x3b;

static uint64_t find_fde(const ElfImage &image, uint64_t address) {
  uint64_t header = image.unwind_header();
  DwarfReader reader(image, header, image.readable(header));
  uint8_t version = reader.u8(), frame_encoding = reader.u8(), count_encoding = reader.u8(),
          table_encoding = reader.u8();
  reader.encoded(frame_encoding);
  uint64_t entries = reader.encoded(count_encoding);
  if (reader.failed() || version != 1 || table_encoding != table_of_relative_int32 || entries == 0) {
    return 0;
  }
  uint64_t table = reader.address();
  auto entry = [&](uint64_t index, unsigned column) {
    const uint8_t *at = image.at(table + index * 8 + column * 4, 4);
    int32_t value = 0;
    if (at != nullptr) {
      __builtin_memcpy(&value, at, 4);
    }
    return header + uint64_t(int64_t(value));
  };
  uint64_t low = 0, high = entries; // the last entry whose function is not behind the address
  while (high - low > 1) {
    uint64_t middle = low + (high - low) / 2;
    (entry(middle, 0) <= address ? low : high) = middle;
  }
  return entry(low, 0) <= address ? entry(low, 1) : 0;
}

// The record at an address, its length field consumed. A failed reader if it is none.
static DwarfReader open_record(const ElfImage &image, uint64_t address) {
  DwarfReader reader(image, address, image.readable(address));
  uint64_t length = reader.u32();
  if (length == 0xffffffffu) {
    length = reader.u64();
  }
  reader.limit(length);
  return reader;
}

static bool read_cie(const ElfImage &image, uint64_t address, Cie &cie) {
  DwarfReader reader = open_record(image, address);
  uint32_t id = reader.u32();
  uint8_t version = reader.u8();
  std::string_view augmentation = reader.text();
  if (reader.failed() || id != 0 || (version != 1 && version != 3) || augmentation.starts_with("eh")) {
    return false;
  }
  cie.code_align = reader.uleb();
  cie.data_align = reader.sleb();
  version == 1 ? reader.u8() : reader.uleb(); // the return address column is fixed by the ABI
  cie.has_augmentation = augmentation.starts_with('z');
  uint64_t size = cie.has_augmentation ? reader.uleb() : 0;
  uint64_t program = reader.address() + size;
  for (char letter : augmentation) {
    if (letter == 'R') {
      cie.pointer_encoding = reader.u8();
    } else if (letter == 'P') {
      uint8_t encoding = reader.u8();
      reader.encoded(encoding);
    } else if (letter == 'L') {
      reader.u8();
    } else if (letter == 'S') {
      cie.signal_frame = true;
    }
  }
  reader.seek(program);
  cie.program = reader;
  return !reader.failed();
}

static bool read_fde(const ElfImage &image, uint64_t address, Fde &fde, Cie &cie) {
  DwarfReader reader = open_record(image, address);
  uint64_t pointer_at = reader.address();
  uint32_t back = reader.u32();
  if (reader.failed() || back == 0 || !read_cie(image, pointer_at - back, cie)) {
    return false;
  }
  fde.begin = reader.encoded(cie.pointer_encoding);
  fde.range = reader.encoded(cie.pointer_encoding & 0x0f);
  if (cie.has_augmentation) {
    uint64_t size = reader.uleb();
    reader.seek(reader.address() + size);
  }
  fde.program = reader;
  return !reader.failed();
}

namespace {
// Executes call frame instructions up to an address.
class CfiMachine {
public:
  CfiMachine(const Cie &cie, uint64_t begin, uint64_t target, CfiRow &row)
      : cie_(cie), location_(begin), target_(target), row_(row) {}

  bool run(DwarfReader program) {
    while (!program.at_end() && !program.failed() && location_ <= target_) {
      uint8_t code = program.u8();
      if (!((code & 0xc0) != 0 ? packed(code, program) : extended(code, program))) {
        return false;
      }
    }
    return !program.failed();
  }

  void keep_initial() { initial_ = row_; }

private:
  Rule *rule(uint64_t reg) { return reg < register_count ? &row_.rules[reg] : nullptr; }

  void set(uint64_t reg, Rule to) {
    if (Rule *known = rule(reg)) {
      *known = to;
    }
  }

  void advance(uint64_t delta) {
    uint64_t next = location_ + delta * cie_.code_align;
    location_ = next;
  }

  bool packed(uint8_t code, DwarfReader &program) {
    uint8_t low = code & 0x3f;
    switch (code & 0xc0) {
    case 0x40: // DW_CFA_advance_loc
      advance(low);
      break;
    case 0x80: // DW_CFA_offset
      set(low, {RuleKind::at_offset, 0, int64_t(program.uleb()) * cie_.data_align, nullptr, 0});
      break;
    default: // DW_CFA_restore
      set(low, low < register_count ? initial_.rules[low] : Rule{});
    }
    return true;
  }

  Rule expression(RuleKind kind, DwarfReader &program) {
    uint64_t length = program.uleb();
    const uint8_t *bytes = program.bytes(length);
    return {kind, 0, 0, bytes, size_t(length)};
  }

  bool extended(uint8_t code, DwarfReader &program) {
    switch (code) {
    case 0x00: // DW_CFA_nop
      return true;
    case 0x01: // DW_CFA_set_loc
      location_ = program.encoded(cie_.pointer_encoding);
      return true;
    case 0x02: // DW_CFA_advance_loc1, 2, 4
      return advance(program.u8()), true;
    case 0x03:
      return advance(program.u16()), true;
    case 0x04:
      return advance(program.u32()), true;
    case 0x0a: // DW_CFA_remember_state
      remembered_.push_back(row_);
      return remembered_.size() < 64;
    case 0x0b: // DW_CFA_restore_state
      if (remembered_.empty()) {
        return false;
      }
      row_ = remembered_.back();
      remembered_.pop_back();
      return true;
    default:
      return code >= 0x0c && code <= 0x0f ? cfa(code, program) : register_rule(code, program);
    }
  }

  bool cfa(uint8_t code, DwarfReader &program) {
    switch (code) {
    case 0x0c: // DW_CFA_def_cfa
      row_.cfa = {RuleKind::value_offset, unsigned(program.uleb()), 0, nullptr, 0};
      row_.cfa.offset = int64_t(program.uleb());
      break;
    case 0x0d: // DW_CFA_def_cfa_register
      row_.cfa.reg = unsigned(program.uleb());
      break;
    case 0x0e: // DW_CFA_def_cfa_offset
      row_.cfa.offset = int64_t(program.uleb());
      break;
    default: // DW_CFA_def_cfa_expression
      row_.cfa = expression(RuleKind::value_expression, program);
    }
    return true;
  }

  bool register_rule(uint8_t code, DwarfReader &program) {
    if (code == 0x12) { // DW_CFA_def_cfa_sf
      row_.cfa = {RuleKind::value_offset, unsigned(program.uleb()), 0, nullptr, 0};
      row_.cfa.offset = program.sleb() * cie_.data_align;
      return true;
    }
    if (code == 0x13) { // DW_CFA_def_cfa_offset_sf
      row_.cfa.offset = program.sleb() * cie_.data_align;
      return true;
    }
    if (code == 0x2d) { // DW_CFA_GNU_window_save, or pointer authentication on AArch64: nothing to restore
      return true;
    }
    uint64_t reg = program.uleb();
    switch (code) {
    case 0x05: // DW_CFA_offset_extended
      set(reg, {RuleKind::at_offset, 0, int64_t(program.uleb()) * cie_.data_align, nullptr, 0});
      return true;
    case 0x06: // DW_CFA_restore_extended
      set(reg, reg < register_count ? initial_.rules[reg] : Rule{});
      return true;
    case 0x07: // DW_CFA_undefined
      set(reg, {RuleKind::undefined, 0, 0, nullptr, 0});
      return true;
    case 0x08: // DW_CFA_same_value
      set(reg, {});
      return true;
    case 0x09: // DW_CFA_register
      set(reg, {RuleKind::in_register, unsigned(program.uleb()), 0, nullptr, 0});
      return true;
    case 0x10: // DW_CFA_expression
      set(reg, expression(RuleKind::at_expression, program));
      return true;
    case 0x11: // DW_CFA_offset_extended_sf
      set(reg, {RuleKind::at_offset, 0, program.sleb() * cie_.data_align, nullptr, 0});
      return true;
    case 0x14: // DW_CFA_val_offset
      set(reg, {RuleKind::value_offset, stack_register, int64_t(program.uleb()) * cie_.data_align, nullptr, 0});
      return true;
    case 0x15: // DW_CFA_val_offset_sf
      set(reg, {RuleKind::value_offset, stack_register, program.sleb() * cie_.data_align, nullptr, 0});
      return true;
    case 0x16: // DW_CFA_val_expression
      set(reg, expression(RuleKind::value_expression, program));
      return true;
    case 0x2e: // DW_CFA_GNU_args_size: its operand was read as `reg`
      return true;
    default:
      return false;
    }
  }

  const Cie &cie_;
  uint64_t location_;
  uint64_t target_;
  CfiRow &row_;
  CfiRow initial_;
  std::vector<CfiRow> remembered_;
};
} // namespace

bool find_cfi(const ElfImage &image, uint64_t address, CfiRow &row) {
  uint64_t at = image.unwind_header() != 0 ? find_fde(image, address) : 0;
  Fde fde;
  Cie cie;
  if (at == 0 || !read_fde(image, at, fde, cie) || address < fde.begin || address - fde.begin >= fde.range) {
    return false;
  }
  row = CfiRow{};
  row.function = fde.begin;
  row.signal_frame = cie.signal_frame;
  CfiMachine machine(cie, fde.begin, address, row);
  if (!machine.run(cie.program)) {
    return false;
  }
  machine.keep_initial();
  return machine.run(fde.program);
}

} // namespace clearway::probe
