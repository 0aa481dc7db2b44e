// What Python decides about a function before it runs: which names are local to it, and whether it is a
// generator.
#pragma once

#include "frontend/python/Syntax.h"

#include <vector>

namespace clearway::python {

struct BodyScan {
  struct Store {
    NodeId at; // the name that is bound
    Name name;
  };
  std::vector<Store> stores; // in source order
  std::vector<Name> globals, nonlocals;
  bool yields = false, awaits = false;

  /// Collects what is below `body`, except in functions and classes below it. Replaces what was there.
  void scan(const SyntaxTree &tree, NodeId body);
  /// The stores at or below `node`.
  std::span<const Store> storesIn(const SyntaxTree &tree, NodeId node) const;

private:
  NodeId visit(const SyntaxTree &tree, NodeId node);
  void target(const SyntaxTree &tree, NodeId node);
  void pattern(const SyntaxTree &tree, NodeId node);
  void imports(const SyntaxTree &tree, NodeId node);
  void declare(const SyntaxTree &tree, NodeId node, std::vector<Name> &into);
  void store(const SyntaxTree &tree, NodeId name) { stores.push_back({name, tree[name].name}); }
};

/// The name that `case` binds at `node` of a pattern, if that is what stands there.
NodeId captureName(const SyntaxTree &tree, NodeId node);

} // namespace clearway::python
