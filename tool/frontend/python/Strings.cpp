#include "frontend/python/Extractor.h"

#include "facts/NameCache.h"
#include "frontend/python/TypeText.h"

namespace clearway::python {

using namespace facts;

namespace {

bool isBytes(std::string_view literal) {
  return literal.substr(0, literal.find_first_of("'\"")).find_first_of("bB") != std::string_view::npos;
}

// At most `limit` bytes, without cutting a character.
std::string_view clip(std::string_view text, size_t limit) {
  if (text.size() <= limit)
    return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80)
    --limit;
  return text.substr(0, limit);
}

} // namespace

ValueId Extractor::string(NodeId node) {
  for (const NodeId part : tree_.children(node))
    operandsOnly(part); // the expressions of an f-string
  const std::string_view text = tree_.text(node);
  return builder_.literal(isBytes(text) ? LiteralKind::Bytes : LiteralKind::String,
                          cachedName(clip(stringContent(text), kMaxLiteral)));
}

ValueId Extractor::concatenatedString(NodeId node) {
  std::string whole;
  bool bytes = false;
  for (const NodeId part : tree_.children(node)) {
    string(part);
    bytes |= isBytes(tree_.text(part));
    if (whole.size() < kMaxLiteral)
      whole += stringContent(tree_.text(part));
  }
  return builder_.literal(bytes ? LiteralKind::Bytes : LiteralKind::String,
                          cachedName(clip(whole, kMaxLiteral)));
}

} // namespace clearway::python
