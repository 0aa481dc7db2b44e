// The rules of a `macro_rules!`: what a call of it may look like, and what takes its place.
#pragma once

#include "frontend/rust/macros/Tokens.h"

#include <string>
#include <string_view>
#include <vector>

namespace clearway::frontend::rust {

enum class Fragment : uint8_t { Block, Expression, Identifier, Item, Lifetime, Literal, Meta, Path, Pattern, Statement, Tree, Type, Visibility };

/// A part of a pattern or of what takes its place.
struct RulePart {
  enum class Kind : uint8_t { Token, Variable, Crate, Group, Repetition };
  Kind kind = Kind::Token;
  Fragment fragment = Fragment::Tree; // Variable, in a pattern
  char repeat = 0;                    // Repetition: '*', '+' or '?'
  bool separated = false;             // Repetition: `token` stands between two
  uint32_t token = 0;                 // Token; Group: where it opens; Repetition: the separator
  std::string_view name;              // Variable
  std::vector<RulePart> parts;        // Group, Repetition
};

struct Rule {
  std::vector<RulePart> pattern, body;
};

/// A macro of the program. Never moved: its parts point into its text.
class MacroRules {
public:
  /// `text`: what stands in the delimiters of the definition.
  explicit MacroRules(std::string text);
  MacroRules(const MacroRules &) = delete;
  MacroRules &operator=(const MacroRules &) = delete;

  /// Empty if they make no sense.
  const std::vector<Rule> &rules() const { return rules_; }
  const Tokens &tokens() const { return tokens_; }
  /// Names that a body gives to variables of its own.
  bool binds(std::string_view name) const;

private:
  std::vector<RulePart> parts(TokenRange range, bool isPattern, unsigned depth);
  RulePart dollar(uint32_t &at, uint32_t end, bool isPattern, unsigned depth);
  RulePart repetition(uint32_t &at, uint32_t end, bool isPattern, unsigned depth);
  void findBindings(TokenRange body);

  const std::string text_;
  Tokens tokens_;
  std::vector<Rule> rules_;
  std::vector<std::string_view> bindings_;
};

} // namespace clearway::frontend::rust
