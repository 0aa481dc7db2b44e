// What values are: names, attributes, calls and annotations evaluated to sets of types, each once. Evaluation
// is demand-driven and sequential, so its results do not depend on who asks first or on the number of
// threads.
#pragma once

#include "frontend/python/SemanticsCallers.h"
#include "frontend/python/SemanticsClasses.h"
#include "frontend/python/SemanticsKnowledge.h"
#include "frontend/python/SemanticsMemo.h"
#include "frontend/python/SemanticsModules.h"
#include "frontend/python/SemanticsScopes.h"
#include "frontend/python/SemanticsStores.h"
#include "frontend/python/SemanticsTypes.h"

namespace clearway::python {

/// What a name refers to before it is evaluated.
struct Referent {
  enum class Kind : uint8_t { Nothing, Group, Module, External } kind = Kind::Nothing;
  GroupId group = facts::kNone;
  ModuleReference module;
  Name name; // External
  bool inferred = false;
};

/// How a function of this program acts as a decorator.
struct DecoratorEffect {
  bool isTransparent = false;             // gives back what it was given
  std::vector<link::FunctionId> wrappers; // or one of these, each of which calls what was given
};

class Evaluator {
public:
  Evaluator(const link::Program &program, const Knowledge &knowledge, const ModuleGraph &modules,
            const SymbolIndex &symbols, const CallerIndex &callers, const StoreIndex &stores);

  /// What an expression evaluates to.
  SetId value(link::FileId file, facts::ValueId id);
  /// What an expression means as an annotation: instances of the types it names.
  SetId declared(link::FileId file, facts::ValueId id);

  SetId member(TypeId type, Name name);
  SetId members(SetId set, Name name);
  SetId called(TypeId callee, link::FileId file, const facts::CallSite &site);
  SetId awaited(SetId set);
  SetId element(SetId set);
  SetId entered(SetId set);
  /// What a function returns (coroutines: once awaited; generators: what they yield).
  SetId returned(link::FunctionId function);
  /// A function as its decorators leave it.
  SetId decorated(link::FunctionId function);
  /// The group that defines `name` in the class or its nearest base of this program; kNone if there is none.
  GroupId definingGroup(ClassId type, Name name);
  /// The method of this name in the class or its nearest base of this program that defines the name.
  link::FunctionId method(ClassId type, Name name);
  /// The method of this name that the class itself defines.
  link::FunctionId ownMethod(ClassId type, Name name) const;
  /// The catalogue's name of a property from outside that reading `name` computes; empty if it is none.
  Name externalPropertyOf(TypeId type, Name name);
  /// Qualified name of a class, function, or the class of an object; empty where there is none.
  Name typeName(TypeId type) const;

  /// Whether a function is made a context manager by contextlib.
  bool isManager(link::FunctionId function);
  /// How a wrapped function is reached: its wrappers and, where the wrapper runs it in its own way, the
  /// function itself.
  bool passesThrough(link::FunctionId wrapper, link::FunctionId wrapped) const;

  Referent referentOf(link::FileId file, facts::ScopeId scope, Name name);
  ClassTable &classes() { return classes_; }
  TypeTable &types() { return types_; }
  const link::Program &program() const { return program_; }
  const Knowledge &knowledge() const { return knowledge_; }
  const SymbolIndex &symbols() const { return symbols_; }

private:
  // Names (SemanticsReferents.cpp)
  Referent moduleMember(link::FileId file, Name name, unsigned depth = 0);
  Referent lazyMember(link::FileId module, Name name);
  Referent tabled(link::FileId module, const facts::Value &entry, Name name);
  Referent starMember(link::FileId file, Name name, unsigned depth);
  Referent imported(link::FileId file, const facts::Import &import);
  Referent importedItem(link::FileId file, const ModuleReference &module, Name item);
  SetId valueOf(const Referent &referent);
  SetId declaredBy(const Referent &referent);
  SetId moduleValue(const ModuleReference &module);
  SetId groupValue(GroupId group);
  SetId groupDeclared(GroupId group);
  SetId computeGroup(GroupId group);
  SetId computeGroupDeclared(GroupId group);
  SetId definitionValue(const Group &group, const Definition &definition);
  SetId annotatedOrAssigned(SetId annotated, SetId assigned);
  bool isBareContainer(TypeId type) const;
  bool isReplaced(const Group &group, std::span<const Definition> all, size_t index) const;

  // Expressions (SemanticsEvaluator.cpp)
  SetId computeValue(link::FileId file, const facts::Value &value);
  SetId literal(const facts::Value &value);
  SetId parameter(link::FunctionId function, uint32_t index);
  SetId join(link::FileId file, const facts::Value &value);
  SetId display(link::FileId file, const facts::Value &value);
  SetId subscript(link::FileId file, const facts::Value &value);
  SetId subscriptOf(TypeId type, link::FileId file, const facts::Value &value);
  SetId itemOfInstance(TypeId type, link::FileId file, const facts::Value &value);
  SetId callResult(link::FileId file, facts::CallId call);

