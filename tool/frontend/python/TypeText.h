// Types written as strings: "Optional[pkg.Foo]", "list[Bar] | None".
#pragma once

#include "facts/Builder.h"

#include <string_view>
#include <vector>

namespace clearway::python {

/// What is between the quotes of a string literal, as written.
std::string_view stringContent(std::string_view literal);

class TypeText {
public:
  TypeText(facts::Builder &builder, facts::ScopeId scope) : builder_(builder), scope_(scope) {}
  /// The type as a value; the unknown value if `text` is none.
  facts::ValueId read(std::string_view text);

private:
  static constexpr unsigned kMaxDepth = 50;

  facts::ValueId unionOf();
  facts::ValueId primary();
  facts::ValueId name();
  facts::ValueId suffixes(facts::ValueId base);
  std::vector<facts::ValueId> list(char close);
  std::string_view word();
  void skipSpace();
  bool accept(char c);
  facts::ValueId fail();

  facts::Builder &builder_;
  facts::ScopeId scope_;
  std::string_view rest_;
  unsigned depth_ = 0;
  bool failed_ = false;
};

} // namespace clearway::python
