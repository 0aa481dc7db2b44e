#include "DwarfExpression.h"

#include <array>
#include <cstring>

namespace clearway::probe {

namespace {
class ExpressionMachine {
public:
  ExpressionMachine(const uint8_t *code, size_t size, const Registers &registers, const StackView &stack)
      : code_(code), size_(size), registers_(registers), stack_(stack) {}

  std::optional<uint64_t> run(std::optional<uint64_t> initial) {
    if (initial) {
      push(*initial);
    }
    for (int steps = 0; ok_ && at_ < size_ && steps < 1000; ++steps) {
      step(byte());
    }
    return ok_ && depth_ > 0 ? std::optional(values_[depth_ - 1]) : std::nullopt;
  }

private:
  void push(uint64_t value) {
    ok_ = ok_ && depth_ < values_.size();
    if (ok_) {
      values_[depth_++] = value;
    }
  }

  uint64_t pop() {
    ok_ = ok_ && depth_ > 0;
    return ok_ ? values_[--depth_] : 0;
  }

  uint8_t byte() { return uint8_t(number<uint8_t>()); }

  template <class Number> uint64_t number() {
    Number value{};
    ok_ = ok_ && size_ - at_ >= sizeof value;
    if (ok_) {
      std::memcpy(&value, code_ + at_, sizeof value);
      at_ += sizeof value;
    }
    return uint64_t(value); // sign-extends signed types
  }

  uint64_t leb(bool is_signed) {
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t next = 0;
    do {
      next = byte();
      value |= shift < 64 ? uint64_t(next & 0x7f) << shift : 0;
      shift += 7;
    } while ((next & 0x80) != 0 && ok_);
    bool negative = is_signed && (next & 0x40) != 0 && shift < 64;
    return negative ? value | (~uint64_t{0} << shift) : value;
  }

  void push_register(uint64_t number, uint64_t offset) {
    ok_ = ok_ && number < register_count && registers_.has(unsigned(number));
    push(ok_ ? registers_.value[number] + offset : 0);
  }

  void dereference() {
    uint64_t value = 0;
    ok_ = stack_.read(pop(), value) && ok_;
    push(value);
  }

  void jump(bool taken) {
    auto distance = int64_t(number<int16_t>());
    auto target = int64_t(at_) + distance;
    ok_ = ok_ && target >= 0 && uint64_t(target) <= size_;
    at_ = ok_ && taken ? size_t(target) : at_;
  }

  void step(uint8_t code) {
    if (code >= 0x30 && code <= 0x4f) { // DW_OP_lit0 to lit31
      push(code - 0x30u);
    } else if (code >= 0x70 && code <= 0x8f) { // DW_OP_breg0 to breg31
      push_register(code - 0x70u, leb(true));
    } else if (code >= 0x08 && code <= 0x11) {
      constant(code);
    } else if (code >= 0x12 && code <= 0x17) {
      stack_operation(code);
    } else {
      other(code);
    }
  }

  void constant(uint8_t code) {
    switch (code) {
    case 0x08:
      return push(number<uint8_t>());
    case 0x09:
      return push(number<int8_t>());
    case 0x0a:
      return push(number<uint16_t>());
    case 0x0b:
      return push(number<int16_t>());
    case 0x0c:
      return push(number<uint32_t>());
    case 0x0d:
      return push(number<int32_t>());
    case 0x0e:
    case 0x0f:
      return push(number<uint64_t>());
    default:
      return push(leb(code == 0x11));
    }
  }

  uint64_t from_top(uint64_t index) {
    ok_ = ok_ && index < depth_;
    return ok_ ? values_[depth_ - 1 - index] : 0;
  }

  void stack_operation(uint8_t code) {
    switch (code) {
    case 0x12: // DW_OP_dup
      return push(from_top(0));
    case 0x13: // DW_OP_drop
      pop();
      return;
    case 0x14: // DW_OP_over
      return push(from_top(1));
    case 0x15: // DW_OP_pick
      return push(from_top(byte()));
    case 0x16: { // DW_OP_swap
      uint64_t a = pop(), b = pop();
      push(a);
      return push(b);
    }
    default: { // DW_OP_rot
      uint64_t a = pop(), b = pop(), c = pop();
      push(a);
      push(c);
      return push(b);
    }
    }
  }

  void other(uint8_t code) {
    switch (code) {
    case 0x06: // DW_OP_deref
      return dereference();
    case 0x1f: // DW_OP_neg
      return push(0 - pop());
    case 0x20: // DW_OP_not
      return push(~pop());
    case 0x23: // DW_OP_plus_uconst
      return push(pop() + leb(false));
    case 0x28: // DW_OP_bra
      return jump(pop() != 0);
    case 0x2f: // DW_OP_skip
      return jump(true);
    case 0x92: { // DW_OP_bregx
      uint64_t reg = leb(false);
      return push_register(reg, leb(true));
    }
    case 0x96: // DW_OP_nop
      return;
    default:
      return binary(code);
    }
  }

  void binary(uint8_t code) {
    uint64_t b = pop(), a = pop();
    auto sa = int64_t(a), sb = int64_t(b);
    switch (code) {
    case 0x1a:
      return push(a & b);
    case 0x1c:
      return push(a - b);
    case 0x1e:
      return push(a * b);
    case 0x21:
      return push(a | b);
    case 0x22:
      return push(a + b);
    case 0x24:
      return push(b < 64 ? a << b : 0);
    case 0x25:
      return push(b < 64 ? a >> b : 0);
    case 0x26:
      return push(uint64_t(sa >> (b < 64 ? b : 63)));
    case 0x27:
      return push(a ^ b);
    case 0x29:
      return push(sa == sb);
    case 0x2a:
      return push(sa >= sb);
    case 0x2b:
      return push(sa > sb);
    case 0x2c:
      return push(sa <= sb);
    case 0x2d:
      return push(sa < sb);
    case 0x2e:
      return push(sa != sb);
    default:
      ok_ = false;
    }
  }

  const uint8_t *code_;
  size_t size_;
  const Registers &registers_;
  const StackView &stack_;
  size_t at_ = 0;
  std::array<uint64_t, 32> values_{};
  size_t depth_ = 0;
  bool ok_ = true;
};
} // namespace

std::optional<uint64_t> evaluate(const uint8_t *code, size_t size, const Registers &registers,
                                 const StackView &stack, std::optional<uint64_t> initial) {
  if (code == nullptr) {
    return std::nullopt;
  }
  return ExpressionMachine(code, size, registers, stack).run(initial);
}

} // namespace clearway::probe
