#include "analysis/PollingLoops.h"

#include "analysis/Conditions.h"
#include "analysis/Literals.h"
#include "facts/Peeled.h"

#include <algorithm>
#include <map>

namespace clearway::analysis {

using facts::CallKind;
using facts::CallSite;
using facts::FileFacts;
using facts::ValueKind;
using link::Call;
using link::CallId;
using link::FunctionId;
using link::Program;

namespace {

std::string_view lastPart(std::string_view name) {
  const size_t at = name.rfind("::");
  return at == name.npos ? name : name.substr(at + 2);
}

bool isAccept(std::string_view name) {
  constexpr std::string_view kNames[] = {"accept", "accept4", "paccept", "WSAAccept", "io_uring_prep_accept", "io_uring_prep_multishot_accept"};
  return std::find(std::begin(kNames), std::end(kNames), lastPart(name)) != std::end(kNames);
}

/// Names that libraries and programs give to what is called for one event.
bool soundsLikeHandler(std::string_view name) {
  constexpr std::string_view kBeginnings[] = {"handle", "Handle", "on", "On", "process", "Process", "dispatch", "Dispatch", "proceed", "Proceed", "fire", "notify"};
  return std::any_of(std::begin(kBeginnings), std::end(kBeginnings), [&](std::string_view one) { return name.starts_with(one); });
}

class Finder {
public:
  explicit Finder(const Program &program) : program_(program) {}

  std::vector<PollingLoop> run() {
    std::map<FunctionId, Waiting> waiting; // functions that wait for others, and are no loops
    for (CallId id = 0; id < program_.calls.size(); ++id)
      if (const link::External *api = pollOf(id))
        consider(id, {api->name, api->entry->runtime ? api->entry->runtime : Name("poll")}, waiting);
    constexpr unsigned kLayers = 2; // `loop()` calls `poller->poll()`, which calls `epoll_wait()`
    for (unsigned layer = 0; layer < kLayers && !waiting.empty(); ++layer) {
      std::map<FunctionId, Waiting> outer;
      for (CallId id = 0; id < program_.calls.size(); ++id)
        for (const link::Target &target : program_.calls[id].targets)
          if (const auto wait = waiting.find(target.function); wait != waiting.end()) {
            consider(id, wait->second, outer);
            break;
          }
      waiting = std::move(outer);
    }
    addTurns();
    std::vector<PollingLoop> found;
    for (auto &[function, loop] : found_)
      found.push_back(std::move(loop));
    return found;
  }

private:
  struct Waiting {
    Name api, runtime;
  };

  const FileFacts &fileOf(CallId id) const { return program_.files[program_.calls[id].file]; }

  /// What the call waits with, if it is for many: one that is written as a single descriptor is not.
  const link::External *pollOf(CallId id) const {
    const Call &call = program_.calls[id];
    const CallSite &site = program_.site(id);
    for (const link::External &external : call.externals) {
      if (!external.entry || !external.entry->polls || !takesEffect(program_, call, *external.entry))
        continue;
      const auto given = fileOf(id).argumentsOf(site);
      const bool isSingle = given.size() > 1 && literalText(fileOf(id), given[1].value) == "1";
      return isSingle ? nullptr : &external;
    }
    return nullptr;
  }

  void consider(CallId wait, const Waiting &how, std::map<FunctionId, Waiting> &waiting) {
    const FunctionId function = program_.calls[wait].caller;
    if (isAsync(program_.facts(function).kind) || program_.facts(function).kind == facts::FunctionKind::Module || found_.contains(function))
      return;
    facts::LoopId around = program_.site(wait).loop;
    for (; around != facts::kNone; around = fileOf(wait).loops[around].parent)
      if (dispatches(wait, around))
        return add(wait, around, how);
    if (dispatches(wait, facts::kNone))
      return add(wait, facts::kNone, how);
    if (!lastPart(how.api.view()).ends_with("select")) // a function around that one waits for a single descriptor, mostly
      waiting.emplace(function, how);
  }

  void add(CallId wait, facts::LoopId around, const Waiting &how) {
    const FunctionId function = program_.calls[wait].caller;
    PollingLoop loop{function, how.api, how.runtime, {}};
    if (around == facts::kNone)
      turns_.push_back({function, how});
    eachCall(function, [&](CallId id) {
      if (id == wait || pollOf(id) || !isInside(id, wait, around))
        loop.outside.push_back(id);
    });
    found_.emplace(function, std::move(loop));
  }

  /// `while (!stop) { oneTurn(); runTimers(); }`, where oneTurn() waits and calls: the rest of that loop waits for those calls, too.
  void addTurns() {
    for (size_t i = 0; i < turns_.size() && i < kMostTurns; ++i) // grows
      for (CallId id = 0; id < program_.calls.size(); ++id) {
        const Call &call = program_.calls[id];
        const bool turns = std::any_of(call.targets.begin(), call.targets.end(), [&](const link::Target &target) { return target.function == turns_[i].function; });
        if (!turns || isAsync(program_.facts(call.caller).kind) || found_.contains(call.caller))
          continue;
        const Waiting how = turns_[i].how;
        if (const facts::LoopId around = program_.site(id).loop; around != facts::kNone)
          add(id, around, how);
        else
          turns_.push_back({call.caller, how});
      }
  }

