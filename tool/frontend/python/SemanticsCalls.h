// Calls: from what a callee evaluates to, to the functions it may reach and the external names it means.
#pragma once

#include "frontend/python/SemanticsEvaluator.h"
#include "frontend/python/SemanticsPaths.h"
#include "frontend/python/SemanticsUniqueMethods.h"

namespace clearway::python {

/// What something that can be called leads to; each once.
struct Reached {
  std::vector<link::Target> targets;
  std::vector<link::External> externals;

  void add(link::FunctionId function, link::Confidence confidence);
  void add(const link::External &external);
  /// Targets by function, externals by name: the order does not depend on how they were found.
  void sort();
};

class CallResolver {
public:
  CallResolver(link::Program &program, Evaluator &evaluator);

  void resolve(link::CallId call);
  /// What calling a value of this type runs. `dynamic`: overriding methods count for abstract ones.
  void reach(TypeId type, link::Confidence confidence, bool dynamic, const facts::CallSite *site,
             Reached &into);
  Reached reachedBy(link::FileId file, facts::ValueId value, const facts::CallSite *site);

private:
  void resolveCall(link::Call &call, const facts::CallSite &site, Reached &into);
  void resolveAttribute(const link::Call &call, const facts::CallSite &site, Reached &into);
  void resolveProtocol(const link::Call &call, const facts::CallSite &site, Reached &into);
  void reachProtocol(TypeId type, link::Confidence confidence, const facts::CallSite &site, Reached &into);
  void reachIteration(TypeId type, link::Confidence confidence, const facts::CallSite &site, Reached &into);
  void reachMember(TypeId type, std::string_view name, link::Confidence confidence,
                   const facts::CallSite &site, Reached &into);
  void reachFunction(TypeId type, link::Confidence confidence, bool dynamic, const facts::CallSite *site,
                     Reached &into);
  void reachOverriders(link::FunctionId function, TypeId receiver, const facts::CallSite *site,
                       Reached &into);
  void dropPlainTwins(Reached &reached) const;
  bool isSelfCall(const facts::CallSite &site) const;
  bool replacesCaller(ClassId owner) const;
  void reachConstructor(TypeId type, link::Confidence confidence, Reached &into);
  void reachByName(const link::Call &call, const facts::CallSite &site, Reached &into);
  void addExternal(Name name, link::Confidence confidence, Reached &into);
  void fillCallables(link::Call &call, const facts::CallSite &site);
  void fillReceiver(link::Call &call, const facts::CallSite &site);
  bool isForeign(link::FileId file, facts::ValueId value);
  bool isOutside(const Type &type) const;
  bool isKnown(SetId set) const;

  const facts::FileFacts &file(link::FileId id) const { return program_.files[id]; }

  link::Program &program_;
  Evaluator &evaluator_;
  TypeTable &types_;
  LockPaths paths_;
  link::FunctionId caller_ = link::kNone; // of the call that is being resolved
  UniqueMethods uniqueMethods_;
};

} // namespace clearway::python
