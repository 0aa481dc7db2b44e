#include "analysis/LockBalance.h"

#include "analysis/FunctionLocks.h"

namespace clearway::analysis {

using link::FunctionId;
using link::Program;

namespace {

bool isConstructor(const facts::Function &function) { return function.flags & facts::FunctionFlag::Constructor; }

bool isDestructor(const facts::Function &function) { return function.name.view().starts_with("~"); }

/// The class of a constructor or a destructor.
Name ownerOf(const Program &program, FunctionId f) {
  const facts::ClassId owner = program.facts(f).enclosingClass;
  return owner == facts::kNone ? Name() : program.fileOf(f).classes[owner].qualifiedName;
}

bool isSure(const link::Call &call) {
  return call.targets.size() == 1 && call.targets.front().confidence != link::Confidence::NameOnly;
}

const Balance *find(const std::unordered_map<FunctionId, Balance> &in, FunctionId f) {
  const auto it = in.find(f);
  return it == in.end() ? nullptr : &it->second;
}

} // namespace

Balances::Balances(const Program &program, const LockClassifier &classifier) : program_(&program) {
  for (FunctionId f = 0; f < program.functions.size(); ++f)
    if (program.facts(f).kind == facts::FunctionKind::Plain && !program.facts(f).name.view().starts_with("__"))
      add(f, classifier);
}

void Balances::add(FunctionId f, const LockClassifier &classifier) {
  const facts::Function &function = program_->facts(f);
  const bool structor = isConstructor(function) || isDestructor(function);
  if (structor && program_->language(f) != facts::Language::Cpp)
    return;
  LockFlow own;
  static const Balances none;
  Balance balance = FunctionLocks(*program_, classifier, none, f, own).balance();
  if (isConstructor(function))
    constructorsOf_[ownerOf(*program_, f)].push_back(f);
  if (isConstructor(function) ? balance.takes.empty() : balance.takes.empty() && balance.gives.empty())
    return;
  if (isDestructor(function) && !balance.gives.empty())
    releasing_.insert(ownerOf(*program_, f));
  (isConstructor(function) ? constructors_ : helpers_).emplace(f, std::move(balance));
}

const Balance *Balances::helper(const link::Call &call) const {
  return isSure(call) ? find(helpers_, call.targets.front().function) : nullptr;
}

const Balance *Balances::guarding(const link::Object &object) const {
  if (constructors_.empty() || object.origin == link::kNone)
    return nullptr;
  for (const link::Target &target : program_->calls[object.origin].targets)
    if (const Balance *made = find(constructors_, target.function);
        made && releasing_.contains(ownerOf(*program_, target.function)))
      return made;
  // Without types a constructor is known by its class alone.
  const Name type = object.types.empty() ? Name() : object.types.front().name;
  const auto all = constructorsOf_.find(type);
  const bool only = type && all != constructorsOf_.end() && all->second.size() == 1 && releasing_.contains(type);
  return only ? find(constructors_, all->second.front()) : nullptr;
}

} // namespace clearway::analysis
