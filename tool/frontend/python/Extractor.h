// Turns the syntax tree of one Python file into facts, in one walk: the module's own statements first, then
// the body of each function in the order in which they were met, so that what belongs to one function lies
// together.
#pragma once

#include "facts/Builder.h"
#include "facts/Flow.h"
#include "frontend/python/BodyScan.h"
#include "frontend/python/Jumps.h"
#include "frontend/python/Locals.h"
#include "frontend/python/Syntax.h"

#include <unordered_set>
#include <vector>

namespace clearway::python {

class Extractor {
public:
  Extractor(const SyntaxTree &tree, facts::FileFacts &facts);
  /// `facts` has its path, module and isPackage; everything else is filled in.
  void run();

private:
  // The tree is walked recursively; no source that people write comes near this depth.
  static constexpr unsigned kMaxDepth = 1000;
  // A longer list, tuple or dict is data; its further items are looked through, not kept.
  static constexpr size_t kMaxItems = 256;
  static constexpr size_t kMaxLiteral = 256; // bytes of a string literal that are kept

  // The receiver that a method's body sees under its first parameter's name.
  struct Receiver {
    Name name;
    facts::ClassId owner = kNone;
    bool classItself = false;
  };

  // A function whose body is still to be walked.
  struct Pending {
    NodeId node;
    facts::FunctionId function;
    Receiver receiver; // of the function itself or of the one around it
    bool isMethod;
    uint16_t callFlags;
    bool typeOnly;
  };

  // Where the walk stands.
  struct Context {
    facts::FunctionId function = 0;
    facts::ScopeId scope = 0;
    facts::ClassId owner = kNone; // directly in this class's body
    bool local = false;           // names that are stored become locals
    Receiver receiver;
    facts::LoopId loop = kNone;
    uint16_t callFlags = 0;
    bool conditional = false;
    bool typeOnly = false;
  };

  // ---- functions and classes (Definitions.cpp)
  void module();
  void functionBody(const Pending &pending);
  void bindParameters(const Pending &pending);
  void lambdaOrSuite(NodeId node);
  void finishFunction(const Pending &pending);
  facts::FunctionId newFunction(NodeId node, Name name, uint32_t flags);
  facts::ScopeId newScope(facts::ScopeKind kind, uint32_t index, Name qualifiedName);
  void decorated(NodeId node);
  void function(NodeId node, std::span<const ValueId> decorators);
  void typeParameters(NodeId node, facts::ScopeId scope, std::vector<ValueId> *into);
  void classDefinition(NodeId node, std::span<const ValueId> decorators);
  void bases(NodeId arguments, facts::Class &record);
  void queue(NodeId node, facts::FunctionId id, bool isMethod);
  uint32_t decoratorFlags(std::span<const ValueId> decorators) const;
  bool raisesNotImplemented(NodeId body, bool &empty) const;
  void markAbstract(facts::FunctionId id, NodeId body);
  Name disambiguator(Name qualifiedName);

  // ---- parameters (Parameters.cpp)
  facts::Span parameters(NodeId list, facts::ScopeId scope);
  facts::Parameter parameter(NodeId node);

  // ---- statements (Statements.cpp)
  void suite(NodeId block);
  void statements(NodeId block);
  void statement(NodeId node);
  void simpleStatement(NodeId node, Kind kind);
  void expressionStatement(NodeId node);
  void returnStatement(NodeId node);
  void raiseStatement(NodeId node);
  void assertStatement(NodeId node);
  void deleteStatement(NodeId node);
  void leave(Jump kind);

  // ---- branches and loops (Branches.cpp, Loops.cpp)
  class Arms;
  void ifStatement(NodeId node);
  void arm(Arms &arms, NodeId clause, Field body);
  void condition(NodeId node) { use(value(node), facts::ResultUse::Operand); }
  void whileStatement(NodeId node);
  void forStatement(NodeId node);
  void loopBody(NodeId node, facts::BlockId head, facts::BlockId after, bool infinite);
  void loopElse(NodeId node);
  facts::LoopId newLoop(facts::LoopKind kind, NodeId node, ValueId subject);
  void iterate(NodeId iterated, ValueId operand, bool isAsync);
  void match(NodeId node);
  void caseClause(Arms &arms, NodeId clause, NodeId subject, ValueId matched);
  void bindPattern(NodeId node, ValueId matched);
  void bindClassPattern(NodeId node, ValueId matched);

  // ---- exceptions and with (Exits.cpp)
  void tryStatement(NodeId node);
  void tryBody(NodeId node);
  bool catchesRuntimeError(ValueId exception) const;
  bool exceptClause(Arms &arms, NodeId clause, facts::BlockId dispatch, const FlowState &before, NodeId body,
                    bool asksForLoop);
  void finallyClause(NodeId clause, NodeId tried);
  void with(NodeId node);
  void withItem(NodeId statement, NodeId items, NodeId item, bool isAsync);
  std::pair<NodeId, NodeId> withOperand(NodeId item) const;
  bool swallowsExceptions(ValueId entered) const;
  void exitWith(NodeId item, ValueId operand, facts::ObjectId object, bool isAsync);

