// Linking of Rust: resolves the calls, objects and functions of all Rust files.
#include "link/Semantics.h"

#include "frontend/rust/semantics/Forwarding.h"
#include "frontend/rust/semantics/Guards.h"
#include "frontend/rust/semantics/Inference.h"
#include "frontend/rust/semantics/Prelude.h"

#include <algorithm>

namespace clearway::frontend::rust {
namespace {

using facts::kNone;
using facts::Value;
using facts::ValueId;
using facts::ValueKind;
using link::Confidence;
using link::External;
using link::FileId;
using link::FunctionId;

constexpr size_t kMostCandidates = 24; // more implementations than this say nothing about a call

// What the catalogue says of methods that return a future or a stream.
constexpr std::string_view kReturnsFuture = "std::future::IntoFuture";

bool isFutureOrStream(std::string_view name) {
  constexpr std::string_view kNames[] = {"Future", "Stream", "BoxFuture", "BoxStream", "LocalBoxFuture", "LocalBoxStream"};
  const size_t at = name.rfind("::");
  const std::string_view last = at == name.npos ? name : name.substr(at + 2);
  return std::find(std::begin(kNames), std::end(kNames), last) != std::end(kNames);
}

class Resolver {
public:
  Resolver(link::Program &program, const catalog::Catalog &catalog)
      : program_(program), catalog_(catalog), items_(program, catalog), members_(program),
        inference_(program, catalog, items_, members_), guards_(program, catalog, items_, inference_) {}

  void run() {
    markTestModules();
    addTraits();
    addImplementations();
    members_.finish();
    findClosureArguments();
    for (FunctionId f = 0; f < program_.functions.size(); ++f)
      if (isRust(program_.functions[f].file))
        resolveFunction(f);
    for (link::CallId call = 0; call < program_.calls.size(); ++call)
      if (isRust(program_.calls[call].file))
        resolveCall(call);
    addPolledFunctions();
    forwardClosures(program_);
    for (link::Object &object : program_.objects)
      if (isRust(object.file))
        guards_.resolve(object);
  }

private:
  bool isRust(FileId file) const { return program_.files[file].language == facts::Language::Rust; }

  External external(Name name, Confidence confidence = Confidence::Certain) const {
    return {name, catalog_.find(facts::Language::Rust, name), confidence};
  }

  void markTestModules();
  void addTraits();
  void addImplementations();
  void findClosureArguments();
  bool returnsFuture(FunctionId f);
  void addPolledFunctions();
  void resolveFunction(FunctionId f);
  void resolveDecorators(FunctionId f);
  void resolveCall(link::CallId id);
  void resolveIteration(link::Call &call, const Callee &callee);
  void addCallables(link::Call &call, const facts::CallSite &site);
  void callableOf(FileId file, ValueId value, link::CallableArgument &to, unsigned depth);
  void addInlineClosures(link::Call &call, const facts::CallSite &site);
  std::vector<Name> traitNames(FileId file, facts::Span bases);