  // Parameters by those who call (SemanticsCallers.cpp)
  SetId given(link::FunctionId function, uint32_t index);
  SetId computeGiven(link::FunctionId function, uint32_t index);
  SetId givenAt(const CallPlace &place, link::FunctionId function, uint32_t index);

  // What is put into objects from outside (SemanticsStores.cpp)
  SetId filled(link::FileId file, facts::ValueId made, SetId empty);
  GroupId groupOf(link::FileId file, facts::ValueId value);
  bool isSameOwner(TypeId a, TypeId b);
  SetId storedIn(TypeId owner, std::span<const Stored> candidates);
  SetId storedMember(TypeId owner, Name name);
  SetId storedItem(TypeId owner, link::FileId file, const facts::Value &subscript);
  SetId delegatedMember(ClassId type, Name name);

  // Annotations (SemanticsAnnotations.cpp)
  SetId computeDeclared(link::FileId file, const facts::Value &value);
  SetId instancesOf(SetId classes);
  SetId declaredApply(link::FileId file, const facts::Value &value);
  SetId declaredForm(std::string_view form, link::FileId file, std::span<const facts::ValueId> arguments);
  SetId declaredEach(link::FileId file, std::span<const facts::ValueId> arguments);
  SetId declaredText(link::FileId file, std::string_view text);
  SetId classesOf(SetId instances);
  SetId generic(Name name, link::FileId file, std::span<const facts::ValueId> arguments);
  SetId dependency(link::FileId file, facts::ValueId value);

  // Attributes (SemanticsMembers.cpp)
  SetId classMember(ClassId type, Name name, TypeId receiver, bool skipOwn);
  SetId instanceMember(TypeId type, Name name);
  SetId bind(SetId members, TypeId receiver);
  SetId externalAncestorMember(ClassId type, Name name, bool skipOwn);
  SetId subclassMember(ClassId type, Name name, TypeId receiver);
  SetId externalMember(Name scope, Name name, bool isInstance);
  SetId externalInstanceMember(TypeId type, Name name);
  link::FunctionId methodIn(GroupId group) const;
  SetId elementOf(TypeId type);
  SetId awaitedOne(TypeId type);
  SetId enteredOne(TypeId type);
  SetId viaMethod(TypeId type, Name method);

  // Calls (SemanticsResults.cpp)
  SetId functionResult(TypeId function);
  SetId wrappedResult(TypeId function, link::FunctionId inner);
  SetId resultOf(link::FunctionId function, TypeId receiver);
  SetId externalResult(Name name, link::FileId file, const facts::CallSite &site);
  SetId entryResult(const catalog::Entry &entry, link::FileId file, const facts::CallSite &site);
  bool isClass(Name name, const catalog::Entry *entry) const;
  TypeId lazy(Name name, const catalog::Entry &entry);
  SetId instanceCalled(TypeId type, link::FileId file, const facts::CallSite &site);
  SetId substitute(SetId set, TypeId receiver);
  TypeId substituteOne(TypeId type, TypeId receiver);
  SetId computeReturned(link::FunctionId function);
  SetId inferredReturn(link::FunctionId function);

  // Library functions whose result depends on their arguments (SemanticsBuiltins.cpp)
  bool builtinResult(Name name, link::FileId file, const facts::CallSite &site, SetId &result);
  bool containerMethod(link::FileId file, const facts::CallSite &site, SetId &result);
  SetId argument(link::FileId file, const facts::CallSite &site, uint32_t position, Name keyword = {});
  SetId resultOfCalling(SetId callee, link::FileId file, const facts::CallSite &site);
  SetId container(std::string_view name, SetId element);
  SetId container(std::string_view name, SetId first, SetId second);

  // Decorators (SemanticsDecorators.cpp)
  SetId computeDecorated(link::FunctionId function);
  SetId applyDecorator(SetId current, link::FunctionId function, SetId decorator);
  SetId applyFunction(SetId current, link::FunctionId decorator);
  const DecoratorEffect &effectOf(link::FunctionId decorator);
  DecoratorEffect computeEffect(link::FunctionId decorator);
  bool callsGiven(link::FunctionId closure) const;
  bool handsOnGiven(link::FunctionId closure) const;
  bool isParameterOf(link::FileId file, facts::ValueId value, link::FunctionId decorator) const;

  const facts::FileFacts &file(link::FileId id) const { return program_.files[id]; }
  const facts::Function &facts(link::FunctionId f) const { return program_.facts(f); }
  link::FileId fileOf(link::FunctionId f) const { return program_.functions[f].file; }
  SetId instance(std::string_view name);

  const link::Program &program_;
  const Knowledge &knowledge_;
  const ModuleGraph &modules_;
  const SymbolIndex &symbols_;
  const CallerIndex &callers_;
  const StoreIndex &stores_;
  TypeTable types_;
  ClassTable classes_;
  Memo memo_;
  MemoTable values_, declarations_, groups_, groupDeclarations_, returned_, decorated_, given_;
  std::vector<uint32_t> valueBase_, parameterBase_;
  std::unordered_map<link::FunctionId, DecoratorEffect> effects_;
  unsigned callsWithin_ = 0; // of resultOfCalling()
};

} // namespace clearway::python
