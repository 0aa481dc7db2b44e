#include "frontend/rust/semantics/TypeTable.h"

#include "facts/NameCache.h"

#include <algorithm>

namespace clearway::frontend::rust {

namespace {

size_t hashOf(const Type &type) {
  constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15ull;
  uint64_t hash = (uint64_t{type.name.handle()} << 32 | type.function) + static_cast<uint64_t>(type.kind);
  for (const TypeId argument : type.args)
    hash = (hash ^ hash >> 29) * kMultiplier + argument;
  hash *= kMultiplier;
  return hash ^ hash >> 32;
}

} // namespace

TypeTable::TypeTable() : projects_(1), slots_(1024) { types_.emplace_back(); }

size_t TypeTable::probe(const Type &type) const {
  const size_t mask = slots_.size() - 1;
  size_t at = hashOf(type) & mask;
  while (slots_[at] != kUnknownType && types_[slots_[at]] != type)
    at = (at + 1) & mask;
  return at;
}

void TypeTable::grow() {
  slots_.assign(slots_.size() * 2, kUnknownType);
  for (TypeId id = 1; id < types_.size(); ++id)
    slots_[probe(types_[id])] = id;
}

TypeId TypeTable::intern(Type type) {
  if (type.kind == TypeKind::Unknown)
    return kUnknownType;
  if (types_.size() * 2 > slots_.size())
    grow();
  TypeId &slot = slots_[probe(type)];
  if (slot == kUnknownType) {
    slot = static_cast<TypeId>(types_.size());
    projects_.push_back(type.kind == TypeKind::Projection ||
                        std::any_of(type.args.begin(), type.args.end(), [&](TypeId argument) { return projects_[argument]; }));
    types_.push_back(std::move(type));
  }
  return slot;
}

TypeId TypeTable::named(std::string_view name, std::vector<TypeId> args) { return named(facts::cachedName(name), std::move(args)); }

TypeId TypeTable::named(Name name, std::vector<TypeId> args) {
  return intern({TypeKind::Named, name, link::kNone, std::move(args)});
}

TypeId TypeTable::reference(TypeId to) {
  return to == kUnknownType ? kUnknownType : intern({TypeKind::Reference, {}, link::kNone, {to}});
}

TypeId TypeTable::tuple(std::vector<TypeId> args) { return intern({TypeKind::Tuple, {}, link::kNone, std::move(args)}); }

TypeId TypeTable::function(link::FunctionId function) { return intern({TypeKind::Function, {}, function, {}}); }

TypeId TypeTable::projection(TypeId owner, Name name) {
  return owner == kUnknownType ? kUnknownType : intern({TypeKind::Projection, name, link::kNone, {owner}});
}

TypeId TypeTable::argument(TypeId id, size_t index) const {
  const Type &type = types_[id];
  return index < type.args.size() ? type.args[index] : kUnknownType;
}

TypeId TypeTable::stripped(TypeId id) const {
  while (types_[id].kind == TypeKind::Reference)
    id = types_[id].args.front();
  return id;
}

TypeId TypeTable::substitute(TypeId id, const Substitution &values) {
  if (values.empty() || id == kUnknownType)
    return id;
  const Type &type = types_[id];
  if (type.kind == TypeKind::Bound && !type.name.empty())
    for (const auto &[name, value] : values)
      if (name == type.name && value != kUnknownType)
        return value;
  std::vector<TypeId> changed; // empty until one does
  for (size_t i = 0; i < type.args.size(); ++i) {
    const TypeId made = substitute(type.args[i], values);
    if (made != type.args[i] && changed.empty())
      changed = type.args;
    if (!changed.empty())
      changed[i] = made;
  }
  return changed.empty() ? id : intern({type.kind, type.name, type.function, std::move(changed)});
}

void TypeTable::unify(TypeId pattern, TypeId actual, Substitution &values, unsigned depth) const {
  if (pattern == kUnknownType || actual == kUnknownType || depth > 6)
    return;
  const Type &left = types_[pattern];
  if (left.kind == TypeKind::Bound && !left.name.empty()) {
    if (std::none_of(values.begin(), values.end(), [&](const auto &known) { return known.first == left.name; }))
      values.emplace_back(left.name, types_[actual].kind == TypeKind::Reference ? stripped(actual) : actual);
    return;
  }
  if (left.kind == TypeKind::Reference)
    return unify(left.args.front(), stripped(actual), values, depth + 1);
  const Type &right = types_[stripped(actual)];
  if (left.kind != right.kind || left.name != right.name)
    return;
  for (size_t i = 0; i < left.args.size() && i < right.args.size(); ++i)
    unify(left.args[i], right.args[i], values, depth + 1);
}

TypeId TypeTable::parse(std::string_view text, const Substitution &values) {
  size_t at = 0;
  return parseOne(text, at, values);
}

TypeId TypeTable::parseOne(std::string_view text, size_t &at, const Substitution &values) {
  const auto skip = [&] {
    while (at < text.size() && text[at] == ' ')
      ++at;
  };
  const auto list = [&](char close) {
    std::vector<TypeId> items;
    ++at;
    for (skip(); at < text.size() && text[at] != close; skip()) {
      const size_t before = at;
      items.push_back(parseOne(text, at, values));
      skip();
      if (at < text.size() && text[at] == ',')
        ++at;
      else if (at == before)
        break;
    }
    if (at < text.size())
      ++at;
    return items;
  };
  skip();
  if (at < text.size() && text[at] == '&') {
    ++at;
    return reference(parseOne(text, at, values));
  }
  if (at < text.size() && text[at] == '(')
    return tuple(list(')'));
  const size_t begin = at;
  at = std::min(text.find_first_of("<>,() ", at), text.size());
  const Name name = facts::cachedName(text.substr(begin, at - begin));
  std::vector<TypeId> args;
  if (at < text.size() && text[at] == '<')
    args = list('>');
  for (const auto &[known, value] : values)
    if (known == name)
      return value;
  const std::string_view word = name.view();
  const bool isPlaceholder = word.size() == 2 && (word[0] == 'T' || word[0] == 'R') && word[1] >= '0' && word[1] <= '9';
  return isPlaceholder || word.empty() || word == "_" ? kUnknownType : named(name, std::move(args));
}

} // namespace clearway::frontend::rust
