// Types of values: from annotations, constructors, fields, declared results, and what the catalogue says calls return.
// Local and forgiving: what cannot be told is unknown. One instance belongs to one thread.
#pragma once

#include "frontend/rust/semantics/ItemIndex.h"
#include "frontend/rust/semantics/Knowledge.h"
#include "frontend/rust/semantics/Members.h"
#include "frontend/rust/semantics/TypeTable.h"

#include <deque>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace clearway::frontend::rust {

/// What a call calls.
struct Callee {
  std::vector<link::FunctionId> functions;
  link::Confidence confidence = link::Confidence::Certain;
  std::vector<Name> externals; // catalogue names, best first
  link::Confidence externalConfidence = link::Confidence::Certain;
  TypeId receiver = kUnknownType;  // the type that has the method, after dereferencing
  TypeId original = kUnknownType;  // the receiver's type as it stands
  Substitution values;             // of the receiver's type parameters
  TypeId constructs = kUnknownType; // a tuple struct or variant
  link::FunctionId parameterOf = link::kNone; // calls a parameter: of this function …
  uint32_t parameter = 0;                     // … at this position
  TypeId callable = kUnknownType;  // calls a value: a closure or function pointer
  std::vector<link::FunctionId> implicit; // runs besides: `Deref` on the way to a method, `Display` of what is written
};

/// For each closure: the call it is an argument of and its position.
using ClosureArguments = std::unordered_map<link::FunctionId, std::pair<link::CallId, uint32_t>>;

/// `T0`, `T1` …: what the catalogue calls the type arguments.
Name placeholder(size_t position);

/// What it has worked out it remembers. Belongs to one thread.
class Inference {
public:
  /// All must outlive it, and be complete before it is asked.
  Inference(const link::Program &program, const Knowledge &knowledge, const ItemIndex &items, const Members &members,
            const ClosureArguments &closureArguments);

  TypeId typeOf(link::FileId file, facts::ValueId value);
  /// A value read as a type.
  TypeId typeNamed(link::FileId file, facts::ValueId value);
  /// Valid as long as this is.
  const Callee &callee(link::FileId file, facts::CallId call);
  Item resolvePath(link::FileId file, facts::ValueId value);
  /// What a path would call.
  Callee calleeOfPath(link::FileId file, facts::ValueId value) { return pathCallee(file, value); }
  /// The method that a value of the type has.
  bool methodOf(TypeId type, Name method, Callee &callee) { return findMethod(type, method, callee); }
  /// What the type parameters of `function`, which the call calls, stand for there.
  Substitution instantiation(link::FunctionId function, const Callee &callee, link::FileId file, const facts::CallSite &site);
  /// The type of the program that has the field, after dereferencing; no name if there is none.
  Name ownerOf(TypeId base, Name field);
  /// Type of an implementation's or trait's `Self`.
  TypeId selfType(link::FileId file, facts::ClassId owner);
  Name qualifiedName(ClassRef of) const;

  TypeTable types;

private:
  struct Field {
    link::FileId file;
    const facts::Binding *binding;
    Substitution values;
  };
  TypeId compute(link::FileId file, facts::ValueId value);
  TypeId typeNamedInner(link::FileId file, facts::ValueId value);
  TypeId typeOfItem(const Item &item, std::vector<TypeId> args);
  TypeId typeOfPath(link::FileId file, facts::ValueId value);
  TypeId typeOfBinding(link::FileId file, uint32_t binding);
  TypeId typeOfParameter(link::FileId file, const facts::Value &value);
  TypeId typeOfCall(link::FileId file, facts::CallId call);
  TypeId typeOfCollect(link::FileId file, const facts::CallSite &site, TypeId expected);
  TypeId collected(TypeId wanted, TypeId item);
  TypeId closureParameter(link::FunctionId closure, uint32_t position);
  TypeId resultOf(link::FunctionId function, const Callee &callee, link::FileId file, const facts::CallSite &site);
  TypeId bodyResult(link::FunctionId function);
  TypeId externalResult(const Callee &callee, link::FileId file, const facts::CallSite &site);
  TypeId callableResult(TypeId callable);
  TypeId unguarded(TypeId type);
  TypeId fieldType(TypeId base, Name name);
  TypeId matched(link::FileId file, const facts::Value &value);
  TypeId partOfVariant(link::FileId file, const facts::Value &pattern, Name name);
  bool isForeignWrapper(const Type &type) const;
  TypeId classField(const Type &type, Name name);
  TypeId dereferenced(TypeId type);
  TypeId awaited(TypeId type);
  TypeId element(TypeId type, uint8_t flag);
  TypeId future(TypeId output);
  TypeId boundType(Name parameter, std::span<const facts::ValueId> bounds, link::FileId file);
  TypeId typeParameter(link::FileId file, uint32_t binding);
  TypeId associatedType(link::FileId file, facts::ValueId path);
  TypeId projected(TypeId owner, Name name, unsigned depth);
  TypeId normalized(TypeId type, unsigned depth);
  TypeId substituted(TypeId type, const Substitution &values);
  Substitution parametersOf(ClassRef of, const std::vector<TypeId> &args);

