#include "Unwinder.h"

#include "CallSite.h"
#include "Cfi.h"
#include "DwarfExpression.h"

#include <algorithm>

namespace clearway::probe {

namespace {
enum class Step { caller, end, lost };

class Walk {
public:
  Walk(const Registers &at, const StackView &stack, const Modules &modules)
      : registers_(at), stack_(stack), modules_(modules) {}

  RawStack run() {
    RawStack result;
    bool exact = true; // the pc is the instruction itself, not a return address
    while (result.addresses.size() < most_frames) {
      uintptr_t address = registers_.pc() - (exact ? 0 : 1);
      result.addresses.push_back(address);
      Step step = to_caller(address, result.addresses.size() == 1, exact);
      if (guessed_ && result.first_guess == SIZE_MAX) {
        result.first_guess = result.addresses.size();
      }
      if (step != Step::caller) {
        result.complete = step == Step::end && result.first_guess == SIZE_MAX;
        return result;
      }
    }
    return result;
  }

private:
  Step to_caller(uintptr_t address, bool innermost, bool &exact) {
    auto module = modules_.find(address);
    const ElfImage *image = module == nullptr ? nullptr : module->image();
    uint64_t sp = registers_.sp();
    CfiRow row;
    Step step = Step::lost;
    function_ = 0;
    if (image != nullptr && find_cfi(*image, address - module->bias, row)) {
      function_ = row.function + module->bias;
      step = by_rules(row);
      exact = row.signal_frame;
    } else {
      exact = false;
    }
    if (step == Step::lost) {
      step = by_frame_pointer();
    }
    if (step == Step::lost && innermost) {
      step = by_return_address_on_top(); // a call of a wrong function pointer
    }
    bool moves_up = registers_.sp() > sp;
    return step == Step::caller && !moves_up && !exact ? Step::lost : step;
  }

  std::optional<uint64_t> cfa_of(const CfiRow &row) {
    if (row.cfa.kind == RuleKind::value_expression) {
      find_frame_pointer();
      return evaluate(row.cfa.expression, row.cfa.length, registers_, stack_, std::nullopt);
    }
    if (row.cfa.reg == frame_register) {
      find_frame_pointer();
    }
    if (row.cfa.kind != RuleKind::value_offset || !registers_.has(row.cfa.reg)) {
      return std::nullopt;
    }
    return registers_.value[row.cfa.reg] + uint64_t(row.cfa.offset);
  }

  Step by_rules(const CfiRow &row) {
    if (row.rules[return_register].kind == RuleKind::undefined) {
      return Step::end; // how _start and clone mark the outermost frame
    }
    std::optional<uint64_t> cfa = cfa_of(row);
    if (!cfa) {
      return Step::lost;
    }
    Registers caller = registers_;
    for (unsigned reg = 0; reg < register_count; ++reg) {
      restore(caller, reg, row.rules[reg], *cfa);
    }
    if (row.rules[stack_register].kind == RuleKind::same) {
      caller.set(stack_register, *cfa);
    }
    if (!caller.has(return_register)) {
      return Step::lost;
    }
    caller.set(program_counter, caller.value[return_register]);
    return move_to(caller);
  }

  void restore(Registers &caller, unsigned reg, const Rule &rule, uint64_t cfa) const {
    uint64_t value = 0;
    bool found = false;
    switch (rule.kind) {
    case RuleKind::same:
      return;
    case RuleKind::undefined:
      break;
    case RuleKind::at_offset:
      found = stack_.read(cfa + uint64_t(rule.offset), value);
      break;
    case RuleKind::value_offset:
      value = cfa + uint64_t(rule.offset);
      found = true;
      break;
    case RuleKind::in_register:
      found = registers_.has(rule.reg);
      value = found ? registers_.value[rule.reg] : 0;
      break;
    case RuleKind::at_expression:
    case RuleKind::value_expression:
      found = by_expression(rule, cfa, value);
      break;
    }
    found ? caller.set(reg, value) : caller.forget(reg);
  }

