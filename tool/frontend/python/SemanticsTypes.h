// What a Python value can be, as far as names tell. Types and sets of types are interned: equal ones have
// equal ids, so results are memoized as one number.
#pragma once

#include "facts/Name.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace clearway::python {

using TypeId = uint32_t;
using SetId = uint32_t;
inline constexpr SetId kUnknown = 0; // the empty set

enum class TypeKind : uint8_t {
  Module,    // id = file
  Namespace, // name = folder without an __init__ file; id = a file that imported it
  External,  // name = dotted name of something outside the program: module, class or function
  Function,  // id = function; other = its receiver's TypeId or kNone; arguments = functions that wrap it
  Class,     // id = class; arguments = type arguments (SetIds)
  Instance,  // id = class; arguments likewise
  ExternalInstance, // name = dotted name of its class; arguments likewise
  Result,           // id = coroutine or generator function that was called; other = receiver
  Manager,          // id = generator function behind contextlib.contextmanager that was called
  Super,            // id = class whose bases are searched; other = TypeId of the receiver
  SelfType,         // the receiver's own type: `Self`, `return self`
  TypeVariable,     // name = its qualified name
  Lazy,             // name = external call whose effect happens where the result is iterated
};

struct Type {
  TypeKind kind = TypeKind::External;
  Name name;
  uint32_t id = UINT32_MAX;
  uint32_t other = UINT32_MAX;
  uint32_t firstArgument = 0, argumentCount = 0;
};

/// One alternative of a set. `inferred`: there was no more than circumstantial evidence for it.
struct Alternative {
  TypeId type = 0;
  bool inferred = false;
};

/// Collects alternatives. More than kLimit are as good as none: such a value could be anything.
class SetBuilder {
public:
  static constexpr size_t kLimit = 16;

  void add(Alternative alternative);
  bool empty() const { return count_ == 0; }
  std::span<const uint32_t> packed();

private:
  std::array<uint32_t, kLimit> items_{}; // type << 1 | inferred
  size_t count_ = 0;
  bool overflowed_ = false;
};

class TypeTable {
public:
  TypeTable();

  TypeId intern(const Type &type, std::span<const uint32_t> arguments = {});
  TypeId of(TypeKind kind, uint32_t id, uint32_t other = UINT32_MAX) {
    return intern({kind, {}, id, other, 0, 0});
  }
  TypeId of(TypeKind kind, Name name) { return intern({kind, name, UINT32_MAX, UINT32_MAX, 0, 0}); }
  /// The same type with other type arguments, receiver or kind.
  TypeId with(TypeId type, std::span<const uint32_t> arguments);
  TypeId as(TypeKind kind, TypeId type);
  TypeId boundTo(TypeId function, TypeId receiver);

  const Type &operator[](TypeId id) const { return types_[id]; }
  uint32_t argument(TypeId type, uint32_t index) const {
    return index < types_[type].argumentCount ? arguments_[types_[type].firstArgument + index] : 0;
  }
  std::vector<uint32_t> argumentsOf(TypeId type) const;

  SetId set(SetBuilder &builder);
  SetId single(TypeId type, bool inferred = false);
  SetId unite(SetId a, SetId b);
  SetId weaken(SetId set); // every alternative becomes inferred

  uint32_t size(SetId set) const { return sets_[set].count; }
  Alternative at(SetId set, uint32_t index) const {
    const uint32_t packed = elements_[sets_[set].first + index];
    return {packed >> 1, (packed & 1) != 0};
  }

  /// Walks a set by index, so that interning meanwhile is harmless.
  class Range {
  public:
    class Iterator {
    public:
      Iterator(const TypeTable &table, SetId set, uint32_t index)
          : table_(&table), set_(set), index_(index) {}
      Alternative operator*() const { return table_->at(set_, index_); }
      Iterator &operator++() { return ++index_, *this; }
      bool operator!=(const Iterator &other) const { return index_ != other.index_; }

    private:
      const TypeTable *table_;
      SetId set_;
      uint32_t index_;
    };
    Range(const TypeTable &table, SetId set) : table_(&table), set_(set) {}
    Iterator begin() const { return {*table_, set_, 0}; }
    Iterator end() const { return {*table_, set_, table_->size(set_)}; }

  private:
    const TypeTable *table_;
    SetId set_;
  };
  Range each(SetId set) const { return {*this, set}; }

private:
  struct Slice {
    uint32_t first = 0, count = 0;
  };
  SetId internSet(std::span<const uint32_t> packed);
  bool sameType(const Type &a, const Type &b, std::span<const uint32_t> bArguments) const;
  void growTypes();
  void growSets();

  std::vector<Type> types_;
  std::vector<uint32_t> arguments_;
  std::vector<Slice> sets_;
  std::vector<uint32_t> elements_;
  std::vector<uint32_t> typeSlots_, setSlots_; // open addressing; id + 1, 0 is free
};

} // namespace clearway::python
