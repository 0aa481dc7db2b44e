// What calling a function of the program does to the locks of its caller: helpers like `void take() { mutex.lock(); }`, and classes whose
// constructors take a lock that their destructors give back.
#pragma once

#include "analysis/LockTaking.h"

#include <unordered_map>
#include <unordered_set>

namespace clearway::analysis {

struct Balance {
  struct Taken {
    Taking taking;
    Name lockPath;
  };
  std::vector<Taken> takes; // held at each of its ends, and not through an object of its own
  std::vector<Name> gives;  // released without having been taken
};

class Balances {
public:
  Balances() = default;
  Balances(const link::Program &program, const LockClassifier &classifier);

  /// The helper that a call certainly runs, if that takes or gives back locks; else nullptr.
  const Balance *helper(const link::Call &call) const;
  /// What an object holds from its birth because its constructor took it and its destructor gives it back; else nullptr.
  const Balance *guarding(const link::Object &object) const;

private:
  void add(link::FunctionId f, const LockClassifier &classifier);

  const link::Program *program_ = nullptr;
  std::unordered_map<link::FunctionId, Balance> helpers_; // destructors included
  std::unordered_map<link::FunctionId, Balance> constructors_;
  std::unordered_map<Name, std::vector<link::FunctionId>> constructorsOf_; // by class, whatever they do
  std::unordered_set<Name> releasing_; // classes whose destructors give a lock back
};

} // namespace clearway::analysis
