// What the readers of one file share: its tree, its facts, the bodies still to be walked, the local variables.
#pragma once

#include "frontend/Frontend.h"
#include "frontend/rust/Recorder.h"
#include "frontend/rust/Syntax.h"

#include <deque>
#include <string>
#include <vector>

namespace clearway::frontend::rust {

/// A local variable. Assignments give it further objects: each has its own birth.
struct Variable {
  uint32_t binding = facts::kNone;
  facts::FunctionId function = facts::kNone;
  std::vector<facts::ObjectId> objects;
  facts::ValueId value = 0; // what reading it is
  uint32_t scope = 0;       // in the function's flow: owns the objects
};

/// Local names, innermost last, as a list that closures walked later can hold on to.
struct Local {
  Name name;
  uint32_t variable = facts::kNone;
  uint32_t outer = facts::kNone; // next Local to look at
};

/// A function whose body is still to be walked. Bodies are walked in the order of their function ids, so that each
/// function's calls, events and objects are consecutive.
struct Job {
  facts::FunctionId function = facts::kNone;
  NodeId node = kNoNode;        // function item, closure, async block; for function 0 unused
  uint32_t locals = facts::kNone; // names visible where it stands
  bool captures = false;        // `move`: takes over the variables it names
};

struct Initializer { // of a static, const or associated const
  NodeId value = kNoNode;
  uint32_t binding = facts::kNone;
  facts::ScopeId scope = 0;
};

/// The local variables that something names, by binding.
class Mentions {
public:
  void add(uint32_t binding) {
    if (binding >= named_.size())
      named_.resize(binding + 64);
    named_[binding] = true;
  }
  void remove(uint32_t binding) { named_[binding] = false; }
  bool contains(uint32_t binding) const { return binding < named_.size() && named_[binding]; }

private:
  std::vector<bool> named_;
};

struct Unit {
  Unit(facts::FileFacts &file, const SourceFile &source)
      : syntax(source.contents), record(file, source.contents), facts(file), edition2024(file.edition >= 2024),
        skipsTestBodies(source.skipsTestBodies), macros(source.macros),
        statementBudget(12'000 + source.contents.size() / 2), itemBudget(6'000 + source.contents.size() / 4) {}

  facts::SourceRange range(NodeId node) const {
    return record.range(syntax.tree[node].begin, syntax.tree[node].end);
  }
  std::string_view text(NodeId node) const { return syntax.text(node); }

  Syntax syntax;
  Recorder record;
  facts::FileFacts &facts;
  bool edition2024;
  bool skipsTestBodies;
  const MacroTable *macros;
  // Bytes that macro calls may still become. Some make tables of data twenty times as long as what the file says otherwise.
  size_t statementBudget, itemBudget;
  std::deque<Job> jobs;
  std::vector<Initializer> initializers;
  std::vector<Variable> variables;
  std::vector<Local> locals;
  Mentions mentions;
};

/// Nesting deeper than this is not followed; such code is generated.
inline constexpr unsigned kMaxDepth = 400;

} // namespace clearway::frontend::rust
