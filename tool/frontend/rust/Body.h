// Walks the body of one function: records calls, values, suspension points and control flow, and says when each
// binding and each temporary is born, moved and dropped, by the reference's rules for drop scopes, temporary scopes and
// their extension. What a value is (a guard, say) is not known here: every droppable value is an object.
#pragma once

#include "frontend/rust/Flow.h"
#include "frontend/rust/Items.h"
#include "frontend/rust/Unit.h"

#include <optional>

namespace clearway::frontend::rust {

/// What an expression came to.
struct Result {
  facts::ValueId value = 0;
  facts::CallId call = facts::kNone;    // the call whose result it is, if it is one
  bool owned = false;                   // a fresh value that is dropped where it is not moved on
  std::vector<facts::ObjectId> moved;   // objects whose contents it took over
};

class Body {
public:
  Body(Unit &unit, const Job &job);
  /// Walks function items, closures and async blocks.
  void walk();
  /// Function 0: the initializers of statics and constants.
  void walkInitializers();

private:
  /// A breakable loop or labelled block.
  struct Breakable {
    std::string_view label;
    BlockIndex exit = 0, next = facts::kNone; // next: where `continue` goes; kNone for a block
    uint32_t scope = 0;                       // first scope inside
    std::vector<facts::ValueId> values;       // of `break value`
  };
  /// How a value is bound by a pattern.
  struct Binding {
    facts::ValueId declared = 0;
    bool droppable = false;
    uint32_t scope = 0; // the scope that owns the objects
    std::vector<facts::ObjectId> moved;
    facts::CallId call = facts::kNone; // whose result is bound as it stands
  };

  // ---- Body.cpp: the function as a whole, statements
  void parameters(NodeId item);
  void parameter(NodeId pattern, uint32_t position, facts::ValueId declared, bool droppable);
  void adoptCaptures(NodeId node);
  void finish(Result result);
  Result block(NodeId node);
  Result statements(NodeId node);
  /// The statements of a block, in the scope that is open.
  Result sequence(NodeId node);
  bool macroStatement(NodeId expression);
  Result tail(NodeId expression);
  void statement(NodeId expression);
  void let(NodeId node);
  void letElse(NodeId alternative, const Result &initial);
  bool attributedItem(NodeId item, std::span<const NodeId> attributes);
  bool isLast(NodeId child, NodeId end) const;
  bool isLeftOut(std::span<const NodeId> attributes) const;

  // ---- Expressions.cpp
  Result evaluate(NodeId node);
  Result evaluateInner(NodeId node);
  /// The value of a place, or of a temporary made for the expression in temporary scope `scope`.
  facts::ValueId place(NodeId node, std::optional<uint32_t> scope = {});
  facts::ValueId nestedPlace(NodeId node, std::optional<uint32_t> scope);
  /// An initializer: temporaries in extending positions belong to scope `scope`.
  Result extending(NodeId node, uint32_t scope);
  Result name(NodeId node);
  Result literal(NodeId node);

  // ---- Operators.cpp
  Result binary(NodeId node);
  Result assignment(NodeId node);
  Result compoundAssignment(NodeId node);
  Result collection(NodeId node, facts::DisplayKind kind, std::optional<uint32_t> extended = {});
  Result structure(NodeId node, std::optional<uint32_t> extended = {});
  void assignTo(NodeId place, Result &value);
  bool mayBeCallable(facts::ValueId value) const;
  void recordStore(NodeId node, facts::ValueId to, facts::ValueId value);

  // ---- Leaving.cpp
  Result await(NodeId node);
  Result awaitOperand(NodeId operand);
  Result tryOperator(NodeId node);
  Result yield(NodeId node);
  Result returns(NodeId node);
  Result breaks(NodeId node);
  Result continues(NodeId node);
  /// What follows is not reached: everything is dropped.
  void diverge();
  void suspend(NodeId node, facts::SuspensionKind kind, facts::ValueId operand);

  // ---- Calls.cpp
  Result call(NodeId node, bool awaited);
  Result methodCall(NodeId node, NodeId field, NodeId typeArguments, bool awaited);
  Result pathCall(NodeId node, NodeId function, bool awaited);
  std::string_view initializerName(uint32_t local) const;
  bool isUnwrapped(uint32_t local) const;
  bool isOptional(uint32_t local) const;
  bool isCollection(uint32_t local) const;
  bool isEmptyCollection(uint32_t local) const;
  void fillCollections();
  bool takesOut(std::string_view method, NodeId arguments, uint32_t local) const;
  struct Arguments {
    std::vector<facts::Argument> list;
    std::vector<facts::CallId> calls;
    std::vector<facts::ObjectId> moved;
  };
  Arguments arguments(NodeId list, bool awaited, bool stored = false);
  uint32_t unmentioned(NodeId name) const;
  void takeOut(std::string_view function, NodeId first, Arguments &handed, Result &result);
  facts::CallId recordCall(NodeId node, NodeId nameNode, facts::ValueId callee, const Arguments &arguments,
                           bool awaited);
  facts::ValueId callResult(facts::CallId call);