  bool by_expression(const Rule &rule, uint64_t cfa, uint64_t &value) const {
    std::optional<uint64_t> result = evaluate(rule.expression, rule.length, registers_, stack_, cfa);
    if (!result) {
      return false;
    }
    value = *result;
    return rule.kind == RuleKind::value_expression || stack_.read(*result, value);
  }

  Step move_to(const Registers &caller) {
    if (caller.pc() == 0) {
      return Step::end;
    }
    registers_ = caller;
    return Step::caller;
  }

  // In code without call frame information: [fp] is the caller's fp, [fp + 8] the return address.
  Step by_frame_pointer() {
    find_frame_pointer();
    uint64_t fp = registers_.fp(), next_fp = 0, next_pc = 0;
    bool plausible = registers_.has(frame_register) && fp % 8 == 0 && fp >= registers_.sp() &&
                     stack_.read(fp, next_fp) && stack_.read(fp + 8, next_pc);
    if (!plausible || next_pc == 0) {
      return plausible ? Step::end : Step::lost;
    }
    if (!modules_.is_code(next_pc - 1) && (next_fp <= fp || !stack_.contains(next_fp))) {
      return Step::lost; // neither known code nor a chain that goes on, as in code made at run time
    }
    Registers caller = registers_;
    caller.set(program_counter, next_pc);
    caller.set(frame_register, next_fp);
    caller.set(stack_register, fp + 16);
    return move_to(caller);
  }

  Step by_return_address_on_top() {
    uint64_t return_address = 0;
    if (!stack_.read(registers_.sp(), return_address) || !modules_.is_code(return_address - 1)) {
      return Step::lost;
    }
    Registers caller = registers_;
    caller.set(program_counter, return_address);
    caller.set(stack_register, registers_.sp() + 8);
    return move_to(caller);
  }

  // A blocked thread does not show its frame pointer. It is where the stack holds a return address behind a call of this
  // function. Where that call is not to be seen, a pair (address further up the stack, return address) is a guess:
  // buffers hold such pairs of earlier calls, too.
  void find_frame_pointer() {
    if (registers_.has(frame_register)) {
      return;
    }
    constexpr uint64_t search_bytes = 16 * 1024;
    uint64_t guess = 0;
    bool guess_is_impossible = true;
    uint64_t from = (registers_.sp() + 15) & ~uint64_t{15}; // the ABI aligns frames
    for (uint64_t at = from; at < from + search_bytes && stack_.contains(at); at += 16) {
      uint64_t saved = 0, return_address = 0;
      if (!stack_.read(at, saved) || !stack_.read(at + 8, return_address) || !modules_.is_code(return_address - 1)) {
        continue;
      }
      CallsFunction calls = calls_function(return_address, function_);
      if (calls == CallsFunction::yes) { // whatever the caller, which may have no frame pointer, has in that register
        registers_.set(frame_register, at);
        return;
      }
      if (!is_saved_frame(at, saved)) {
        continue;
      }
      if (guess == 0 || (guess_is_impossible && calls == CallsFunction::unknown)) {
        guess = at;
        guess_is_impossible = calls == CallsFunction::no;
      }
    }
    if (guess != 0) {
      registers_.set(frame_register, guess);
      guessed_ = true;
    }
  }

  bool is_saved_frame(uint64_t at, uint64_t saved) const {
    return saved == 0 || saved == 1 || (saved > at && saved % 16 == 0 && stack_.contains(saved));
  }

  Registers registers_;
  const StackView &stack_;
  const Modules &modules_;
  uint64_t function_ = 0; // that the current frame is of, run time; 0 if unknown
  bool guessed_ = false;
};
} // namespace

RawStack unwind(const Registers &at, const StackView &stack, const Modules &modules) {
  return Walk(at, stack, modules).run();
}

} // namespace clearway::probe
