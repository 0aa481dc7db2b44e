// Appends to a file's facts: values, operands, positions. Knows the syntax tree's offsets, not the language.
#pragma once

#include "facts/Facts.h"
#include "frontend/rust/Syntax.h"
#include "frontend/treesitter/LineTable.h"

#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

namespace clearway::frontend::rust {

/// Text that stands nowhere in the file: what a macro call is replaced by.
struct AddedText {
  static constexpr uint32_t kAtCall = UINT32_MAX;
  struct Piece {
    uint32_t begin;  // in the text; it goes to where the next one begins
    uint32_t source; // the offset of what was written in the call, or kAtCall
  };
  uint32_t offset = 0, length = 0;
  uint32_t callBegin = 0, callEnd = 0; // may be in added text themselves
  unsigned depth = 1;                  // calls within calls
  std::vector<Piece> pieces;           // by `begin`
};

class Recorder {
public:
  Recorder(facts::FileFacts &facts, std::string_view source);

  /// Of added text: where what was written in the call stands, the call for all else.
  facts::SourceRange range(uint32_t begin, uint32_t end) const {
    if (begin < sourceEnd_ || added_.empty()) [[likely]]
      return lines_.range(begin, end);
    return addedRange(begin, end);
  }
  /// In order of `offset`.
  void addText(AddedText text);
  /// How many macro calls an offset is in the text of.
  unsigned addedDepth(uint32_t offset) const;
  facts::Span operands(std::span<const facts::ValueId> items);

  facts::ValueId add(facts::Value value);
  facts::ValueId literal(facts::LiteralKind kind, std::string_view text);
  /// A name as written, looked up from `scope` outwards.
  facts::ValueId ref(facts::ScopeId scope, std::string_view name);
  /// `base::name` (`isPath`) or `base.name`.
  facts::ValueId attribute(facts::ValueId base, std::string_view name, bool isPath);
  facts::ValueId apply(facts::ValueId base, std::span<const facts::ValueId> arguments);
  facts::ValueId display(facts::DisplayKind kind, std::span<const facts::ValueId> items);
  facts::ValueId unary(facts::ValueKind kind, facts::ValueId operand, uint8_t flag = 0);
  facts::ValueId join(std::span<const facts::ValueId> alternatives);
  facts::ValueId cast(facts::ValueId value, facts::ValueId type);
  /// What a pattern takes apart: the value, seen as the type that the pattern names, with the value's own type arguments.
  facts::ValueId matched(facts::ValueId value, facts::ValueId type);

  facts::ScopeId scope(facts::ScopeKind kind, facts::ScopeId parent, uint32_t index, Name qualifiedName);
  uint32_t binding(facts::Binding binding);
  void diagnose(facts::DiagnosticLevel level, facts::SourceRange where, std::string_view id, std::string_view message);

  facts::FileFacts &facts;

private:
  const AddedText *addedAt(uint32_t offset) const;
  uint32_t written(const AddedText &text, uint32_t offset) const;
  facts::SourceRange addedRange(uint32_t begin, uint32_t end) const;

  clearway::treesitter::LineTable lines_;
  uint32_t sourceEnd_;
  std::vector<AddedText> added_;
};

} // namespace clearway::frontend::rust
