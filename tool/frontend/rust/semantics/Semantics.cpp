// Linking of Rust: resolves the calls, objects and functions of all Rust files.
#include "link/Semantics.h"

#include "concurrency/Parallel.h"
#include "frontend/rust/semantics/BoundedSenders.h"
#include "frontend/rust/semantics/Forwarding.h"
#include "frontend/rust/semantics/PartResolver.h"

#include <algorithm>

namespace clearway::frontend::rust {
namespace {

using facts::kNone;
using facts::Value;
using facts::ValueKind;
using link::FileId;
using link::FunctionId;

/// Each part infers for itself, so what several parts ask for is worked out several times. The parts depend on the program
/// alone, not on the number of threads: so does every result.
constexpr size_t kFilesPerPart = 300, kMostParts = 4;

bool isRust(const facts::FileFacts &file) { return file.language == facts::Language::Rust; }

/// Of about as many values each.
std::vector<Part> partsOf(const link::Program &program) {
  size_t values = 0, files = 0;
  for (const facts::FileFacts &file : program.files)
    if (isRust(file)) {
      values += file.values.size();
      ++files;
    }
  const size_t count = std::clamp<size_t>(files / kFilesPerPart, 1, kMostParts);
  std::vector<Part> parts(1);
  size_t seen = 0;
  for (FileId id = 0; id < program.files.size(); ++id) {
    if (seen >= values * parts.size() / count && parts.size() < count)
      parts.push_back({id, id});
    if (isRust(program.files[id]))
      seen += program.files[id].values.size();
    parts.back().last = id + 1;
  }
  return parts;
}

class Resolver {
public:
  Resolver(link::Program &program, const catalog::Catalog &catalog)
      : program_(program), knowledge_(catalog), items_(program, knowledge_), members_(program) {
    findClosureArguments();
    for (const Part part : partsOf(program))
      parts_.push_back(std::make_unique<PartResolver>(program, catalog, items_, members_, closures_, part));
  }

  void run(unsigned jobs) {
    markTestModules();
    addTraits();
    addImplementations();
    members_.finish();
    forEachPart(jobs, [](PartResolver &part) {
      part.resolveFunctions();
      part.resolveCalls();
    });
    addOverriders();
    markLoopStarters();
    const std::vector<bool> isCalled = calledFunctions();
    forEachPart(jobs, [&](PartResolver &part) { part.addPolledFunctions(isCalled); });
    const KeptCallables kept = keptCallables(jobs);
    forwardClosures(program_, kept, jobs);
    markBoundedSenders(program_, knowledge_, parts_.front()->inference(), kept);
    instantiate(jobs);
    forEachPart(jobs, [](PartResolver &part) { part.resolveObjects(); });
    forEachInParallel(parts_.size(), jobs, [&](size_t i) { parts_[i].reset(); }); // a hundred thousand small pieces
  }

private:
  template <class F> void forEachPart(unsigned jobs, F &&visit) {
    forEachInParallel(parts_.size(), jobs, [&](size_t i) { visit(*parts_[i]); });
  }

  void markTestModules();
  KeptCallables keptCallables(unsigned jobs);
  void instantiate(unsigned jobs);
  void addTraits();
  void addImplementations();
  void findClosureArguments();
  void addOverriders();
  void markLoopStarters();
  std::vector<bool> calledFunctions() const;