  link::Program &program_;
  const catalog::Catalog &catalog_;
  ItemIndex items_;
  Members members_;
  Inference inference_;
  Guards guards_;
};

std::vector<Name> Resolver::traitNames(FileId file, facts::Span bases) {
  std::vector<Name> names;
  for (const ValueId base : program_.files[file].operandsOf(bases)) {
    const Type type = inference_.types[inference_.typeNamed(file, base)];
    if (type.kind == TypeKind::Named)
      names.push_back(type.name);
  }
  return names;
}

// `#[cfg(test)] mod cases;` makes the module's file, and those below it, test code.
void Resolver::markTestModules() {
  std::vector<std::string> tests;
  for (FileId id = 0; id < program_.files.size(); ++id)
    if (isRust(id))
      for (const facts::Binding &binding : program_.files[id].bindings)
        if (binding.kind == facts::BindingKind::Module && binding.index == kNone &&
            binding.flags & facts::BindingFlag::Conditional)
          tests.push_back(std::string(program_.files[id].scopes[binding.scope].qualifiedName.view()) +
                          "::" + std::string(binding.name.view()));
  for (facts::FileFacts &file : program_.files)
    for (const std::string &test : tests)
      if (const std::string_view module = file.module.view();
          file.language == facts::Language::Rust && module.starts_with(test) &&
          (module.size() == test.size() || module.substr(test.size()).starts_with("::")))
        file.isTest = true;
}

void Resolver::addTraits() {
  for (FileId id = 0; id < program_.files.size(); ++id) {
    if (!isRust(id))
      continue;
    const facts::FileFacts &file = program_.files[id];
    for (facts::ClassId owner = 0; owner < file.classes.size(); ++owner)
      if (file.classes[owner].kind == facts::ClassKind::Trait)
        members_.addTrait(file.classes[owner].qualifiedName, {id, owner}, traitNames(id, file.classes[owner].bases));
  }
}

void Resolver::addImplementations() {
  for (FileId id = 0; id < program_.files.size(); ++id) {
    if (!isRust(id))
      continue;
    const facts::FileFacts &file = program_.files[id];
    for (facts::ClassId owner = 0; owner < file.classes.size(); ++owner) {
      if (file.classes[owner].kind != facts::ClassKind::Impl)
        continue;
      const Type self = inference_.types[inference_.types.stripped(inference_.typeNamed(id, file.classes[owner].self))];
      Implementation made;
      made.impl = {id, owner};
      if (self.kind == TypeKind::Named)
        made.type = self.name;
      made.isBlanket = self.kind == TypeKind::Bound;
      made.traits = traitNames(id, file.classes[owner].bases);
      members_.addImplementation(std::move(made));
    }
  }
}

void Resolver::findClosureArguments() {
  for (link::CallId call = 0; call < program_.calls.size(); ++call) {
    const FileId file = program_.calls[call].file;
    if (!isRust(file))
      continue;
    const auto arguments = program_.files[file].argumentsOf(program_.site(call));
    for (uint32_t i = 0; i < arguments.size(); ++i)
      if (const Value &value = program_.files[file].values[arguments[i].value]; value.kind == ValueKind::Closure)
        inference_.closureArguments.emplace(program_.functionAt(file, value.a), std::pair(call, i));
  }
}

// ---- functions

void Resolver::resolveDecorators(FunctionId f) {
  link::Function &function = program_.functions[f];
  const facts::FileFacts &file = program_.fileOf(f);
  for (const ValueId decorator : file.operandsOf(program_.facts(f).decorators)) {
    const Item item = inference_.resolvePath(function.file, decorator);
    if (item.kind != ItemKind::External)
      continue;
    const Value &value = file.values[decorator];
    // A runtime of one thread is an entry of its own: `tokio::main(current_thread)`.
    if (value.kind == ValueKind::Apply)
      for (const ValueId argument : file.operandsOf(value.operands))
        if (file.values[argument].name.view().find("current_thread") != std::string_view::npos)
          function.decorators.push_back(external(Name(std::string(item.name.view()) + "(current_thread)")));
    function.decorators.push_back(external(item.name));
  }
}

void Resolver::resolveFunction(FunctionId f) {
  link::Function &function = program_.functions[f];
  const facts::FileFacts &file = program_.fileOf(f);
  const facts::Function &fact = program_.facts(f);
  function.entry = catalog_.find(facts::Language::Rust, fact.qualifiedName);
  resolveDecorators(f);
  if (fact.enclosingClass == kNone)
    return;
  const facts::Class &owner = file.classes[fact.enclosingClass];
  for (const Name trait : traitNames(function.file, owner.bases)) {
    if (owner.kind != facts::ClassKind::Impl)
      continue;
    if (!members_.isTrait(trait)) {
      if (External base = external(trait); base.entry || catalog_.knowsPrefix(facts::Language::Rust, trait))
        function.bases.push_back(base);
      continue;
    }
    for (const FunctionId declared : members_.declared(trait, fact.name)) {
      function.overrides.push_back(declared);
      program_.functions[declared].overriders.push_back(f);
    }
  }
}

bool Resolver::returnsFuture(FunctionId f) {
  const facts::Function &fact = program_.facts(f);
  if (fact.kind != facts::FunctionKind::Plain || fact.flags & facts::FunctionFlag::Lambda || fact.returnType == 0)
    return false;
  const TypeId declared = inference_.typeNamed(program_.functions[f].file, fact.returnType);
  Type type = inference_.types[inference_.types.stripped(declared)];
  while (type.kind == TypeKind::Named && !type.args.empty() &&
         (type.name.view() == "std::pin::Pin" || type.name.view() == "std::boxed::Box"))
    type = Type(inference_.types[inference_.types.stripped(type.args.front())]);
  if (type.kind == TypeKind::Bound)
    return std::any_of(type.args.begin(), type.args.end(),
                       [&](TypeId bound) { return isFutureOrStream(inference_.types[bound].name.view()); });
  return type.kind == TypeKind::Named && isFutureOrStream(type.name.view());
}

// A method of somebody else's trait that declares to return a future or a stream is called where such things are polled:
// what it does before it returns keeps that loop. Who calls it is not to be seen, unlike with the program's own traits.
void Resolver::addPolledFunctions() {
  std::vector<bool> isCalled(program_.functions.size());
  for (const link::Call &call : program_.calls)
    for (const link::Target &target : call.targets)
      isCalled[target.function] = true;
  const catalog::Entry *polled = catalog_.find(facts::Language::Rust, Name(kReturnsFuture));
  for (FunctionId f = 0; f < program_.functions.size(); ++f) {
    const facts::Function &fact = program_.facts(f);
    if (!isRust(program_.functions[f].file) || isCalled[f] || fact.enclosingClass == kNone)
      continue;
    const facts::Class &owner = program_.fileOf(f).classes[fact.enclosingClass];
    const bool isForeign = owner.kind == facts::ClassKind::Impl && owner.bases.count != 0 &&
                           program_.functions[f].overrides.empty();
    if (!isForeign || !returnsFuture(f))
      continue;
    if (const auto traits = traitNames(program_.functions[f].file, owner.bases); !traits.empty())
      program_.functions[f].bases.push_back({traits.front(), polled, Confidence::Inferred});
  }
}

// ---- calls

void Resolver::resolveCall(link::CallId id) {
  link::Call &call = program_.calls[id];
  const facts::FileFacts &file = program_.files[call.file];
  const facts::CallSite &site = file.calls[call.site];
  const Callee callee = inference_.callee(call.file, call.site);
  if (site.kind == facts::CallKind::Iterate)
    return resolveIteration(call, callee);
  if (callee.functions.size() <= kMostCandidates)
    for (const FunctionId function : callee.functions)
      call.targets.push_back({function, callee.confidence});
  for (const Name name : callee.externals)
    call.externals.push_back(external(name, callee.externalConfidence));
  if (const Type &receiver = inference_.types[callee.original]; receiver.kind == TypeKind::Named)
    call.receiverType = receiver.name;
  Value target = file.values[site.callee];
  if (target.kind == ValueKind::Apply)
    target = file.values[target.a];
  if (target.kind == ValueKind::Attr && target.flag == 0)
    call.lockPath = placePath(file, target.a);
  addCallables(call, site);
  addInlineClosures(call, site);
}

// `for x in receiver` calls next() again and again; the catalogue speaks of it under that name.
void Resolver::resolveIteration(link::Call &call, const Callee &callee) {
  const Type type = inference_.types[callee.original];
  if (type.kind != TypeKind::Named)
    return;
  call.receiverType = type.name;
  if (const catalog::Entry *entry = catalog_.findMember(facts::Language::Rust, type.name, Name("next")))
    call.externals.push_back({Name(std::string(type.name.view()) + "::next"), entry, Confidence::Certain});
  for (const FunctionId function : members_.ofType(type.name, Name("next")))
    call.targets.push_back({function, Confidence::Certain});
}

void Resolver::callableOf(FileId id, ValueId value, link::CallableArgument &to, unsigned depth) {
  const facts::FileFacts &file = program_.files[id];
  const Value read = file.values[value];
  if (value == 0 || depth > 6)
    return;
  switch (read.kind) {
  case ValueKind::Closure: to.targets.push_back({program_.functionAt(id, read.a), Confidence::Certain}); return;
  case ValueKind::Variable: return callableOf(id, file.bindings[read.a].value, to, depth + 1);
  case ValueKind::Deref: return callableOf(id, read.a, to, depth + 1);
  case ValueKind::Join:
    for (const ValueId one : file.operandsOf(read.operands))
      callableOf(id, one, to, depth + 1);
    return;
  case ValueKind::CallResult: { // `Box::pin(async { … })`, `async { … }.instrument(span)`, `Arc::new(|| …)`
    const facts::CallSite &site = file.calls[read.a];
    const Value callee = file.values[site.callee];
    if (callee.kind != ValueKind::Attr)
      return;
    if (callee.flag == 0) {
      if (callee.name.view() == "instrument" || callee.name.view() == "in_current_span" || callee.name.view() == "boxed" ||
          callee.name.view() == "clone" || callee.name.view() == "with_subscriber")
        callableOf(id, callee.a, to, depth + 1);
    } else if (site.arguments.count == 1 &&
               (callee.name.view() == "pin" || callee.name.view() == "new" || callee.name.view() == "clone")) {
      callableOf(id, file.arguments[site.arguments.first].value, to, depth + 1);
    }
    return;
  }
  case ValueKind::Ref:
  case ValueKind::Attr:
  case ValueKind::Apply: {
    if (read.kind == ValueKind::Attr && read.flag == 0)
      return;
    const Callee callee = inference_.calleeOfPath(id, value);
    for (const FunctionId function : callee.functions)
      to.targets.push_back({function, callee.confidence});
    for (const Name name : callee.externals)
      if (External found = external(name); found.entry)
        to.externals.push_back(found);
    return;
  }
  default: return;
  }
}

void Resolver::addCallables(link::Call &call, const facts::CallSite &site) {
  const facts::FileFacts &file = program_.files[call.file];
  for (uint32_t i = 0; i < site.arguments.count; ++i) {
    link::CallableArgument made{.argument = i, .targets = {}, .externals = {}};
    callableOf(call.file, file.arguments[site.arguments.first + i].value, made, 0);
    if (!made.targets.empty() || !made.externals.empty())
      call.callables.push_back(std::move(made));
  }
}

// Combinators call their closure before they return, whatever they are defined on.
void Resolver::addInlineClosures(link::Call &call, const facts::CallSite &site) {
  const facts::FileFacts &file = program_.files[call.file];
  const Value &callee = file.values[site.callee];
  if (!call.targets.empty() || callee.kind != ValueKind::Attr || !runsClosureAtOnce(callee.name.view()))
    return;
  for (const External &known : call.externals)
    if (known.entry && !known.entry->runs.empty())
      return;
  for (const link::CallableArgument &callable : call.callables)
    for (const link::Target &target : callable.targets)
      if (program_.facts(target.function).kind == facts::FunctionKind::Plain)
        call.targets.push_back(target);
}

class RustSemantics : public link::Semantics {
public:
  facts::Language language() const override { return facts::Language::Rust; }
  void resolve(link::Program &program, const catalog::Catalog &catalog, unsigned) const override {
    Resolver(program, catalog).run();
  }
};

} // namespace
} // namespace clearway::frontend::rust

std::unique_ptr<clearway::link::Semantics> clearway::link::makeRustSemantics() {
  return std::make_unique<frontend::rust::RustSemantics>();
}
