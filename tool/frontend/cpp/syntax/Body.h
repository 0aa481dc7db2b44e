// Reads one body: expressions become values and calls, statements become control flow.
#pragma once

#include "frontend/cpp/syntax/Unit.h"

namespace clearway::frontend::cpp::syntax {

class Body {
public:
  Body(Unit &unit, const Job &job)
      : unit_(unit), syntax_(unit.syntax), facts_(unit.facts), flow_(unit.flow), job_(job), owner_(job.owner) {}
  void run();

private:
  struct Local {
    Name name;
    facts::ValueId value = 0;
    facts::ValueId type = 0;
    facts::ObjectId object = facts::kNone;
    facts::CallId destroy = facts::kNone;
    uint32_t binding = facts::kNone;
    bool declaredEmpty = false; // `int fd;`
    bool isTimeSpan = false;    // its fields are followed
  };
  /// Locals that calls initialize, and the places where they are declared or assigned: whatever else says their name uses them.
  struct Bound {
    uint32_t binding;
    std::vector<uint32_t> places; // offsets in the source
  };
  struct Target { // where break and continue lead
    facts::BlockId onBreak = facts::kNone, onContinue = facts::kNone;
    size_t locals = 0;
  };

  // Statements (Statements.cpp)
  void statement(NodeId node);
  void statements(NodeId parent);
  void scoped(NodeId node);
  void branch(NodeId node);
  void loop(NodeId node);
  void condition(NodeId node);
  struct Try { // of a lock, whose outcome a condition tests
    facts::CallId call = facts::kNone;     // `mutex.try_lock()`
    facts::ObjectId guard = facts::kNone;  // `guard`, `guard.owns_lock()`
    bool succeededIf = true;               // what the condition is then
  };
  NodeId insideOf(NodeId parentheses) const;
  Try triedBy(NodeId condition);
  bool refuses(const Try &attempt, bool holds) const;
  void refused(const Try &attempt, bool holds);
  void selection(NodeId node);
  void attempt(NodeId node);
  void jump(NodeId node);
  bool isPlainGenerator(const facts::Function &function) const;
  void leaveFunction(NodeId value);
  void memberInitializer(NodeId node);
  bool isBase(std::string_view name) const;
  void die(size_t downTo);
  void leave(size_t mark);
  void unreachable() { flow_.start(flow_.newBlock()); }

  // Declarations of locals (Locals.cpp)
  void addParameters(NodeId list);
  void declaration(NodeId node);
  /// `iterated`: what a range-based for takes its items from.
  void declareLocal(NodeId type, NodeId declarator, NodeId initializer, NodeId whole, facts::ValueId iterated = 0);
  facts::ValueId inferredType(NodeId initializer);
  /// `movedFrom`: the object whose contents it gets, if that is known.
  void addObject(Local &local, facts::ValueId initializer, facts::SourceRange range, bool isParameter,
                 facts::ObjectId movedFrom = facts::kNone);
  bool joinsWhenItDies(facts::ValueId result) const;
  facts::CallId addDestroy(facts::ValueId object, facts::ValueId type, facts::SourceRange range);
  const Local *find(std::string_view name) const;

  // What locals hold (Contents.cpp)
  const Local *holderOf(facts::ObjectId object) const;
  bool bindsTemporaries(NodeId declarator) const;
  facts::ObjectId movedLocal(NodeId given) const;
  bool assign(NodeId node);
  bool isEmpty(NodeId given) const;
  void refill(facts::ObjectId object, facts::ValueId value, facts::ValueId type, NodeId at);
  void noteRefill(NodeId call, facts::ValueId result);
  void noteSwap(NodeId call);

  NodeId onlyCall(NodeId list) const;
  bool isMentioned(const Bound &bound) const;
  void noteMentions();
  /// Made where the local is named, so that a local that never is has no value that refers to it.
  facts::ValueId valueOf(const Local &local);

  // Plain variables (Variables.cpp)
  void changed(NodeId target, facts::ValueId value);
  void stored(facts::ValueId place, facts::ValueId value, NodeId at);
  void fieldInitialized(NodeId target, facts::ValueId value);
  void fieldChanged(NodeId field, facts::ValueId value);
  facts::ValueId timeSpan(NodeId initializer);
  facts::ValueId sizeOf(NodeId node);
  void noteSize(NodeId type, NodeId declarator, Name name);

  // Expressions (Expressions.cpp)
  facts::ValueId expression(NodeId node, facts::ResultUse use);
  facts::ValueId compute(NodeId node, facts::ResultUse use);
  facts::ValueId each(NodeId node, facts::ResultUse use);
  facts::ValueId identifier(NodeId node, bool called);
  facts::ValueId member(NodeId node);
  facts::ValueId call(NodeId node, facts::ResultUse use);
  NodeId castTo(NodeId function) const;
  facts::ValueId disguisedTemplateCall(NodeId node, facts::ResultUse use);
  void addTemplateArguments(NodeId function, std::vector<facts::Argument> &given);
  void makeHeld(NodeId node, NodeId function, const std::vector<facts::Argument> &given);
  facts::ValueId disguisedCall(NodeId node, NodeId function, NodeId given);
  facts::ValueId suspension(NodeId node, facts::SuspensionKind kind, facts::ResultUse use);
  facts::ValueId lambda(NodeId node);
  bool isHandler(facts::ValueId value) const;
  std::vector<facts::Argument> arguments(NodeId list);
  facts::CallId addCall(NodeId node, NodeId nameAt, facts::CallKind kind, facts::ValueId callee,
                        const std::vector<facts::Argument> &arguments, facts::ResultUse use);
  facts::ValueId typed(facts::ValueId value, facts::ValueId type);
  bool hidesMove(NodeId node, NodeId callee) const;

  Unit &unit_;
  Syntax &syntax_;
  facts::FileFacts &facts_;
  facts::FlowBuilder &flow_;
  const Job &job_;
  facts::ClassId owner_;
  facts::LoopId loop_ = facts::kNone;
  uint32_t initializing_ = facts::kNone;
  unsigned depth_ = 0;
  bool coroutine_ = false, suspends_ = false, yields_ = false;
  std::vector<Local> locals_;
  std::vector<Bound> bound_;
  std::vector<std::pair<Name, uint32_t>> sizes_; // of locals of primitive types, in bytes
  bool setAside_ = false; // the declaration at hand is [[maybe_unused]]
  std::vector<Target> targets_;
  std::vector<facts::ValueId> returns_;
};

} // namespace clearway::frontend::cpp::syntax