  // ---- Branches.cpp
  struct Scrutinee {
    NodeId pattern = kNoNode;
    facts::ValueId value = 0;
    std::vector<facts::ObjectId> moved; // what a binding of the pattern takes over
  };
  Result ifExpression(NodeId node);
  void condition(NodeId node);
  /// Evaluates the expressions of an `if let` or `while let` condition; the patterns are bound later.
  std::vector<Scrutinee> scrutinees(NodeId condition);
  Scrutinee scrutinee(NodeId pattern, NodeId value);
  void dropEmpty(NodeId pattern, bool matched, const std::vector<facts::ObjectId> &subject);
  struct Try { // a variable whose emptiness a condition tests
    NodeId variable = kNoNode;
    bool emptyIf = true; // what the condition is then
  };
  Try triedBy(NodeId condition);
  void refused(const Try &attempt, bool holds);
  void bindAll(std::vector<Scrutinee> &scrutinees);
  /// A block that is a branch: a temporary scope of its own.
  Result branch(NodeId node);
  Result elseBranch(NodeId node);
  void merge(Result &into, const Result &other);
  NodeId firstPattern(NodeId pattern) const;
  Result match(NodeId node);
  Result matchArm(NodeId arm, const Scrutinee &scrutinee);
  Result whileLoop(NodeId node);
  Result loop(NodeId node);
  Result forLoop(NodeId node);
  facts::LoopId openLoop(NodeId node, facts::LoopKind kind, BlockIndex exit, BlockIndex next);
  Result closeLoop(facts::LoopId outer);
  std::string_view labelOf(NodeId node) const;

  // ---- Patterns.cpp
  void bind(NodeId pattern, facts::ValueId value, Binding &how);
  void bindExpression(NodeId expression, facts::ValueId value, Binding &how);
  void bindTuple(NodeId pattern, facts::ValueId value, Binding &how);
  void bindVariant(NodeId pattern, NodeId type, facts::ValueId value, Binding &how);
  void bindStruct(NodeId pattern, facts::ValueId value, Binding &how);
  facts::ValueId variantField(NodeId type, facts::ValueId value, unsigned position);
  void declare(NodeId name, facts::ValueId value, Binding &how);
  std::vector<facts::ObjectId> movedFrom(facts::ValueId part, const std::vector<facts::ObjectId> &moved) const;
  uint32_t find(Name name) const;
  facts::ObjectId newObject(NodeId at, Name name, facts::ValueId value, facts::ValueId type = 0);

  // ---- Closures.cpp
  Result closure(NodeId node);
  Result asyncBlock(NodeId node, facts::FunctionKind kind);
  facts::FunctionId newLambda(NodeId node, std::string_view name, facts::FunctionKind kind, uint32_t flags);
  std::vector<uint32_t> captured(NodeId node, facts::FunctionId owner) const;
  struct Rebinding;
  Rebinding rebindingAt(NodeId at, NodeId end) const;
  bool mentions(NodeId node, std::string_view name) const;
  bool isBoundWithin(NodeId closure, NodeId use) const;
  void takeCaptures(NodeId node, Result &into) const;

  // ---- Macros.cpp
  Result macro(NodeId node);
  NodeId expanded(NodeId invocation);
  Result givenBy(NodeId body);
  facts::ValueId macroCallee(NodeId node);
  struct MacroArgument {
    uint32_t begin = 0, end = 0; // source range without sigils and names
    NodeId only = kNoNode;       // the token, if it is a single one
    NodeId first = kNoNode;
    bool interesting = false;    // has calls, awaits, closures or macros
  };
  std::vector<MacroArgument> macroArguments(NodeId tokens) const;
  NodeId reparse(uint32_t begin, uint32_t end);
  void mentionTokens(const MacroArgument &argument);
  Result argumentOf(const MacroArgument &argument, bool byReference);
  bool isJson(NodeId tokens, unsigned depth = 0) const;
  Result json(NodeId tokens, bool byReference);
  Result operandMacro(NodeId node, NodeId tokens, std::string_view name);
  void addCaptures(NodeId tokens, Arguments &handed);
  bool isFirstWrite(NodeId tokens);
  facts::ValueId writer(Arguments &handed);
  Result vectorMacro(NodeId node, NodeId tokens);
  Result joinMacro(NodeId node, NodeId tokens, facts::ValueId callee);
  Result streamMacro(NodeId node, NodeId tokens);

  // ---- SelectMacro.cpp
  struct SelectBranch {
    treesitter::ByteRange pattern, future, handler;
    bool blocking = false; // crossbeam's `recv(r) -> message`
  };
  std::vector<SelectBranch> selectBranches(NodeId tokens) const;
  Result selectMacro(NodeId node, NodeId tokens, facts::ValueId callee);
  Result selectHandlers(const std::vector<SelectBranch> &branches, const std::vector<facts::ValueId> &polled);

  // ---- helpers
  void use(const Result &result, facts::ResultUse use);
  void giveAway(Result &result);
  facts::ValueId makeTemporary(NodeId node, Result &result, uint32_t scope);
  uint32_t temporaryScope() const { return temporaryScopes_.back(); }
  uint32_t openTemporaryScope();
  void closeTemporaryScope(const Result &result);
  /// Death of what an awaited call took over, once it has been awaited.
  void dropFutures(size_t from);

  Unit &unit_;
  const Syntax &syntax_;
  Recorder &record_;
  Job job_;
  facts::FunctionId function_;
  facts::ScopeId scope_;
  Flow flow_;
  uint32_t locals_;
  std::vector<uint32_t> temporaryScopes_;
  std::vector<Breakable> breakables_;
  std::vector<facts::ObjectId> futures_; // held by calls that are about to be awaited
  std::vector<facts::ValueId> returned_;
  std::vector<std::string_view> writtenTo_; // by `write!`, as written
  std::vector<std::pair<uint32_t, facts::ValueId>> pushed_; // binding of a collection, what is put into it
  facts::ObjectId lastTemporary_ = facts::kNone;
  uint32_t blockScope_ = 0;
  facts::LoopId loop_ = facts::kNone;
  unsigned depth_ = 0, macroDepth_ = 0, conditional_ = 0;
  facts::ClassId class_ = facts::kNone;
};

} // namespace clearway::frontend::rust
