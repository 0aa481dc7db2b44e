// Reads the items of a file: modules, imports, types, traits, implementations, functions. Bodies are queued as jobs.
#pragma once

#include "frontend/rust/Unit.h"

#include <string>

namespace clearway::frontend::rust {

/// Where an item stands.
struct ItemContext {
  facts::ScopeId scope = 0;
  facts::ClassId enclosingClass = facts::kNone;
  facts::FunctionId enclosingFunction = facts::kNone;
  uint32_t locals = facts::kNone;
  bool isTest = false;
};

class Items {
public:
  explicit Items(Unit &unit) : unit_(unit) {}

  /// Reads every item among the children of `parent`; other statements are left alone.
  void readAll(NodeId parent, const ItemContext &context);
  /// Reads one item with the attributes that stand before it. False if the node is no item.
  bool read(NodeId item, const ItemContext &context, std::span<const NodeId> attributes);
  /// A crate that the code knows by another name; `context` is that of the file.
  void renamedCrate(std::string_view name, std::string_view crate, const ItemContext &context);
  /// Whether attributes say that what follows is only there in tests.
  bool marksTest(std::span<const NodeId> attributes) const;
  /// Whether `#[cfg(…)]` keeps an item or a statement out of every build that is judged.
  bool isLeftOut(std::span<const NodeId> attributes) const;

private:
  /// Whether what the code does there is not asked for.
  bool isSkipped(const ItemContext &context) const { return context.isTest && unit_.skipsTestBodies; }

  void module(NodeId item, const ItemContext &context, std::span<const NodeId> attributes);
  void inlineModule(NodeId item, NodeId body, const ItemContext &context);
  void use(NodeId clause, const ItemContext &context, const std::string &prefix, uint8_t flags);
  void import(NodeId at, const ItemContext &context, const std::string &module, std::string_view item,
              std::string_view alias, uint8_t flags);
  void externCrate(NodeId item, const ItemContext &context);
  void function(NodeId item, const ItemContext &context, std::span<const NodeId> attributes);
  void functionParameters(NodeId item, facts::FunctionId function, facts::ScopeId scope,
                          facts::ClassId enclosingClass);
  facts::ClassId openClass(NodeId item, NodeId name, facts::ClassKind kind, const ItemContext &context,
                           std::span<const NodeId> attributes);
  void structure(NodeId item, facts::ClassKind kind, const ItemContext &context, std::span<const NodeId> attributes);
  void fields(NodeId body, facts::ScopeId scope);
  void enumeration(NodeId item, const ItemContext &context, std::span<const NodeId> attributes);
  void trait(NodeId item, const ItemContext &context, std::span<const NodeId> attributes);
  void implementation(NodeId item, const ItemContext &context, std::span<const NodeId> attributes);
  void alias(NodeId item, const ItemContext &context, std::span<const NodeId> attributes);
  void associatedType(NodeId item, const ItemContext &context);
  void constant(NodeId item, const ItemContext &context);
  void macroItems(NodeId item, const ItemContext &context);
  facts::Span decorators(std::span<const NodeId> attributes, facts::ScopeId scope);
  Name qualify(facts::ScopeId scope, std::string_view name) const;

  Unit &unit_;
  unsigned depth_ = 0;
};

} // namespace clearway::frontend::rust
