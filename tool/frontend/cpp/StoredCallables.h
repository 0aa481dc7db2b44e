// Callables that are put somewhere and called from elsewhere: handlers in fields, in maps and vectors of them, in parameters that a setter
// stores, a wrapper hands on or a lambda takes along. What a field of a class may hold is what any object of that class is given, so
// these targets are inferred, never certain.
#pragma once

#include "frontend/cpp/ValueReader.h"

#include <unordered_map>
#include <unordered_set>

namespace clearway::frontend::cpp {

class StoredCallables {
public:
  StoredCallables(link::Program &program, const ClassIndex &classes, const ValueReader &values)
      : program_(program), classes_(classes), values_(values) {}

  /// Adds targets to calls of what is stored, and callables to calls that hand it to somebody. All calls are resolved already.
  void resolve();

private:
  using Targets = std::vector<link::FunctionId>;
  struct Place { // where in the program something that may be a callable is written
    link::FileId file;
    facts::ValueId value;
  };
  struct Way { // what has been looked at for one answer
    std::unordered_set<Name> fields;
    std::unordered_set<uint64_t> parameters;
    Targets found;
    link::FunctionId caller = link::kNone; // who calls it, until the way leaves its function
  };

  // What is put where
  void addFields(link::FileId file);
  void collectCalls();
  void collectStores();
  void collectKept();
  void store(Name field, link::FileId file, facts::ValueId value);
  void storeItems(Name type, link::FileId file, std::span<const facts::Argument> given);
  void keep(link::FileId file, facts::ValueId value);
  bool handsOver(const link::Call &call) const;
  static uint64_t parameterKey(link::FunctionId function, uint32_t index) { return uint64_t{function} << 32 | index; }

  // What a place may hold
  Name fieldOf(link::FileId file, facts::ValueId value, unsigned depth = 0) const;
  Name ownField(const link::Call &call, Name name) const;
  Name memberOf(Name owner, Name field) const;
  void follow(link::FileId file, facts::ValueId value, Way &way, unsigned depth = 0) const;
  void followField(Name field, Way &way, unsigned depth) const;
  void followParameter(link::FunctionId function, uint32_t index, Way &way, unsigned depth) const;

  // What becomes of it
  void resolveCall(link::Call &call);
  void handOn(link::Call &call);
  bool servesEverybody(const link::Call &call, const facts::CallSite &site, const Targets &found) const;
  bool isTakenAlong(link::FunctionId lambda, link::FunctionId owner) const;

  link::Program &program_;
  const ClassIndex &classes_;
  const ValueReader &values_;
  std::unordered_map<Name, std::vector<Place>> stores_;                        // by field
  std::unordered_map<link::FunctionId, std::vector<link::CallId>> callsOf_;    // by the program's function that is called
  std::unordered_set<link::FunctionId> kept_; // lambdas that are stored or run later
  std::unordered_set<uint64_t> keptParameters_;
  std::unordered_set<Name> names_; // of the fields, without their classes
};

} // namespace clearway::frontend::cpp