  link::Program &program_;
  const Knowledge knowledge_;
  const ItemIndex items_;
  Members members_;
  ClosureArguments closures_;
  std::vector<std::unique_ptr<PartResolver>> parts_;
};

// `#[cfg(test)] mod cases;` makes the module's file, and those below it, test code.
void Resolver::markTestModules() {
  std::vector<std::string> tests;
  for (FileId id = 0; id < program_.files.size(); ++id)
    if (isRust(program_.files[id]))
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
    if (!isRust(program_.files[id]))
      continue;
    const facts::FileFacts &file = program_.files[id];
    for (facts::ClassId owner = 0; owner < file.classes.size(); ++owner)
      if (file.classes[owner].kind == facts::ClassKind::Trait)
        members_.addTrait(file.classes[owner].qualifiedName, {id, owner}, parts_.front()->traitNames(id, file.classes[owner].bases));
  }
}

void Resolver::addImplementations() {
  Inference &inference = parts_.front()->inference();
  for (FileId id = 0; id < program_.files.size(); ++id) {
    if (!isRust(program_.files[id]))
      continue;
    const facts::FileFacts &file = program_.files[id];
    for (facts::ClassId owner = 0; owner < file.classes.size(); ++owner) {
      if (file.classes[owner].kind != facts::ClassKind::Impl)
        continue;
      const Type &self = inference.types[inference.types.stripped(inference.typeNamed(id, file.classes[owner].self))];
      Implementation made;
      made.impl = {id, owner};
      if (self.kind == TypeKind::Named)
        made.type = self.name;
      made.isBlanket = self.kind == TypeKind::Bound;
      made.traits = parts_.front()->traitNames(id, file.classes[owner].bases);
      members_.addImplementation(std::move(made));
    }
  }
}

void Resolver::findClosureArguments() {
  for (link::CallId call = 0; call < program_.calls.size(); ++call) {
    const FileId file = program_.calls[call].file;
    if (!isRust(program_.files[file]))
      continue;
    const auto arguments = program_.files[file].argumentsOf(program_.site(call));
    for (uint32_t i = 0; i < arguments.size(); ++i)
      if (const Value &value = program_.files[file].values[arguments[i].value]; value.kind == ValueKind::Closure)
        closures_.emplace(program_.functionAt(file, value.a), std::pair(call, i));
  }
}

void Resolver::instantiate(unsigned jobs) {
  constexpr int kMostRounds = 4; // of functions that pass their own parameters on
  Instantiation instantiation(program_);
  for (const auto &part : parts_)
    instantiation.add(part->genericCalls());
  for (int round = 0; round < kMostRounds; ++round) {
    std::vector<std::vector<Instance>> found(parts_.size());
    forEachInParallel(parts_.size(), jobs, [&](size_t i) { found[i] = parts_[i]->instancesFor(instantiation); });
    std::vector<Instance> all;
    for (std::vector<Instance> &some : found)
      std::move(some.begin(), some.end(), std::back_inserter(all));
    if (!instantiation.take(std::move(all)))
      break;
  }
  instantiation.apply();
}

KeptCallables Resolver::keptCallables(unsigned jobs) {
  KeptCallables all;
  std::vector<KeptCallables> found(parts_.size());
  const std::unordered_set<Name> aliases = functionAliases(program_);
  forEachInParallel(parts_.size(), jobs, [&](size_t i) { parts_[i]->addCallableFields(aliases, found[i].fields); });
  for (const KeptCallables &some : found)
    all.fields.add(some.fields);
  forEachInParallel(parts_.size(), jobs, [&](size_t i) {
    std::vector<StoredCallable> stored;
    parts_[i]->readCallableFields(all.fields, stored, found[i].calls);
    for (const StoredCallable &one : stored)
      found[i].kept.push_back({one, parts_[i]->callablesOf(one.file, one.value)});
  });
  for (KeptCallables &some : found) {
    std::move(some.kept.begin(), some.kept.end(), std::back_inserter(all.kept));
    all.calls.insert(all.calls.end(), some.calls.begin(), some.calls.end());
  }
  return all;
}

void Resolver::addOverriders() {
  for (FunctionId f = 0; f < program_.functions.size(); ++f)
    if (isRust(program_.fileOf(f)))
      for (const FunctionId declared : program_.functions[f].overrides)
        program_.functions[declared].overriders.push_back(f);
}

// `#[tokio::main] async fn work()` is a plain function, which runs a loop until it is done.
void Resolver::markLoopStarters() {
  static const Name kCalled("tokio::main(called)");
  std::vector<bool> isStarter(program_.functions.size());
  for (FunctionId f = 0; f < program_.functions.size(); ++f)
    for (const link::External &decorator : program_.functions[f].decorators)
      isStarter[f] = isStarter[f] || (isRust(program_.fileOf(f)) && decorator.entry && decorator.entry->startsLoop);
  for (link::Call &call : program_.calls)
    if (isRust(program_.files[call.file]) && call.targets.size() == 1 && isStarter[call.targets.front().function])
      call.externals.push_back({program_.facts(call.targets.front().function).qualifiedName, knowledge_.find(kCalled), link::Confidence::Certain});
}

std::vector<bool> Resolver::calledFunctions() const {
  std::vector<bool> isCalled(program_.functions.size());
  for (const link::Call &call : program_.calls)
    for (const link::Target &target : call.targets)
      isCalled[target.function] = true;
  return isCalled;
}

class RustSemantics : public link::Semantics {
public:
  facts::Language language() const override { return facts::Language::Rust; }
  void resolve(link::Program &program, const catalog::Catalog &catalog, unsigned jobs) const override {
    Resolver(program, catalog).run(jobs);
  }
};

} // namespace
} // namespace clearway::frontend::rust

std::unique_ptr<clearway::link::Semantics> clearway::link::makeRustSemantics() {
  return std::make_unique<frontend::rust::RustSemantics>();
}
