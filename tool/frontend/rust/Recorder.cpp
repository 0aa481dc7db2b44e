#include "frontend/rust/Recorder.h"

#include "facts/NameCache.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace clearway::frontend::rust {

using facts::Value;
using facts::ValueId;
using facts::ValueKind;

Recorder::Recorder(facts::FileFacts &file, std::string_view source)
    : facts(file), sourceEnd_(static_cast<uint32_t>(source.size()) + 1) {
  lines_.reset(source);
  facts.lineCount = lines_.lines();
}

facts::Span Recorder::operands(std::span<const ValueId> items) {
  const auto first = static_cast<uint32_t>(facts.operands.size());
  facts.operands.insert(facts.operands.end(), items.begin(), items.end());
  return {first, static_cast<uint32_t>(items.size())};
}

ValueId Recorder::add(Value value) {
  facts.values.push_back(value);
  return static_cast<ValueId>(facts.values.size()) - 1;
}

ValueId Recorder::literal(facts::LiteralKind kind, std::string_view text) {
  Value value;
  value.kind = ValueKind::Literal;
  value.flag = static_cast<uint8_t>(kind);
  // Strings are mostly written once; what is remembered per thread should come again.
  value.name = kind == facts::LiteralKind::String ? Name(text.substr(0, 256)) : facts::cachedName(text.substr(0, 256));
  return add(value);
}

ValueId Recorder::ref(facts::ScopeId scope, std::string_view name) {
  Value value;
  value.kind = ValueKind::Ref;
  value.a = scope;
  value.name = facts::cachedName(name);
  return add(value);
}

ValueId Recorder::attribute(ValueId base, std::string_view name, bool isPath) {
  Value value;
  value.kind = ValueKind::Attr;
  value.flag = isPath ? 1 : 0;
  value.a = base;
  value.name = facts::cachedName(name);
  return add(value);
}

ValueId Recorder::apply(ValueId base, std::span<const ValueId> arguments) {
  Value value;
  value.kind = ValueKind::Apply;
  value.a = base;
  value.operands = operands(arguments);
  return add(value);
}

ValueId Recorder::display(facts::DisplayKind kind, std::span<const ValueId> items) {
  Value value;
  value.kind = ValueKind::Display;
  value.flag = static_cast<uint8_t>(kind);
  value.operands = operands(items);
  return add(value);
}

ValueId Recorder::unary(ValueKind kind, ValueId operand, uint8_t flag) {
  if (operand == 0)
    return 0;
  Value value;
  value.kind = kind;
  value.flag = flag;
  value.a = operand;
  return add(value);
}

ValueId Recorder::join(std::span<const ValueId> alternatives) {
  std::vector<ValueId> known;
  for (const ValueId one : alternatives)
    if (one != 0 && std::find(known.begin(), known.end(), one) == known.end())
      known.push_back(one);
  if (known.size() <= 1)
    return known.empty() ? 0 : known.front();
  Value value;
  value.kind = ValueKind::Join;
  value.operands = operands(known);
  return add(value);
}

ValueId Recorder::cast(ValueId inner, ValueId type) {
  Value value;
  value.kind = ValueKind::Cast;
  value.a = inner;
  value.b = type;
  return add(value);
}

ValueId Recorder::matched(ValueId whole, ValueId type) {
  if (type == 0)
    return 0;
  Value value;
  value.kind = ValueKind::Cast;
  value.flag = 1;
  value.a = whole;
  value.b = type;
  return add(value);
}

facts::ScopeId Recorder::scope(facts::ScopeKind kind, facts::ScopeId parent, uint32_t index, Name qualifiedName) {
  facts.scopes.push_back({kind, parent, index, qualifiedName});
  return static_cast<facts::ScopeId>(facts.scopes.size()) - 1;
}

uint32_t Recorder::binding(facts::Binding binding) {
  facts.bindings.push_back(binding);
  return static_cast<uint32_t>(facts.bindings.size()) - 1;
}

// ---- added text

void Recorder::addText(AddedText text) {
  text.depth = addedDepth(text.callBegin) + 1;
  added_.push_back(std::move(text));
}

const AddedText *Recorder::addedAt(uint32_t offset) const {
  const auto after = std::upper_bound(added_.begin(), added_.end(), offset, [](uint32_t at, const AddedText &one) { return at < one.offset; });
  return after == added_.begin() || offset < sourceEnd_ ? nullptr : &*std::prev(after);
}

unsigned Recorder::addedDepth(uint32_t offset) const {
  const AddedText *text = addedAt(offset);
  return text ? text->depth : 0;
}

/// Where the call wrote what is at the offset, or kAtCall.
uint32_t Recorder::written(const AddedText &text, uint32_t offset) const {
  const uint32_t at = offset - text.offset;
  const auto after = std::upper_bound(text.pieces.begin(), text.pieces.end(), at, [](uint32_t one, const AddedText::Piece &piece) { return one < piece.begin; });
  if (after == text.pieces.begin() || std::prev(after)->source == AddedText::kAtCall)
    return AddedText::kAtCall;
  return std::prev(after)->source + (at - std::prev(after)->begin);
}

facts::SourceRange Recorder::addedRange(uint32_t begin, uint32_t end) const {
  while (const AddedText *text = addedAt(begin)) {
    const uint32_t first = written(*text, begin), last = end > begin ? written(*text, end - 1) : first;
    const bool isWritten = first != AddedText::kAtCall && last != AddedText::kAtCall && last >= first && addedAt(first) == addedAt(last);
    begin = isWritten ? first : text->callBegin;
    end = isWritten ? last + (end > begin ? 1 : 0) : text->callEnd;
  }
  return lines_.range(begin, end);
}

void Recorder::diagnose(facts::DiagnosticLevel level, facts::SourceRange where, std::string_view id,
                        std::string_view message) {
  facts.diagnostics.push_back({level, where, Name(id), Name(message)});
}

} // namespace clearway::frontend::rust
