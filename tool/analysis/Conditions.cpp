#include "analysis/Conditions.h"

#include "analysis/Arguments.h"
#include "analysis/Literals.h"
#include "analysis/ReferenceFields.h"
#include "analysis/SourcePath.h"
#include "analysis/ValueTrace.h"

#include <algorithm>

namespace clearway::analysis {

using catalog::ArgumentRef;
using catalog::Condition;
using catalog::ConditionKind;
using catalog::ConditionRole;
using catalog::ConditionSubject;
using facts::CallSite;
using facts::FileFacts;
using facts::Value;
using facts::ValueKind;
using link::Program;

namespace {

/// Calls `visit` with each of the alternatives "a|b|c" until one returns true.
template <typename Visitor> bool anyAlternative(std::string_view list, const Visitor &visit) {
  for (size_t at = 0; at <= list.size();) {
    const size_t end = std::min(list.find('|', at), list.size());
    if (visit(list.substr(at, end - at)))
      return true;
    at = end + 1;
  }
  return false;
}

bool equals(const FileFacts &file, const facts::Argument &argument, Name value) {
  const std::string_view text = literalText(file, argument.value);
  return !text.empty() &&
         anyAlternative(value.view(), [&](std::string_view one) { return sameLiteral(text, one); });
}

/// Whether a function is the constructor of a class derived from `type`.
bool constructs(const Program &program, link::FunctionId f, Name type) {
  const std::vector<link::External> &bases = program.functions[f].bases;
  const facts::Function &function = program.facts(f);
  const bool isConstructor =
      function.flags & facts::FunctionFlag::Constructor || function.name.view() == "__init__";
  return isConstructor && std::any_of(bases.begin(), bases.end(), [&](const link::External &base) { return base.name == type; });
}

/// `Result<File>` and `Option<File>`: what `?` and unwrap() take out of them.
bool returnsType(const catalog::Entry &entry, Name type) {
  std::string_view text = entry.returns.view();
  if (text == type.view())
    return true;
  for (const std::string_view wrapper : {"std::result::Result<", "std::option::Option<"})
    if (text.starts_with(wrapper) && text.ends_with('>'))
      return text.substr(wrapper.size(), text.size() - wrapper.size() - 1) == type.view();
  return false;
}

/// `open(path).unwrap()`: the value that unwrap() is called on, or 0.
facts::ValueId unwrapped(const FileFacts &file, const CallSite &site) {
  const Value &callee = file.values[site.callee];
  const std::string_view method = callee.name.view();
  const bool unwraps = method == "unwrap" || method == "expect" || method == "ok" || method == "map_err" || method == "context" ||
                       method == "with_context" || method == "lock" || method == "by_ref";
  return file.language == facts::Language::Rust && callee.kind == ValueKind::Attr && unwraps ? callee.a : 0;
}

/// `BufReader::new(file)`: the value that a buffer is made around, or 0.
facts::ValueId wrapped(const FileFacts &file, const CallSite &site, const catalog::Entry *entry) {
  const bool wraps = entry && entry->returns.view().ends_with("<$0>") && site.arguments.count;
  return wraps ? file.arguments[site.arguments.first].value : 0;
}

bool isSmartPointer(std::string_view name) {
  return name == "std::shared_ptr" || name == "std::unique_ptr" || name == "boost::shared_ptr" || name == "boost::intrusive_ptr";
}

/// The names under which a call's result is known as a type: what is constructed, and what its entry returns.
bool hasType(const Program &program, link::FileId file, facts::ValueId value, Name type, unsigned depth = 0) {
  constexpr unsigned kDeepest = 8; // `let file = BufReader::new(file);` may name itself
  const FileFacts &facts = program.files[file];
  if (value >= facts.values.size() || depth > kDeepest)
    return false;
  const Value &v = facts.values[value];
  if (v.name == type)
    return true;
  if (v.kind == ValueKind::Type && isSmartPointer(v.name.view()))
    return std::any_of(facts.operandsOf(v.operands).begin(), facts.operandsOf(v.operands).end(),
                       [&](facts::ValueId pointee) { return hasType(program, file, pointee, type, depth + 1); });
  if (v.kind == ValueKind::Deref)
    return hasType(program, file, v.a, type, depth + 1);
  if (const facts::ValueId declared = v.kind == ValueKind::Variable && v.a < facts.bindings.size() ? facts.bindings[v.a].annotation : 0;
      declared && facts.values[declared].kind == ValueKind::Type && hasType(program, file, declared, type, depth + 1))
    return true;
  if (v.kind == ValueKind::Cast || v.kind == ValueKind::Instance) // known from its declaration
    return (v.b != facts::kNone && hasType(program, file, v.b, type, depth + 1)) ||
           hasType(program, file, v.a, type, depth + 1);
  bool complete = false;
  for (facts::CallId origin : originsOf(facts, value, complete)) {
    const link::Call &maker = program.calls[program.callAt(file, origin)];
    if (const facts::ValueId inner = unwrapped(facts, facts.calls[origin]); inner && hasType(program, file, inner, type, depth + 1))
      return true;
    if (std::any_of(maker.targets.begin(), maker.targets.end(),
                    [&](const link::Target &target) { return constructs(program, target.function, type); }))
      return true;
    for (const link::External &external : maker.externals) {
      if (const facts::ValueId inner = wrapped(facts, facts.calls[origin], external.entry);
          inner && hasType(program, file, inner, type, depth + 1))
        return true;
      if (external.name == type || (external.entry && returnsType(*external.entry, type)))
        return true;
      if (external.entry && std::find(external.entry->bases.begin(), external.entry->bases.end(), type) !=
                                external.entry->bases.end())
        return true;
    }
  }
  return false;
}

/// `flags`, where `int flags = O_RDONLY | O_NONBLOCK;`: what a C++ variable was given; 0 for anything else.
facts::ValueId givenTo(const FileFacts &file, facts::ValueId id) {
  const Value &value = file.values[id];
  const bool isLocal = file.language == facts::Language::Cpp && value.kind == ValueKind::Variable && value.a < file.bindings.size();
  return isLocal ? file.bindings[value.a].value : 0;
}

/// Whether the condition holds for the arguments of `site`, whoever's call that is.
bool holdsAt(const Program &program, link::FileId fileId, const CallSite &site, const Condition &condition) {
  const FileFacts &file = program.files[fileId];
  if (condition.kind == ConditionKind::ArgumentCount)
    return anyAlternative(condition.value.view(),
                          [&, count = std::to_string(positionalCount(file, site))](std::string_view one) { return one == count; });
  const auto index = findArgument(file, site, condition.argument);
  if (condition.kind == ConditionKind::ArgumentAbsent)
    return !index && !mayBeHidden(file, site, condition.argument);
  if (!index)
    return false;
  const facts::Argument &argument = file.argumentsOf(site)[*index];
  switch (condition.kind) {
  case ConditionKind::ArgumentEquals:
    return equals(file, argument, condition.value);
  case ConditionKind::ArgumentDiffers:
    return !equals(file, argument, condition.value);
  case ConditionKind::ArgumentContains:
    return anyAlternative(condition.value.view(), [&](std::string_view one) {
      return mentions(file, argument.value, one) || mentions(file, givenTo(file, argument.value), one);
    });
  case ConditionKind::ArgumentTypeIs:
    return anyAlternative(condition.value.view(), [&](std::string_view one) {
      return hasType(program, fileId, argument.value, Name(one));
    });
  case ConditionKind::ArgumentPresent:
    return true;
  default:
    return false;
  }
}

/// What a call is about: its receiver, or in C what stands first.
facts::ValueId subjectOf(const FileFacts &file, const CallSite &site) {
  const facts::ValueId receiver = receiverOf(file, site);
  if (receiver || file.language != facts::Language::Cpp || !site.arguments.count)
    return receiver;
  return file.argumentsOf(site).front().value;
}

/// "Created with …": every call that may have made the receiver satisfies the condition.
bool holdsForConstruction(const Program &program, const link::Call &call, const Condition &condition) {
  const FileFacts &file = program.files[call.file];
  bool complete = false;
  const auto origins = originsOf(file, subjectOf(file, file.calls[call.site]), complete);
  return !origins.empty() && std::all_of(origins.begin(), origins.end(), [&](facts::CallId origin) {
    return holdsAt(program, call.file, file.calls[origin], condition);
  });
}

/// C++ values come with their types, and with what `*` and `&` do.
facts::ValueId uncast(const FileFacts &file, facts::ValueId id) {
  const auto adds = [](const Value &value) { // `ends[0]` is an end of what pipe2(ends, …) made
    return value.kind == ValueKind::Cast || value.kind == ValueKind::Deref || (value.kind == ValueKind::Element && value.flag);
  };
  while (id < file.values.size() && file.language == facts::Language::Cpp && adds(file.values[id]) && file.values[id].a < file.values.size())
    id = file.values[id].a;
  return id < file.values.size() ? id : 0;
}

/// Whether two expressions are the same path of names ("self.sock"), written in one function or class.
bool samePath(const FileFacts &file, facts::ValueId a, facts::ValueId b) {
  a = uncast(file, a), b = uncast(file, b);
  if (a == b)
    return a != 0;
  const Value &x = file.values[a], &y = file.values[b];
  if (x.kind != y.kind || x.name != y.name)
    return false;
  switch (x.kind) {
  case ValueKind::Attr:
    return samePath(file, x.a, y.a);
  case ValueKind::Ref:
  case ValueKind::Self:
  case ValueKind::Variable:
    return x.a == y.a;
  case ValueKind::Param:
    return x.a == y.a && x.b == y.b;
  case ValueKind::CallResult:
    return x.a == y.a;
  case ValueKind::Symbol:
    return file.language == facts::Language::Cpp;
  default:
    return false;
  }
}

/// The variable that a destructor call ends, by the place of its declaration.
Name destroyedLocal(const FileFacts &file, const CallSite &site) {
  if (site.kind != facts::CallKind::Destroy)
    return {};
  for (const facts::ScopedObject &object : file.objects)
    if (object.function == site.caller && object.range == site.range)
      return object.name;
  return {};
}

bool isLocal(const FileFacts &file, facts::ValueId id, Name name) {
  const Value &value = file.values[uncast(file, id)];
  return name && ((value.kind == ValueKind::Variable && file.bindings[value.a].name == name) ||
                  (value.kind == ValueKind::Param && value.name == name));
}

/// `wait_for`, also where the name comes with the class that declares it.
bool isNamed(const Value &callee, Name method) {
  if (callee.kind != ValueKind::Attr && callee.kind != ValueKind::Symbol)
    return false;
  const std::string_view name = callee.name.view();
  const size_t at = name.rfind("::");
  return (at == name.npos ? name : name.substr(at + 2)) == method.view();
}

/// `socketpair(AF_UNIX, SOCK_STREAM, 0, ends)`, when it is about `ends`.
bool isGiven(const FileFacts &file, const CallSite &site, facts::ValueId subject) {
  const auto given = file.argumentsOf(site);
  return file.language == facts::Language::Cpp && !receiverOf(file, site) &&
         std::any_of(given.begin(), given.end(), [&](const facts::Argument &one) { return samePath(file, one.value, subject); });
}

bool isBefore(const CallSite &asked, const CallSite &site) {
  return asked.caller == site.caller && asked.range < site.range;
}

/// `if self.is_done() { … }`, in Rust, where `is_done` is a method beside.
bool asksByHelper(const Program &program, link::FileId file, const CallSite &site, const CallSite &self, Name method) {
  const FileFacts &facts = program.files[file];
  if (site.arguments.count || !(site.range < self.range))
    return false;
  const auto &targets = program.calls[program.callAt(file, static_cast<facts::CallId>(&site - facts.calls.data()))].targets;
  if (targets.size() != 1 || program.functions[targets.front().function].file != file)
    return false;
  return asksThrough(facts, program.functions[targets.front().function].local, method, site, self);
}

/// `Session session(socket_)`: whoever lends the socket may have called `socket_.non_blocking(true)`.
bool isConfiguredElsewhere(const Program &program, link::FileId fileId, facts::ValueId subject, const Condition &condition) {
  for (const Referent &lent : referentsOf(program, fileId, subject)) {
    const FileFacts &file = program.files[lent.file];
    for (const CallSite &site : file.calls)
      if (isNamed(file.values[site.callee], condition.method) && samePath(file, subjectOf(file, site), lent.value) &&
          holdsAt(program, lent.file, site, condition))
        return true;
  }
  return false;
}

/// "Called setblocking with …": a call of that method on the same receiver anywhere in the file. "Asked done with …": one before
/// this call in its function.
bool holdsForOtherCall(const Program &program, const link::Call &call, const Condition &condition) {
  const FileFacts &file = program.files[call.file];
  const CallSite &self = file.calls[call.site];
  const Name ended = destroyedLocal(file, self);
  const facts::ValueId subject = subjectOf(file, self);
  if (!subject && !ended)
    return false;
  const bool anywhere = condition.subject == ConditionSubject::Configuration;
  const bool isTraced = !anywhere && file.language == facts::Language::Rust;
  if (isTraced && isAskedByName(file, condition.method, self))
    return true;
  if (anywhere && subject && isConfiguredElsewhere(program, call.file, subject, condition))
    return true;
  return std::any_of(file.calls.begin(), file.calls.end(), [&](const CallSite &site) {
    if (!isNamed(file.values[site.callee], condition.method))
      return isTraced && asksByHelper(program, call.file, site, self, condition.method);
    if (isTraced && asksAboutSource(file, site, self) && holdsAt(program, call.file, site, condition))
      return true;
    if (!anywhere && (isTraced || !isBefore(site, self)))
      return false;
    const facts::ValueId other = subjectOf(file, site);
    const bool same = ended ? site.caller == self.caller && isLocal(file, other, ended)
                            : samePath(file, other, subject) || isGiven(file, site, subject);
    return same && holdsAt(program, call.file, site, condition);
  });
}

bool holds(const Program &program, const link::Call &call, const Condition &condition) {
  if (condition.kind == ConditionKind::WouldBlockHandled)
    return program.facts(call.caller).flags & facts::FunctionFlag::HandlesWouldBlock;
  switch (condition.subject) {
  case ConditionSubject::Call:
    return holdsAt(program, call.file, program.files[call.file].calls[call.site], condition);
  case ConditionSubject::Construction:
    return holdsForConstruction(program, call, condition);
  case ConditionSubject::Configuration:
  case ConditionSubject::Question:
    return holdsForOtherCall(program, call, condition);
  }
  return false;
}

} // namespace

facts::ValueId receiverOf(const FileFacts &file, const CallSite &site) {
  const Value &callee = file.values[site.callee];
  const bool isMember = callee.kind == ValueKind::Attr || (callee.kind == ValueKind::Symbol && callee.a < file.values.size());
  return isMember ? callee.a : 0;
}

/// What is awaited is an awaitable: whatever its name suggests, it is not the blocking function of that name.
/// In C++ a call that blocks first may well return something to await.
bool isAwaitedInstead(const Program &program, const link::Call &call) {
  return program.files[call.file].language != facts::Language::Cpp &&
         program.files[call.file].calls[call.site].flags & facts::CallFlag::Awaited;
}

bool takesEffect(const Program &program, const link::Call &call, const catalog::Entry &entry) {
  if (isAwaitedInstead(program, call))
    return false;
  for (const Condition &condition : entry.conditions) {
    if (condition.kind == ConditionKind::RuntimeIs || condition.role == ConditionRole::BoundedIf)
      continue;
    const bool wanted = condition.role == ConditionRole::OnlyIf;
    if (holds(program, call, condition) != wanted)
      return false;
  }
  return true;
}

bool suitsRuntime(const catalog::Entry &entry, Name runtime) {
  return std::all_of(entry.conditions.begin(), entry.conditions.end(), [&](const Condition &condition) {
    if (condition.kind != ConditionKind::RuntimeIs)
      return true;
    const bool same =
        anyAlternative(condition.value.view(), [&](std::string_view one) { return one == runtime.view(); });
    return same == (condition.role == ConditionRole::OnlyIf);
  });
}

bool isBounded(const Program &program, const link::Call &call, const catalog::Entry &entry) {
  return entry.bounded ||
         std::any_of(entry.conditions.begin(), entry.conditions.end(), [&](const Condition &condition) {
           return condition.role == ConditionRole::BoundedIf && holds(program, call, condition);
         });
}

namespace {

/// The first element whose argument `matches` and whose conditions all hold.
template <typename Matches>
const catalog::RunsArgument *firstOf(const Program &program, const link::Call &call, const catalog::Entry &entry,
                                     const Matches &matches) {
  for (const catalog::RunsArgument &runs : entry.runs)
    if (matches(runs.argument) && std::all_of(runs.conditions.begin(), runs.conditions.end(), [&](const Condition &condition) {
          return holds(program, call, condition);
        }))
      return &runs;
  return nullptr;
}

} // namespace

const catalog::RunsArgument *runsArgument(const Program &program, const link::Call &call,
                                          const catalog::Entry &entry, uint32_t argument) {
  const FileFacts &file = program.files[call.file];
  const CallSite &site = file.calls[call.site];
  if (argument >= site.arguments.count) // what the callee calls of its own accord
    return nullptr;
  return firstOf(program, call, entry,
                 [&](const ArgumentRef &ref) { return ref.all || isArgument(file, site, argument, ref); });
}

const catalog::RunsArgument *runsReceiver(const Program &program, const link::Call &call, const catalog::Entry &entry) {
  return firstOf(program, call, entry, [](const ArgumentRef &ref) { return ref.receiver; });
}

const catalog::RunsArgument *runsAwaiter(const Program &program, const link::Call &call, const catalog::Entry &entry) {
  return firstOf(program, call, entry, [](const ArgumentRef &ref) { return ref.keyword.view() == "await"; });
}

} // namespace clearway::analysis
