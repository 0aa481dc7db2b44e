// What is shared while one file is read: its facts, its tree, the names it introduces.
#pragma once

#include "facts/Builder.h"
#include "facts/Flow.h"
#include "frontend/cpp/syntax/Syntax.h"
#include "frontend/treesitter/LineTable.h"

#include <deque>
#include <map>
#include <string>

namespace clearway::frontend::cpp::syntax {

/// A body that waits to be read: control flow is built for one function at a time, so lambdas come later.
struct Job {
  facts::FunctionId function = facts::kNone;
  NodeId node = kNoNode; // function_definition or lambda_expression
  facts::ClassId owner = facts::kNone;
  struct Outer { // locals of the enclosing function that the body sees
    Name name;
    facts::ValueId value;
    facts::ValueId type;
    uint32_t binding;
  };
  std::vector<Outer> outer;
};

class Unit {
public:
  Unit(facts::FileFacts &out, std::string_view text) : facts(out), build(out), flow(out), syntax(text) {
    lines.reset(text);
  }

  facts::SourceRange range(NodeId node) const { return lines.range(syntax.tree[node].begin, syntax.tree[node].end); }
  /// A name as written without template arguments and blanks; the file's own aliases are replaced.
  std::string nameOf(NodeId node) const;
  /// The declared type as a Type value; 0 for auto, builtin types and what is no type.
  facts::ValueId typeOf(NodeId type, unsigned depth = 0);
  facts::ValueId typeNamed(std::string_view name, std::span<const facts::ValueId> arguments = {});
  facts::ClassId classNamed(const std::string &qualified);
  facts::FunctionId addFunction(NodeId node, Name name, Name qualified, facts::ClassId owner, facts::FunctionId parent);
  void addParameters(facts::FunctionId function, NodeId list);

  facts::FileFacts &facts;
  facts::Builder build;
  facts::FlowBuilder flow;
  Syntax syntax;
  clearway::treesitter::LineTable lines;
  std::deque<Job> jobs;
  std::map<std::string, std::string, std::less<>> aliases; // namespace aliases, using x::y
  std::map<std::string, NodeId, std::less<>> typeAliases;  // using g = std::lock_guard<std::mutex>
  std::map<std::string, facts::ValueId, std::less<>> globals; // types of the file's variables outside of functions
  std::map<std::string, std::string, std::less<>> constants; // numbers that the file gives a name outside of functions
  std::map<std::string, facts::ClassId> classes;
  bool isTest = false;

private:
  void appendName(NodeId node, std::string &out) const;
};

/// The declared name below pointers, references and parentheses; kNoNode for none.
NodeId innermostDeclarator(const Syntax &syntax, NodeId declarator);
/// Whether a declarator says pointer or reference.
bool isIndirect(const Syntax &syntax, NodeId declarator);

/// Namespaces, classes, functions and their parameters; queues the bodies.
void readDeclarations(Unit &unit, NodeId root);
void readBody(Unit &unit, const Job &job);

} // namespace clearway::frontend::cpp::syntax
