// Linking of C++. Clang has resolved what a unit can see; what is left is to meet across units: definitions by their
// USR, overriders of virtual functions, and the catalogue's names for what lies outside. Facts of the syntactic front
// end, which have no USRs, join by qualified name.
#include "frontend/cpp/Awaitables.h"
#include "frontend/cpp/ClassIndex.h"
#include "frontend/cpp/FunctionIndex.h"
#include "frontend/cpp/Naming.h"
#include "frontend/cpp/Objects.h"
#include "frontend/cpp/OpenedNamespaces.h"
#include "frontend/cpp/QtSignals.h"
#include "frontend/cpp/Spelling.h"
#include "frontend/cpp/StoredCallables.h"
#include "frontend/cpp/SyncWaits.h"
#include "frontend/cpp/ValueReader.h"
#include "link/Semantics.h"

#include <algorithm>

namespace clearway::frontend::cpp {
namespace {

using link::Confidence;
using link::External;

class Resolver {
public:
  Resolver(link::Program &program, const catalog::Catalog &catalog)
      : program_(program), catalog_(catalog), spelling_(program, catalog), classes_(program, catalog, spelling_),
        functions_(program), values_(program, catalog, functions_, classes_, spelling_),
        awaitables_(program, catalog, functions_, classes_, spelling_), signals_(program, catalog, functions_, classes_, values_) {}

  void run() {
    for (link::FunctionId f = 0; f < program_.functions.size(); ++f)
      if (program_.language(f) == facts::Language::Cpp)
        resolveFunction(f);
    for (link::CallId c = 0; c < program_.calls.size(); ++c)
      if (isCpp(program_.calls[c].file))
        resolveCall(c);
    StoredCallables(program_, classes_, values_).resolve();
    const Objects objects(program_, catalog_, spelling_, classes_, values_);
    for (link::Object &object : program_.objects)
      if (isCpp(object.file))
        objects.resolve(object);
  }

private:
  bool isCpp(link::FileId file) const { return program_.files[file].language == facts::Language::Cpp; }
  External external(Name name, Confidence confidence = Confidence::Certain) const {
    return {asWritten(name), catalog_.find(facts::Language::Cpp, name), confidence};
  }

  void resolveFunction(link::FunctionId f);
  void resolveCall(link::CallId c);
  void addSymbolTargets(link::Call &call, const facts::FileFacts &file, const facts::Value &symbol);
  void addMarks(link::Call &call, const facts::FileFacts &file, const facts::Value &symbol);
  void addAwaitable(link::Call &call, const facts::CallSite &site);
  void addSyncWait(link::Call &call, const facts::FileFacts &file, const facts::CallSite &site);
  size_t positional(const link::Call &call) const;
  bool accepts(link::FunctionId target, const link::Call &call) const;
  void keepNearest(link::Call &call) const;
  void addMemberExternals(link::Call &call, Name type, Name member);
  bool hasMember(Name owner, Name name) const;
  Name memberOrGlobal(Name owner, Name name) const;
  void addApproximateTargets(link::Call &call, const facts::FileFacts &file, const facts::CallSite &site);
  void addLockArguments(link::Call &call, const facts::FileFacts &file, const facts::CallSite &site);
  void addConstructors(link::Call &call, Name type, const facts::CallSite &site);
  void addMember(link::Call &call, const facts::CallSite &site);
  void addOverriders(link::Call &call, Name method);
  void addArgumentTypes(const link::Call &call, const facts::CallSite &site);
  void addCallables(link::Call &call, const facts::FileFacts &file, const facts::CallSite &site);