  // ---- what conditions tell (Conditions.cpp)
  void narrow(NodeId condition, bool holds);
  void narrowCall(NodeId call, bool holds);
  void narrowComparison(NodeId comparison, bool holds);
  bool isTypeChecking(NodeId condition) const;
  bool isMainGuard(NodeId condition) const;
  bool holdsRunningLoop(ValueId value) const;
  bool mentionsRunningLoop(NodeId test) const;
  bool asksForRunningLoop(facts::CallId first) const;
  Name lastName(ValueId value) const;
  struct Try { // of a lock, whose outcome a condition tests
    facts::CallId call = facts::kNone;
    bool succeededIf = true; // what the condition is then
  };
  Try triedBy(NodeId condition);
  void refused(const Try &attempt, bool holds);

  // ---- stores (Assignments.cpp)
  ValueId assignment(NodeId node);
  ValueId augmentedAssignment(NodeId node);
  void assign(NodeId target, ValueId value, ValueId annotation);
  void assignItems(NodeId target, ValueId value);
  void assignItem(NodeId target, ValueId stored);
  void addStore(NodeId target, ValueId place, ValueId stored);
  void assignAttribute(NodeId target, ValueId value, ValueId annotation);
  uint32_t bind(NodeId name, facts::BindingKind kind, ValueId value, ValueId annotation = 0,
                uint32_t index = kNone);
  uint32_t addBinding(facts::Binding binding);
  facts::ScopeId scopeOfStore(Name name) const;
  facts::ScopeId nonlocalScope(Name name) const;
  void importStatement(NodeId node);
  void importFrom(NodeId node);
  void addImport(facts::Import import, NodeId bound);
  void typeAlias(NodeId node);
  void exportNames(ValueId value);
  void applyExports();

  // ---- expressions (Expressions.cpp, Operators.cpp, Strings.cpp, Comprehensions.cpp)
  ValueId value(NodeId node);
  ValueId expression(NodeId node, Kind kind);
  ValueId compound(NodeId node, Kind kind);
  ValueId load(Name name);
  ValueId attribute(NodeId node, bool callee);
  ValueId subscript(NodeId node);
  ValueId await(NodeId node);
  ValueId yield(NodeId node);
  ValueId lambda(NodeId node);
  ValueId walrus(NodeId node);
  ValueId conditional(NodeId node);
  ValueId booleanOperator(NodeId node);
  NodeId lastOperand(NodeId node) const;
  ValueId binaryOperator(NodeId node);
  ValueId binaryStep(NodeId node, ValueId left);
  ValueId operandsOnly(NodeId node);
  ValueId display(NodeId node, facts::DisplayKind kind);
  ValueId dictionary(NodeId node);
  ValueId pathJoin(NodeId node, ValueId left, ValueId right);
  ValueId string(NodeId node);
  ValueId concatenatedString(NodeId node);
  ValueId comprehension(NodeId node, facts::DisplayKind kind, bool deferred);
  void comprehensionClauses(NodeId node, NodeId clause, bool first, bool deferred,
                            std::vector<ValueId> &items);
  void comprehensionFor(NodeId clause, bool first, bool deferred);
  void comprehensionTarget(NodeId target, ValueId item);
  ValueId tooDeep(NodeId node);

  // ---- calls (Calls.cpp)
  ValueId call(NodeId node);
  ValueId specialCall(NodeId node, NodeId callee, NodeId arguments);
  facts::CallId addCall(facts::CallKind kind, ValueId callee, NodeId range, NodeId name, uint16_t flags = 0);
  facts::Span arguments(NodeId node);
  facts::Argument argument(NodeId node);
  void adoptArguments(facts::CallId outer, facts::CallId mark);
  void adopt(ValueId value, facts::CallId outer, facts::CallId mark);
  void use(ValueId value, facts::ResultUse how);
  void suspend(facts::SuspensionKind kind, ValueId operand, NodeId node);
  NodeId nameOf(NodeId expression) const;

  // ---- types (Annotations.cpp)
  ValueId type(NodeId node);
  ValueId typeArguments(NodeId base, NodeId node, NodeId first);
  ValueId unionType(NodeId node);
  ValueId stringType(NodeId node);
  ValueId dottedName(NodeId node);

  // ---- the file (Extractor.cpp)
  void directives();
  void syntaxErrors();
  void diagnose(facts::DiagnosticLevel level, facts::SourceRange range, std::string_view id,
                std::string_view text);

  facts::Value &valueAt(ValueId id) { return facts_.values[id]; }
  const facts::Value &valueAt(ValueId id) const { return facts_.values[id]; }
  Kind kind(NodeId node) const { return kindOf(tree_, node); }
  NodeId child(NodeId node, Field field) const { return childOf(tree_, node, field); }
  bool hasToken(NodeId node, Kind token) const;
  ValueId makeType(ValueId type) { return builder_.unary(facts::ValueKind::Instance, type); }

  const SyntaxTree &tree_;
  facts::FileFacts &facts_;
  facts::Builder builder_;
  facts::FlowBuilder flow_;
  Jumps jumps_;
  Locals locals_;
  BodyScan scan_;
  Context context_;
  unsigned depth_ = 0;
  unsigned narrowing_ = 0; // nesting of narrow()
  bool saidTooDeep_ = false;

  std::vector<Pending> pending_;
  std::vector<std::pair<Name, ValueId>> comprehensionNames_; // innermost last
  std::vector<ValueId> returns_;                             // of the current function
  std::vector<facts::Argument> argumentStack_;
  std::vector<Name> exported_; // in __all__
  std::unordered_set<Name> importedModules_;
  facts::FlatMap repeats_; // how often a qualified name was defined
};

} // namespace clearway::python
