#include "analysis/Effects.h"
#include "analysis/ValueTrace.h"

#include <algorithm>

namespace clearway::analysis {

using catalog::EffectKind;
using catalog::Entry;
using facts::CallKind;
using facts::CallSite;
using facts::ResultUse;
using link::Call;
using link::CallId;
using link::Program;

namespace {

/// What functions that are marked as blocking in the source stand for.
const Entry &annotatedEntry() {
  static const Entry entry = [] {
    Entry made;
    made.effect = EffectKind::Wait;
    made.note = Name("it is marked as blocking");
    return made;
  }();
  return entry;
}

bool happensAt(const Program &program, const Call &call, const CallSite &site, const Entry &entry) {
  if (entry.effect == EffectKind::None || entry.suspends)
    return false;
  if (site.kind == CallKind::Attribute && !entry.isProperty)
    return false;
  return takesEffect(program, call, entry);
}

/// What is awaited returns an awaitable, so the asynchronous one of its possible types is meant. Where one of
/// several possible receivers is known not to block (`asyncio.Future | concurrent.futures.Future`), nothing
/// is known.
bool mayBeHarmless(const Call &call, const CallSite &site) {
  if (call.externals.size() == 1 && !(site.flags & facts::CallFlag::Awaited))
    return false;
  return (site.flags & facts::CallFlag::Awaited && site.kind == CallKind::Call) ||
         std::any_of(call.externals.begin(), call.externals.end(), [](const link::External &external) {
           return external.entry && external.entry->effect == EffectKind::None && !external.entry->suspends;
         });
}

/// Rust: methods of iterators that go through all items, or on to the next.
bool usesUp(std::string_view method) {
  constexpr std::string_view kNames[] = {
      "collect",  "count",     "next",   "last",    "nth",         "for_each",   "try_for_each",
      "fold",     "try_fold",  "sum",    "product", "find",        "find_map",   "any",
      "all",      "max",       "min",    "max_by",  "min_by",      "max_by_key", "min_by_key",
      "position", "partition", "reduce", "unzip",   "collect_vec", "sorted",     "join"};
  return std::find(std::begin(kNames), std::end(kNames), method) != std::end(kNames);
}

CallId placeOfIteration(const Program &program, CallId id);

/// Rust: where the iterator is used that a chain of methods makes of a lazy result. The result's own call
/// stands for the chain, unless that is bound to a name and used by a loop elsewhere.
CallId placeOfChain(const Program &program, CallId id) {
  const CallId method = methodOn(program, id);
  if (method == link::kNone)
    return link::kNone;
  const facts::FileFacts &file = program.files[program.calls[method].file];
  if (usesUp(file.values[program.site(method).callee].name.view()))
    return id;
  const CallId place = placeOfIteration(program, method);
  return place == method ? id : place;
}

/// The call at which a lazy result is used: the call itself when it is iterated on the spot or given to
/// something that uses it up, else the loop over the name it was bound to. kNone: nowhere in sight.
CallId placeOfIteration(const Program &program, CallId id) {
  const Call &call = program.calls[id];
  const facts::FileFacts &file = program.files[call.file];
  const CallSite &site = file.calls[call.site];
  if (site.use == ResultUse::Iterated || site.use == ResultUse::Argument || site.kind == CallKind::Iterate)
    return id;
  if (site.use == ResultUse::Receiver && file.language == facts::Language::Rust)
    return placeOfChain(program, id);
  if (site.use != ResultUse::Assigned)
    return link::kNone;
  const link::Function &function = program.functions[call.caller];
  for (uint32_t i = 0; i < function.callCount; ++i) {
    const CallSite &other = program.site(function.firstCall + i);
    bool complete = false;
    if (other.kind != CallKind::Iterate || other.range < site.range)
      continue;
    const auto origins = originsOf(file, other.callee, complete);
    if (std::find(origins.begin(), origins.end(), call.site) != origins.end())
      return function.firstCall + i;
  }
  return link::kNone;
}

class Finder {
public:
  Finder(const Program &program, std::vector<Operation> &out) : program_(program), out_(out) {}

  void visit(CallId id) {
    const Call &call = program_.calls[id];
    const CallSite &site = program_.site(id);
    if (site.flags & facts::CallFlag::NoRunningLoop)
      return;
    if (!addExternal(id, call, site))
      addMarked(id, call, site);
  }

  void visit(const Handoff &handoff) {
    if (handoff.target != link::kNone || handoff.runs->context != catalog::ExecutionContext::EventLoop)
      return;
    const Entry *entry = handoff.external->entry;
    if (!entry || entry->effect == EffectKind::None || entry->suspends)
      return;
    Operation operation = make(handoff.call, *entry, handoff.external->name, handoff.confidence);
    operation.onLoopByCallback = true;
    out_.push_back(operation);
  }

private:
  Operation make(CallId call, const Entry &entry, Name api, link::Confidence confidence) const {
    return {call,
            program_.calls[call].caller,
            &entry,
            api,
            entry.effect,
            entry.weight,
            isBounded(program_, program_.calls[call], entry),
            false,
            confidence};
  }

  bool addExternal(CallId id, const Call &call, const CallSite &site) {
    if (mayBeHarmless(call, site))
      return false;
    for (const link::External &external : call.externals) {
      if (!external.entry || !happensAt(program_, call, site, *external.entry))
        continue;
      const CallId place = external.entry->lazy ? placeOfIteration(program_, id) : id;
      if (place == link::kNone)
        continue;
      out_.push_back(make(place, *external.entry, external.name, external.confidence));
      return true;
    }
    return false;
  }

  /// Functions of the program that the catalogue or a mark in the source says block.
  void addMarked(CallId id, const Call &call, const CallSite &site) {
    for (const link::Target &target : call.targets) {
      const facts::Function &function = program_.facts(target.function);
      const Entry *entry = program_.functions[target.function].entry;
      if (!entry && (function.flags & facts::FunctionFlag::Blocking) && !isAsync(function.kind))
        entry = &annotatedEntry();
      if (!entry || !happensAt(program_, call, site, *entry))
        continue;
      out_.push_back(make(id, *entry, function.qualifiedName, target.confidence));
      return;
    }
  }

  const Program &program_;
  std::vector<Operation> &out_;
};

} // namespace

std::vector<Operation> findOperations(const Program &program, const CallGraph &graph) {
  std::vector<Operation> operations;
  Finder finder(program, operations);
  for (CallId call = 0; call < program.calls.size(); ++call)
    finder.visit(call);
  for (const Handoff &handoff : graph.handoffs())
    finder.visit(handoff);
  // One operation per call: iterating a lazy result may meet an operation that stands there anyway.
  std::stable_sort(operations.begin(), operations.end(),
                   [](const Operation &a, const Operation &b) { return a.call < b.call; });
  operations.erase(std::unique(operations.begin(), operations.end(),
                               [](const Operation &a, const Operation &b) { return a.call == b.call; }),
                   operations.end());
  return operations;
}

} // namespace clearway::analysis
