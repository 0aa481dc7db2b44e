// Reads DWARF data out of an image, within bounds: after an overrun everything reads as zero.
#pragma once

#include "ElfImage.h"

#include <cstdint>
#include <cstring>
#include <string_view>

namespace clearway::probe {

class DwarfReader {
public:
  DwarfReader() = default;
  DwarfReader(const ElfImage &image, uint64_t address, size_t size)
      : begin_(image.at(address, size)), at_(begin_), end_(begin_ == nullptr ? nullptr : begin_ + size),
        address_(address), failed_(begin_ == nullptr) {}

  bool failed() const { return failed_; }
  bool at_end() const { return at_ == end_; }
  uint64_t address() const { return address_ + uint64_t(at_ - begin_); } // link-time

  // Nothing behind the next `size` bytes is read.
  void limit(uint64_t size) {
    if (!failed_ && size <= uint64_t(end_ - at_)) {
      end_ = at_ + size;
    } else {
      fail();
    }
  }

  void seek(uint64_t address) {
    if (failed_ || address < address_ || address - address_ > uint64_t(end_ - begin_)) {
      fail();
    } else {
      at_ = begin_ + (address - address_);
    }
  }

  uint8_t u8() { return fixed<uint8_t>(); }
  uint16_t u16() { return fixed<uint16_t>(); }
  uint32_t u32() { return fixed<uint32_t>(); }
  uint64_t u64() { return fixed<uint64_t>(); }

  const uint8_t *bytes(uint64_t size) {
    if (failed_ || size > uint64_t(end_ - at_)) {
      fail();
      return nullptr;
    }
    const uint8_t *here = at_;
    at_ += size;
    return here;
  }

  uint64_t uleb() {
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      uint8_t byte = u8();
      value |= shift < 64 ? uint64_t(byte & 0x7f) << shift : 0;
      if ((byte & 0x80) == 0) {
        return value;
      }
    }
  }

  int64_t sleb() {
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte = 0;
    do {
      byte = u8();
      value |= shift < 64 ? uint64_t(byte & 0x7f) << shift : 0;
      shift += 7;
    } while ((byte & 0x80) != 0);
    bool negative = (byte & 0x40) != 0 && shift < 64;
    return int64_t(negative ? value | (~uint64_t{0} << shift) : value);
  }

  std::string_view text() {
    const uint8_t *start = at_;
    while (u8() != 0) {
    }
    return failed_ ? std::string_view()
                   : std::string_view(reinterpret_cast<const char *>(start), size_t(at_ - start) - 1);
  }

  // A DW_EH_PE pointer: absolute or relative to itself. Indirect ones are skipped over, their value unused.
  uint64_t encoded(uint8_t encoding) {
    if (encoding == 0xff) {
      return 0;
    }
    uint64_t here = address();
    uint64_t value = encoded_value(encoding & 0x0f);
    return (encoding & 0x70) == 0x10 ? here + value : value;
  }

private:
  uint64_t encoded_value(uint8_t format) {
    switch (format) {
    case 0x00:
    case 0x04:
    case 0x0c:
      return u64();
    case 0x01:
      return uleb();
    case 0x02:
      return u16();
    case 0x03:
      return u32();
    case 0x09:
      return uint64_t(sleb());
    case 0x0a:
      return uint64_t(int64_t(int16_t(u16())));
    case 0x0b:
      return uint64_t(int64_t(int32_t(u32())));
    default:
      fail();
      return 0;
    }
  }

  template <class Number> Number fixed() {
    Number value{};
    if (failed_ || size_t(end_ - at_) < sizeof value) {
      fail();
    } else {
      std::memcpy(&value, at_, sizeof value);
      at_ += sizeof value;
    }
    return value;
  }

  void fail() {
    failed_ = true;
    at_ = end_;
  }

  const uint8_t *begin_ = nullptr;
  const uint8_t *at_ = nullptr;
  const uint8_t *end_ = nullptr;
  uint64_t address_ = 0;
  bool failed_ = true;
};

} // namespace clearway::probe
