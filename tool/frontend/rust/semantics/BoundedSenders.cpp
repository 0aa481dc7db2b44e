#include "frontend/rust/semantics/BoundedSenders.h"

namespace clearway::frontend::rust {
namespace {

using facts::Value;
using facts::ValueId;
using facts::ValueKind;
using link::FileId;
using link::FunctionId;

class SenderMarker {
public:
  SenderMarker(link::Program &program, const Knowledge &knowledge, Inference &inference) : program_(program), knowledge_(knowledge), inference_(inference) {}

  void run(const KeptCallables &kept) {
    for (const KeptCallables::Kept &one : kept.kept)
      if (kept.fields.kindOf(one.stored.field) == CallableFields::Kind::Sender)
        add(one.stored);
    for (const FieldCall &called : kept.calls)
      if (const auto found = bounded_.find(called.field); found != bounded_.end() && found->second)
        mark(program_.calls[called.call]);
  }

private:
  void add(const StoredCallable &stored) {
    const bool isBounded = isBoundedSender(stored.file, stored.value);
    const auto [at, isNew] = bounded_.try_emplace(stored.field, isBounded);
    at->second = at->second && isBounded;
  }

  bool isBoundedSender(FileId file, ValueId value) {
    if (const Value *parameter = parameterBehind(file, value))
      return isGivenBounded(program_.functionAt(file, parameter->a), parameter->b);
    return hasBoundedType(file, value);
  }

  const Value *parameterBehind(FileId id, ValueId at) const {
    const facts::FileFacts &file = program_.files[id];
    for (unsigned step = 0; step < 4; ++step) {
      const Value &value = file.values[at];
      if (value.kind == ValueKind::Param)
        return &value;
      if (value.kind != ValueKind::Variable)
        return nullptr;
      at = file.bindings[value.a].value;
    }
    return nullptr;
  }

  /// Whether all callers give one that is bounded.
  bool isGivenBounded(FunctionId function, uint32_t position) {
    bool any = false;
    for (const link::Call &call : program_.calls)
      for (const link::Target &target : call.targets) {
        const auto arguments = program_.files[call.file].argumentsOf(program_.files[call.file].calls[call.site]);
        if (target.function != function || position >= arguments.size())
          continue;
        if (!hasBoundedType(call.file, arguments[position].value))
          return false;
        any = true;
      }
    return any;
  }

  bool hasBoundedType(FileId file, ValueId value) {
    TypeId type = inference_.types.stripped(inference_.typeOf(file, value));
    for (unsigned step = 0; step < 3; ++step) {
      const Type &at = inference_.types[type];
      if (at.kind != TypeKind::Named)
        return false;
      if (at.name.view().ends_with("::bounded::Sender"))
        return true;
      type = inference_.types.stripped(inference_.types.argument(type, 0)); // `Option<Sender>`, `Arc<Sender>`
    }
    return false;
  }

  void mark(link::Call &call) const {
    link::External &known = call.externals.front();
    const std::string_view name = known.name.view();
    const std::string_view crate = name.starts_with("crossbeam") ? "crossbeam_channel" : name.substr(0, name.find("::"));
    known.name = Name(std::string(crate) + "::bounded::Sender::send");
    known.entry = knowledge_.find(known.name);
  }

  link::Program &program_;
  const Knowledge &knowledge_;
  Inference &inference_;
  std::unordered_map<Field, bool, FieldHash> bounded_;
};

} // namespace

void markBoundedSenders(link::Program &program, const Knowledge &knowledge, Inference &inference, const KeptCallables &kept) {
  SenderMarker(program, knowledge, inference).run(kept);
}

} // namespace clearway::frontend::rust
