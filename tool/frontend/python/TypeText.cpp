#include "frontend/python/TypeText.h"

#include "facts/NameCache.h"

namespace clearway::python {

using namespace facts;

namespace {

bool isWordByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9');
}

} // namespace

std::string_view stringContent(std::string_view literal) {
  const size_t quote = literal.find_first_of("'\"");
  if (quote == std::string_view::npos)
    return {};
  std::string_view rest = literal.substr(quote);
  const bool triple = rest.size() >= 6 && rest[1] == rest[0] && rest[2] == rest[0];
  const size_t marks = triple ? 3 : 1;
  rest.remove_prefix(marks);
  if (rest.size() >= marks)
    rest.remove_suffix(marks);
  return rest;
}

ValueId TypeText::read(std::string_view text) {
  rest_ = text;
  const ValueId result = unionOf();
  skipSpace();
  return failed_ || !rest_.empty() ? 0 : result;
}

ValueId TypeText::fail() {
  failed_ = true;
  return 0;
}

void TypeText::skipSpace() {
  while (!rest_.empty() &&
         (rest_.front() == ' ' || rest_.front() == '\t' || rest_.front() == '\n' || rest_.front() == '\r'))
    rest_.remove_prefix(1);
}

bool TypeText::accept(char c) {
  skipSpace();
  if (rest_.empty() || rest_.front() != c)
    return false;
  rest_.remove_prefix(1);
  return true;
}

ValueId TypeText::unionOf() {
  if (++depth_ > kMaxDepth)
    return fail();
  std::vector<ValueId> alternatives{primary()};
  while (!failed_ && accept('|'))
    alternatives.push_back(primary());
  --depth_;
  const ValueId joined = failed_ ? kNone : builder_.join(alternatives);
  return joined == kNone ? 0 : joined;
}

ValueId TypeText::primary() {
  skipSpace();
  if (rest_.empty())
    return fail();
  const char c = rest_.front();
  if (accept('('))
    return builder_.display(DisplayKind::Tuple, list(')'));
  if (accept('['))
    return builder_.display(DisplayKind::List, list(']'));
  if (c == '\'' || c == '"') {
    const size_t end = rest_.find(c, 1);
    if (end == std::string_view::npos)
      return fail();
    const std::string_view inner = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    TypeText nested(builder_, scope_);
    nested.depth_ = depth_ + 1;
    return nested.read(inner);
  }
  if (rest_.starts_with("...")) {
    rest_.remove_prefix(3);
    return builder_.literal(LiteralKind::Other, cachedName("..."));
  }
  return name();
}

std::string_view TypeText::word() {
  skipSpace();
  size_t length = 0;
  while (length < rest_.size() && isWordByte(rest_[length]))
    ++length;
  const std::string_view found = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return found;
}

ValueId TypeText::name() {
  const std::string_view first = word();
  if (first.empty())
    return fail();
  if (first == "None")
    return builder_.literal(LiteralKind::None, cachedName(first));
  if (first.front() >= '0' && first.front() <= '9')
    return builder_.literal(LiteralKind::Int, cachedName(first));
  return suffixes(builder_.ref(scope_, cachedName(first)));
}

ValueId TypeText::suffixes(ValueId base) {
  while (!failed_) {
    if (accept('.')) {
      const std::string_view attribute = word();
      if (attribute.empty())
        return fail();
      base = builder_.attr(base, cachedName(attribute));
    } else if (accept('[')) {
      base = builder_.apply(base, list(']'));
    } else {
      break;
    }
  }
  return base;
}

std::vector<ValueId> TypeText::list(char close) {
  std::vector<ValueId> items;
  while (!failed_ && !accept(close)) {
    items.push_back(unionOf());
    if (!accept(',') && !rest_.starts_with(close))
      fail();
  }
  return items;
}

} // namespace clearway::python