  template <class Visit> void eachCall(FunctionId function, const Visit &visit) const {
    const link::Function &f = program_.functions[function];
    for (CallId id = f.firstCall; id < f.firstCall + f.callCount; ++id)
      visit(id);
  }

  /// In the loop; where there is none, after the wait.
  bool isInside(CallId id, CallId wait, facts::LoopId around) const {
    if (around == facts::kNone)
      return program_.site(wait).range < program_.site(id).range && program_.site(wait).range.endLine <= program_.site(id).range.beginLine;
    for (facts::LoopId loop = program_.site(id).loop; loop != facts::kNone; loop = fileOf(id).loops[loop].parent)
      if (loop == around)
        return true;
    return false;
  }

  bool dispatches(CallId wait, facts::LoopId around) const {
    bool calls = false, accepts = false;
    eachCall(program_.calls[wait].caller, [&](CallId id) {
      if (id == wait || !isInside(id, wait, around))
        return;
      // Without a loop around the wait the one that goes over what is ready shows what it is about.
      const facts::LoopId loop = program_.site(id).loop;
      calls |= (loop != facts::kNone && callsSomebody(id));
      accepts |= loop != facts::kNone && reachesAccept(id);
    });
    return calls || accepts;
  }

  /// The variable that a path begins with, or what else does.
  const facts::Value &rootOf(const FileFacts &file, facts::ValueId id) const {
    const facts::Value *value = &file.values[id];
    for (unsigned depth = 0; depth < 12 && value->a < file.values.size(); ++depth) {
      if (value->kind != ValueKind::Cast && value->kind != ValueKind::Deref && value->kind != ValueKind::Attr && value->kind != ValueKind::Element)
        break;
      value = &file.values[value->a];
    }
    return *value;
  }

  /// A function value, or a method of what an event leads to: not one of the function's own object.
  bool callsSomebody(CallId id) const {
    const Call &call = program_.calls[id];
    const CallSite &site = program_.site(id);
    const FileFacts &file = program_.files[call.file];
    if (site.kind != CallKind::Call && site.kind != CallKind::Operator)
      return false;
    const facts::Value &callee = file.values[site.callee];
    if (std::any_of(call.targets.begin(), call.targets.end(), [&](const link::Target &target) { return program_.functions[target.function].parent == call.caller; }))
      return false; // a lambda of its own
    if (callee.kind != ValueKind::Symbol && callee.kind != ValueKind::Attr)
      return callee.kind == ValueKind::Variable || callee.kind == ValueKind::Element || callee.kind == ValueKind::Deref || callee.kind == ValueKind::Cast;
    if (callee.a >= file.values.size())
      return false;
    const std::string_view name = lastPart(callee.name.view());
    if (name == "operator()")
      return true;
    const ValueKind root = rootOf(file, callee.a).kind;
    if (root == ValueKind::Self && soundsLikeHandler(name) && facts::peeled(file, callee.a).kind == ValueKind::Attr) // `current_ = channel; current_->handleEvent();`
      return true;
    if (root == ValueKind::Self || root == ValueKind::Param || root == ValueKind::Unknown || root == ValueKind::Symbol)
      return false;
    const bool known = std::any_of(call.externals.begin(), call.externals.end(), [](const link::External &one) { return one.entry; });
    return !known && (soundsLikeHandler(name) || std::any_of(call.targets.begin(), call.targets.end(), [&](const link::Target &target) {
      return program_.facts(target.function).flags & (facts::FunctionFlag::Lambda | facts::FunctionFlag::Virtual);
    }));
  }

  bool isAcceptCall(CallId id) const { // by its own name: the catalogue's is that of a type's method, perhaps
    const FileFacts &file = fileOf(id);
    const facts::Value &callee = file.values[program_.site(id).callee];
    return callee.kind == ValueKind::Symbol && callee.a == facts::kNone && isAccept(callee.name.view());
  }

  bool reachesAccept(CallId id) const {
    if (isAcceptCall(id))
      return true;
    for (const link::Target &target : program_.calls[id].targets) {
      bool found = false;
      eachCall(target.function, [&](CallId inner) { found |= isAcceptCall(inner); });
      if (found)
        return true;
    }
    return false;
  }

  struct Turn { // a function that waits and calls, once
    FunctionId function;
    Waiting how;
  };
  static constexpr size_t kMostTurns = 16;

  const Program &program_;
  std::map<FunctionId, PollingLoop> found_;
  std::vector<Turn> turns_;
};

} // namespace

std::vector<PollingLoop> findPollingLoops(const Program &program) { return Finder(program).run(); }

void leaveOut(const PollingLoop &loop, ThreadHops &hops) {
  for (CallId id : loop.outside)
    hops.offLoopCalls[id] = true;
}

} // namespace clearway::analysis