  link::Program &program_;
  const catalog::Catalog &catalog_;
  Spelling spelling_;
  ClassIndex classes_;
  FunctionIndex functions_;
  ValueReader values_;
  Awaitables awaitables_;
  QtSignals signals_;
};

void Resolver::resolveFunction(link::FunctionId f) {
  link::Function &function = program_.functions[f];
  const facts::FileFacts &file = program_.fileOf(f);
  const facts::Function &fact = file.functions[function.local];
  // `Lazy<bool> connect(uri u) { co_return …; }`, whose class a macro hid, is not the C library's.
  const bool isMember = fact.kind == facts::FunctionKind::Coroutine && spelling_.isApproximate(function.file);
  if (!isMember)
    function.entry = catalog_.find(facts::Language::Cpp, fact.qualifiedName);
  for (facts::ValueId mark : file.operandsOf(fact.decorators))
    function.decorators.push_back(external(file.values[mark].name));
  if (fact.enclosingClass != facts::kNone && !(fact.flags & facts::FunctionFlag::Lambda))
    for (Name base : classes_.ancestors(file.classes[fact.enclosingClass].qualifiedName))
      if (External found = external(isCallbackService(base) ? Name("grpc::CallbackService") : base); found.entry || catalog_.knowsPrefix(facts::Language::Cpp, base))
        function.bases.push_back(found);
  for (facts::ValueId overridden : file.operandsOf(fact.overrides))
    for (link::FunctionId base : functions_.byKey(values_.key(file, file.values[overridden]))) {
      function.overrides.push_back(base);
      program_.functions[base].overriders.push_back(f);
    }
  for (facts::ValueId returned : file.operandsOf(fact.returns))
    values_.callables(function.file, returned, function.returnsCallable);
}

void Resolver::addMemberExternals(link::Call &call, Name type, Name member) {
  const catalog::Entry *entry = catalog_.findMember(facts::Language::Cpp, type, member);
  Name owner = type;
  for (Name base : classes_.ancestors(type)) {
    if (entry)
      break;
    owner = base;
    entry = catalog_.findMember(facts::Language::Cpp, base, member);
  }
  if (const Name mark = entry ? Name() : classes_.functionMark(type, member))
    entry = catalog_.find(facts::Language::Cpp, mark), owner = type;
  if (const Name stub("grpc::Stub"); !entry && isStubMethod(type, member)) // which `protoc` writes when the program is built
    entry = catalog_.find(facts::Language::Cpp, Name("grpc::Stub::" + std::string(member.view()))), owner = stub;
  if (entry)
    call.externals.push_back({asWritten(Name(std::string(owner.view()) + "::" + std::string(member.view()))), entry,
                              Confidence::Certain});
}

/// What a template is given besides is no argument of the function's.
size_t Resolver::positional(const link::Call &call) const {
  const facts::FileFacts &file = program_.files[call.file];
  const auto given = file.argumentsOf(file.calls[call.site]);
  return static_cast<size_t>(std::count_if(given.begin(), given.end(), [](const facts::Argument &one) { return !one.keyword; }));
}

bool Resolver::accepts(link::FunctionId target, const link::Call &call) const {
  const auto parameters = program_.fileOf(target).parametersOf(program_.facts(target));
  return positional(call) <= parameters.size() ||
         std::any_of(parameters.begin(), parameters.end(), [](const facts::Parameter &p) { return p.variadic != 0; });
}

/// Several programs of one repository, its examples say, may each have a `session()`: a call means the one of its own.
void Resolver::keepNearest(link::Call &call) const {
  std::vector<link::Target> &targets = call.targets;
  // Two plugins may each have a class of the same name: a call means the one of its own file.
  const std::vector<link::Target> all = targets.size() > 1 ? targets : std::vector<link::Target>();
  std::erase_if(targets, [&](const link::Target &target) {
    return program_.functions[target.function].file != call.file &&
           std::any_of(all.begin(), all.end(), [&](const link::Target &own) {
             return program_.functions[own.function].file == call.file &&
                    program_.facts(own.function).qualifiedName == program_.facts(target.function).qualifiedName;
           });
  });
  const bool members = std::any_of(targets.begin(), targets.end(), [&](const link::Target &target) {
    return program_.facts(target.function).enclosingClass != facts::kNone;
  });
  if (targets.size() < 2 || members)
    return;
  const std::string_view here = program_.files[call.file].path;
  const auto near = [&](const link::Target &target) { return nearness(here, program_.fileOf(target.function).path); };
  size_t nearest = 0;
  for (const link::Target &target : targets)
    nearest = std::max(nearest, near(target));
  std::erase_if(targets, [&](const link::Target &target) { return near(target) < nearest; });
}

void Resolver::addSymbolTargets(link::Call &call, const facts::FileFacts &file, const facts::Value &symbol) {
  for (link::FunctionId target : functions_.byKey(values_.key(file, symbol)))
    call.targets.push_back({target, Confidence::Certain});
  if (call.targets.empty()) // what only the syntactic front end read has no USR
    for (link::FunctionId target : functions_.byKey(symbol.name))
      if (program_.facts(target).flags & facts::FunctionFlag::Approximate && accepts(target, call))
        call.targets.push_back({target, Confidence::Inferred});
  keepNearest(call);
  const bool isVirtual = !call.targets.empty() &&
                         program_.facts(call.targets.front().function).flags & facts::FunctionFlag::Virtual;
  if (isVirtual || functions_.isOverridden(values_.key(file, symbol)))
    for (link::FunctionId overrider : functions_.overridersOf(values_.key(file, symbol)))
      call.targets.push_back({overrider, Confidence::Inferred});
  // What the receiver's static type knows of the member comes before where the member happens to be declared.
  if (call.receiverType)
    addMemberExternals(call, call.receiverType, lastComponent(symbol.name));
  if (call.externals.empty() || !call.externals.front().entry)
    if (External declared = external(symbol.name); declared.entry || call.targets.empty())
      call.externals.push_back(declared);
  addMarks(call, file, symbol);
}

/// What a function's attributes and the type of its result say is said of the function. Where two keys say that it must be
/// awaited the first counts: the type's own name, before what clang saw of its coroutine.
void Resolver::addMarks(link::Call &call, const facts::FileFacts &file, const facts::Value &symbol) {
  bool suspends = false;
  for (facts::ValueId key : file.operandsOf(symbol.operands).subspan(std::min<size_t>(1, symbol.operands.count))) {
    const catalog::Entry *mark = catalog_.find(facts::Language::Cpp, file.values[key].name);
    if (!mark || (mark->isType && !mark->suspends) || (mark->suspends && suspends))
      continue;
    suspends |= mark->suspends;
    call.externals.push_back({symbol.name, mark, Confidence::Certain});
  }
}

bool Resolver::hasMember(Name owner, Name name) const {
  return classes_.declares(owner, name) ||
         !functions_.byKey(Name(std::string(owner.view()) + "::" + std::string(name.view()))).empty();
}

/// `send(x)` inside a class is its own or an inherited member before it is the function of the C library. With a base
/// class, or the whole class, out of sight nobody can tell.
Name Resolver::memberOrGlobal(Name owner, Name name) const {
  if (!classes_.isDefined(owner)) {
    const catalog::Entry *entry = catalog_.find(facts::Language::Cpp, name);
    const bool isTheLibrarys = entry && !entry->isType && !isCommonVerb(name.view()) && !hasMember(owner, name);
    return isTheLibrarys ? name : Name();
  }
  for (Name base : classes_.ancestors(owner)) {
    const Name inherited(std::string(base.view()) + "::" + std::string(name.view()));
    if (!functions_.byKey(inherited).empty())
      return inherited;
  }
  return classes_.declares(owner, name) ? Name() : name;
}

/// Without types: a name that the place can see, or a member of the receiver's declared class. Overloads that take
/// fewer arguments than are given are none.
void Resolver::addApproximateTargets(link::Call &call, const facts::FileFacts &file, const facts::CallSite &site) {
  const facts::Value &callee = file.values[site.callee];
  Name name;
  if (callee.kind == facts::ValueKind::Symbol)
    name = spelling_.function(call.file, callee.name, file.functions[site.caller].qualifiedName);
  else if (callee.kind == facts::ValueKind::Attr && site.kind == facts::CallKind::Construct) // `: member_(n)`
    return addMember(call, site);
  else if (callee.kind == facts::ValueKind::Attr && call.receiverType)
    name = Name(std::string(call.receiverType.view()) + "::" + std::string(callee.name.view()));
  else if (callee.kind != facts::ValueKind::Attr)
    return values_.callables(call.file, site.callee, call.targets);
  const facts::ClassId owner = file.functions[site.caller].enclosingClass;
  const bool unqualified = callee.kind == facts::ValueKind::Symbol && callee.name.view().find("::") == std::string_view::npos;
  if (owner != facts::kNone && unqualified && name.view().find("::") == std::string_view::npos) {
    name = memberOrGlobal(file.classes[owner].qualifiedName, name);
    if (!name) // `create_wall_timer(…)` of a library's class that is the base
      addMemberExternals(call, file.classes[owner].qualifiedName, callee.name);
  }
  // `size_t read(…) { return ::read(fd_, …); }`: whether a wrapper's descriptor blocks is settled elsewhere.
  if (!name || (owner != facts::kNone && callee.name.view().starts_with("::") &&
                hasMember(file.classes[owner].qualifiedName, name)))
    return;
  if (site.kind != facts::CallKind::Construct) // a function of the class's name is another program's
    for (link::FunctionId target : functions_.byKey(name))
      if (accepts(target, call))
        call.targets.push_back({target, Confidence::Inferred});
  if (call.targets.empty() && callee.kind == facts::ValueKind::Symbol && site.kind != facts::CallKind::Destroy)
    addConstructors(call, name, site);
  keepNearest(call);
  if (callee.kind == facts::ValueKind::Attr)
    addOverriders(call, callee.name);
  // `using namespace` brings `timers::select(int)` beside the C library's, which this call means.
  if (call.targets.empty() && functions_.isDefined(name) && callee.name.view().find("::") == std::string_view::npos)
    name = callee.name;
  // What `co_await connect(u)` and `sleep(1s).get()` call returns an object: not the C library's function.
  const bool returnsObject = site.flags & facts::CallFlag::Awaited || site.use == facts::ResultUse::Receiver;
  const catalog::Entry *known = catalog_.find(facts::Language::Cpp, name);
  const bool cannotBeGlobal = returnsObject && name.view().find("::") == std::string_view::npos && !(known && known->returns);
  if (callee.kind == facts::ValueKind::Symbol && !cannotBeGlobal)
    if (External declared = external(name); declared.entry || call.targets.empty())
      call.externals.push_back(declared);
}

/// Without types: the constructors that may be meant. Who is given an object of the same class copies or moves it.
void Resolver::addConstructors(link::Call &call, Name type, const facts::CallSite &site) {
  const Name given = site.arguments.count == 1 ? values_.objectType(call.file, program_.files[call.file].arguments[site.arguments.first].value) : Name();
  const std::vector<Name> &derived = classes_.derived(type);
  if (given && (given == type || std::find(derived.begin(), derived.end(), given) != derived.end()))
    return;
  for (link::FunctionId target : functions_.constructors(type, site.arguments.count))
    call.targets.push_back({target, Confidence::Inferred});
}

/// Without types: the member that a constructor's list of initializers makes.
void Resolver::addMember(link::Call &call, const facts::CallSite &site) {
  const Name member = program_.files[call.file].values[site.callee].name;
  for (const FieldType &field : classes_.fields(call.receiverType))
    if (field.name == member && !field.isIndirect) {
      addConstructors(call, field.type, site);
      if (External made = external(field.type); made.entry && made.entry->isType)
        call.externals.push_back(made);
    }
}

/// Without types: a method that is only declared, or said to be virtual, may be that of any class derived from its own.
void Resolver::addOverriders(link::Call &call, Name method) {
  const bool isVirtual = call.targets.empty() ? classes_.declares(call.receiverType, method)
                                              : program_.facts(call.targets.front().function).flags & facts::FunctionFlag::Virtual;
  if (!isVirtual)
    return;
  for (Name derived : classes_.derived(call.receiverType))
    for (link::FunctionId target : functions_.byKey(Name(std::string(derived.view()) + "::" + std::string(method.view()))))
      if (accepts(target, call))
        call.targets.push_back({target, Confidence::Inferred});
}

/// Without types: all functions that may be meant return an awaitable.
void Resolver::addAwaitable(link::Call &call, const facts::CallSite &site) {
  if (call.targets.empty() || site.kind != facts::CallKind::Call)
    return;
  const catalog::Entry *first = awaitables_.resultOf(call.targets.front().function);
  for (const link::Target &target : call.targets)
    if (awaitables_.resultOf(target.function) != first)
      return;
  if (first)
    call.externals.push_back({program_.facts(call.targets.front().function).qualifiedName, first, Confidence::Inferred});
}

/// `task::syncWait(work())`, which no catalogue knows: it is a function of the program, or of a library that is not at hand.
void Resolver::addSyncWait(link::Call &call, const facts::FileFacts &file, const facts::CallSite &site) {
  const facts::Value &callee = file.values[site.callee];
  const bool known = std::any_of(call.externals.begin(), call.externals.end(), [](const External &external) { return external.entry; });
  if (known || callee.kind != facts::ValueKind::Symbol || site.flags & facts::CallFlag::Awaited || !isSyncWait(callee.name.view()) ||
      !site.arguments.count)
    return;
  const facts::CallId given = values_.originCall(call.file, file.arguments[site.arguments.first].value);
  if (given == facts::kNone)
    return;
  const link::Call &made = program_.calls[program_.callAt(call.file, given)];
  if (std::any_of(made.targets.begin(), made.targets.end(), [&](const link::Target &target) { return program_.facts(target.function).kind == facts::FunctionKind::Coroutine; }))
    call.externals.push_back({callee.name, catalog_.find(facts::Language::Cpp, Name("coroutine::sync_wait")), Confidence::Inferred});
}

void Resolver::resolveCall(link::CallId c) {
  link::Call &call = program_.calls[c];
  const facts::FileFacts &file = program_.files[call.file];
  const facts::CallSite &site = file.calls[call.site];
  const facts::Value &callee = file.values[site.callee];
  const facts::ValueId receiver =
      callee.kind == facts::ValueKind::Symbol || callee.kind == facts::ValueKind::Attr ? callee.a : facts::kNone;
  if (receiver != facts::kNone) {
    call.receiverType = values_.typeName(call.file, receiver);
    call.lockPath = values_.path(call.file, receiver);
  }
  if (spelling_.isApproximate(call.file))
    addApproximateTargets(call, file, site);
  else if (callee.kind == facts::ValueKind::Symbol)
    addSymbolTargets(call, file, callee);
  else
    values_.callables(call.file, site.callee, call.targets);
  if (callee.kind == facts::ValueKind::Attr && call.receiverType)
    addMemberExternals(call, call.receiverType, callee.name);
  if (callee.kind == facts::ValueKind::CallResult) // `CROW_ROUTE(app, "/")([] { … })`
    if (const Name made = values_.typeName(call.file, site.callee))
      addMemberExternals(call, made, Name("operator()"));
  if (spelling_.isApproximate(call.file))
    addAwaitable(call, site);
  addSyncWait(call, file, site);
  signals_.resolve(call);
  // The future of std::async joins its thread when it dies; any other future does not.
  if (site.kind == facts::CallKind::Destroy)
    if (const Name origin = values_.originName(call.file, receiver); origin.view() == "std::async")
      call.externals.insert(call.externals.begin(), external(Name("std::async::~future")));
  if (!call.lockPath && !call.externals.empty())
    addLockArguments(call, file, site);
  addCallables(call, file, site);
  if (spelling_.isApproximate(call.file))
    addArgumentTypes(call, site);
}

/// `asio::post(pool_, …)`: conditions of the catalogue ask for types, and fields may be declared in another file.
void Resolver::addArgumentTypes(const link::Call &call, const facts::CallSite &site) {
  const bool isAsked = std::any_of(call.externals.begin(), call.externals.end(), [](const External &external) {
    return external.entry && !(external.entry->runs.empty() && external.entry->conditions.empty());
  });
  facts::FileFacts &file = program_.files[call.file];
  for (uint32_t i = site.arguments.first; isAsked && i < site.arguments.first + site.arguments.count; ++i)
    if (const Name type = values_.objectType(call.file, file.arguments[i].value)) {
      const auto known = static_cast<facts::ValueId>(file.values.size());
      const facts::ValueId given = file.arguments[i].value;
      file.values.push_back({.kind = facts::ValueKind::Type, .name = type});
      file.values.push_back({.kind = facts::ValueKind::Cast, .name = file.values[given].name, .a = given, .b = known});
      file.arguments[i].value = known + 1;
    }
}

void Resolver::addCallables(link::Call &call, const facts::FileFacts &file, const facts::CallSite &site) {
  for (uint32_t i = 0; i < site.arguments.count; ++i) {
    link::CallableArgument made{.argument = i};
    values_.callables(call.file, file.arguments[site.arguments.first + i].value, made.targets);
    const Name name = values_.symbolName(call.file, file.arguments[site.arguments.first + i].value);
    if (made.targets.empty() && name && catalog_.find(facts::Language::Cpp, name))
      made.externals.push_back(external(name));
    if (!made.targets.empty() || !made.externals.empty())
      call.callables.push_back(std::move(made));
  }
}

/// `pthread_mutex_lock(&m)`, `std::lock(a, b)`: the lock is an argument.
void Resolver::addLockArguments(link::Call &call, const facts::FileFacts &file, const facts::CallSite &site) {
  std::string paths;
  for (const External &external : call.externals) {
    const catalog::Entry *entry = external.entry;
    if (!entry || entry->isGuard || entry->lock == catalog::LockKind::None)
      continue;
    const catalog::ArgumentRef &lock = entry->guardedLock;
    for (uint32_t i = 0; i < site.arguments.count; ++i)
      if (lock.all || (lock.position >= 0 && static_cast<uint32_t>(lock.position) == i))
        if (const Name path = values_.path(call.file, file.arguments[site.arguments.first + i].value))
          paths += (paths.empty() ? "" : ", ") + std::string(path.view());
    break;
  }
  if (!paths.empty())
    call.lockPath = Name(paths);
}

class CppSemantics : public link::Semantics {
public:
  facts::Language language() const override { return facts::Language::Cpp; }
  void resolve(link::Program &program, const catalog::Catalog &catalog, unsigned) const override {
    qualifyMembers(program);
    Resolver(program, catalog).run();
  }
};

} // namespace
} // namespace clearway::frontend::cpp

namespace clearway::link {
std::unique_ptr<Semantics> makeCppSemantics() { return std::make_unique<frontend::cpp::CppSemantics>(); }
} // namespace clearway::link
