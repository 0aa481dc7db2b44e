// The classes of the program and what they inherit from.
#pragma once

#include "link/Program.h"

#include <functional>
#include <vector>

namespace clearway::python {

using ClassId = uint32_t; // program-wide

/// A class in a method resolution order: one of this program, or one outside it.
struct Ancestor {
  ClassId type = facts::kNone;
  Name external;
  friend bool operator==(const Ancestor &, const Ancestor &) = default;
};

class ClassTable {
public:
  explicit ClassTable(const link::Program &program);

  uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }
  link::FileId fileOf(ClassId id) const { return entries_[id].file; }
  const facts::Class &facts(ClassId id) const {
    return program_.files[entries_[id].file].classes[entries_[id].local];
  }
  ClassId at(link::FileId file, facts::ClassId local) const { return base_[file] + local; }

  using DirectBases = std::function<std::vector<Ancestor>(ClassId)>;
  /// The method resolution order (C3), the class itself first; `bases` says what each class is derived from.
  /// Where the bases contradict each other, depth first.
  const std::vector<Ancestor> &order(ClassId id);
  void setBases(DirectBases bases) { bases_ = std::move(bases); }
  /// Classes that derive from this one, directly or not, in program order. Meaningful after `findSubclasses`.
  const std::vector<ClassId> &subclasses(ClassId id) const { return entries_[id].subclasses; }
  void findSubclasses();
  bool derives(ClassId id, ClassId from);
  bool derives(ClassId id, std::string_view external);
  /// Whether no object is of exactly this class: a protocol, or one with methods left to its subclasses.
  bool isInterface(ClassId id) const { return entries_[id].isInterface; }

private:
  struct Entry {
    link::FileId file = link::kNone;
    facts::ClassId local = facts::kNone;
    enum class State : uint8_t { New, Busy, Done } state = State::New;
    bool isInterface = false;
    std::vector<Ancestor> order;
    std::vector<ClassId> subclasses;
  };
  void markInterfaces();
  std::vector<Ancestor> linearize(ClassId id, const std::vector<Ancestor> &bases);

  const link::Program &program_;
  DirectBases bases_;
  std::vector<Entry> entries_;
  std::vector<uint32_t> base_;
};

} // namespace clearway::python