  /// Where the type of a call's result is said.
  struct Expectation {
    enum Kind : uint8_t { Declared, Argument, Field } kind; // index = a type value; a call; a type value
    uint32_t index = 0, part = 0;                           // part: Argument: its position; Field: its name, a value
  };
  void expect(link::FileId file, facts::ValueId value, Expectation expected);
  void findExpectations(link::FileId file);
  TypeId expectedType(link::FileId file, facts::CallId call);
  TypeId expectationType(link::FileId file, const Expectation &expected);
  void selectFrom(std::vector<link::FunctionId> &functions, TypeId source);
  void addDefaults(TypeId type, std::vector<link::FunctionId> &functions, unsigned depth);
  void convert(link::FileId file, facts::CallId call, Callee &made);
  void addConversion(Name method, TypeId wanted, Callee &made);
  bool doesMuch(link::FunctionId function) const;
  bool formatsMuch();
  void addImplicit(const std::vector<link::FunctionId> &functions, Callee &made) const;
  void addFormatted(link::FileId file, const facts::CallSite &site, Callee &made);
  std::vector<link::FunctionId> formattersOf(TypeId type, std::string_view trait);

  Callee methodCallee(link::FileId file, const facts::CallSite &site, const facts::Value &attribute);
  Callee pathCallee(link::FileId file, facts::ValueId value);
  bool findMethod(TypeId type, Name method, Callee &callee);
  bool findOnNamed(const Type &type, TypeId id, Name method, Callee &callee);
  bool mayBe(TypeId pattern, TypeId actual, unsigned depth) const;
  std::vector<link::FunctionId> blanketMethods(const Type &receiver, Name method);
  bool findOnPointee(const Type &pointer, TypeId id, Name method, Callee &made);
  bool findOnBound(const Type &type, Name method, Callee &callee);
  void bindSelf(TypeId receiver, Callee &callee);
  bool fitsTrait(link::FileId file, const facts::CallSite &site, Name trait, Name method, TypeId receiver);
  bool importedTraitMethod(link::FileId file, const facts::CallSite &site, Name method, Callee &callee);
  bool associated(TypeId owner, Name name, Callee &callee);
  std::vector<facts::ValueId> segments(link::FileId file, facts::ValueId value) const;

  const link::Program &program_;
  const Knowledge &knowledge_;
  const ItemIndex &items_;
  const Members &members_;
  std::unordered_set<Name> known_; // last names of the catalogue's entries
  const ClosureArguments &closureArguments_;
  // By file, then by value or call; a file's table is made when something in it is asked for.
  using Table = std::vector<std::vector<uint32_t>>;
  static constexpr uint32_t kNotAsked = UINT32_MAX;
  static uint32_t &slot(Table &table, link::FileId file, size_t size, uint32_t index);
  Table values_, named_, callees_;
  std::deque<Callee> made_;
  std::unordered_map<link::FunctionId, TypeId> bodies_;
  std::unordered_map<link::FileId, std::unordered_map<facts::CallId, Expectation>> expectations_; // of conversions
  unsigned depth_ = 0;
  std::optional<bool> formatsMuch_; // whether some `fmt` of the program does more than write
};

} // namespace clearway::frontend::rust
