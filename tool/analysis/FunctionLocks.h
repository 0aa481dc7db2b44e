// Lock flow of one function: forward dataflow of held guards over its control flow.
#pragma once

#include "analysis/LockBalance.h"
#include "analysis/LockState.h"

#include <optional>

namespace clearway::analysis {

class FunctionLocks {
public:
  /// Results are added to `out`.
  FunctionLocks(const link::Program &program, const LockClassifier &classifier, const Balances &balances, link::FunctionId f,
                LockFlow &out, unsigned depth = 0)
      : program_(program), classifier_(classifier), balances_(balances), f_(f), file_(program.fileOf(f)), out_(out),
        fileId_(program.functions[f].file), depth_(depth) {}

  void run();
  /// What the function leaves taken, and gives back: by its own calls alone, not through further helpers.
  Balance balance();

private:
  const facts::Function &function() const { return program_.facts(f_); }

  // What takes locks
  bool mayAcquire() const;
  bool releasesAny() const;
  void findAcquisitions();
  void addBirth(link::ObjectId id);
  void addAcquire(link::CallId id);
  uint32_t add(const Taking &taking, link::ObjectId object, link::CallId call, Name path, const facts::SourceRange &at);
  bool isGiven(Name path) const;

  // Flow
  void solve();
  bool flowOut(uint32_t firstBlock, uint32_t b);
  std::optional<LockState> stateAtEnds() const;
  void step(LockState &state, const facts::Event &event) const;
  void born(LockState &state, link::ObjectId object) const;
  void take(LockState &state, uint32_t acquisition) const;
  void drop(LockState &state, link::ObjectId object) const;
  void dropNamed(LockState &state, Name name) const;
  void move(LockState &state, link::ObjectId from, link::ObjectId to) const;
  void call(LockState &state, link::CallId id) const;
  void refuse(LockState &state, const facts::Event &event) const;
  void release(LockState &state, Name path) const;
  bool consumesReceiver(const link::Call &call) const;

  // What happens while they are held
  void record();
  void recordSuspension(const LockState &state, facts::SuspensionId suspension);
  void recordCall(const LockState &before, const LockState &after, link::CallId id);
  bool isGivenAway(link::ObjectId holder, const facts::Suspension &suspension) const;
  bool letsGo(link::FunctionId callee) const;
  bool mayHaveFailed(const HeldAt::Guard &guard) const;
  LockState once(const LockState &state) const;

  const link::Program &program_;
  const LockClassifier &classifier_;
  const Balances &balances_;
  const link::FunctionId f_;
  const facts::FileFacts &file_;
  LockFlow &out_;
  const link::FileId fileId_;
  const unsigned depth_; // of coroutines that are looked into for what they do with a guard
  std::unordered_map<link::ObjectId, uint32_t> byObject_;
  std::unordered_map<link::CallId, std::vector<uint32_t>> byCall_;
  std::vector<uint32_t> adopting_;     // acquisitions by guards of what is locked before
  std::vector<Name> *gives_ = nullptr; // where releases of what is not held are noted
  std::vector<LockState> states_;
  std::vector<bool> reached_;
  std::vector<bool> changed_; // its successors have not seen its state yet
};

} // namespace clearway::analysis
