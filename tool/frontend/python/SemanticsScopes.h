// Which bindings a name has: the bindings of all files, grouped by scope and name.
#pragma once

#include "link/Program.h"

#include <span>
#include <vector>

namespace clearway::python {

using GroupId = uint32_t;

/// One way a name is bound.
struct Definition {
  facts::BindingKind kind = facts::BindingKind::Variable;
  uint8_t flags = 0;
  uint32_t index = facts::kNone;   // function, class or import of the file; position of a parameter
  uint32_t binding = facts::kNone; // in FileFacts::bindings; kNone: implied by the record itself
};

/// All definitions of one name in one scope, in source order.
struct Group {
  link::FileId file = link::kNone;
  facts::ScopeId scope = facts::kNone;
  Name name;
  uint32_t first = 0, count = 0;
};

class SymbolIndex {
public:
  explicit SymbolIndex(const link::Program &program);

  size_t groupCount() const { return groups_.size(); }
  const Group &group(GroupId id) const { return groups_[id]; }
  std::span<const Definition> definitions(GroupId id) const {
    return {definitions_.data() + groups_[id].first, groups_[id].count};
  }
  /// The name in exactly this scope; kNone if it is not bound there.
  GroupId find(link::FileId file, facts::ScopeId scope, Name name) const;
  /// The name as code in `scope` sees it: outwards, class scopes only when the code stands in them.
  GroupId lookup(link::FileId file, facts::ScopeId scope, Name name) const;
  /// The star imports at the top of a file, as indices of imports; the last one first.
  std::span<const uint32_t> starImports(link::FileId file) const { return starImports_[file]; }
  /// Whether `from file import *` brings this name.
  bool isExported(link::FileId file, GroupId group) const;

private:
  struct Pending {
    GroupId group;
    Definition definition;
  };
  void collect(const link::Program &program, link::FileId file, std::vector<Pending> &pending);
  void addUnbound(const facts::FileFacts &file, link::FileId id, const std::vector<Pending> &bound,
                  size_t first, std::vector<Pending> &pending);
  void place(const std::vector<Pending> &pending);
  GroupId groupFor(link::FileId file, facts::ScopeId scope, Name name);
  size_t slotOf(link::FileId file, facts::ScopeId scope, Name name) const;
  void grow();

  const link::Program &program_;
  std::vector<Group> groups_;
  std::vector<Definition> definitions_;
  std::vector<uint32_t> slots_; // open addressing; group + 1, 0 is free
  std::vector<std::vector<uint32_t>> starImports_;
  std::vector<bool> hasExports_;
};

} // namespace clearway::python
