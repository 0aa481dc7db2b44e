// Resolves the calls, functions and objects of one part of a program: some of its files. What it works out it remembers for
// itself, so parts can be resolved side by side.
#pragma once

#include "frontend/rust/semantics/Drops.h"
#include "frontend/rust/semantics/Guards.h"
#include "frontend/rust/semantics/Inference.h"
#include "frontend/rust/semantics/Instantiation.h"
#include "frontend/rust/semantics/StoredCallables.h"

#include <memory>

namespace clearway::frontend::rust {

/// Files from `first` up to, not including, `last`.
struct Part {
  link::FileId first = 0, last = 0;
};

/// Reads the whole program and writes to the records of its part alone. Belongs to one thread at a time.
class PartResolver {
public:
  /// `items` is read through a view of its own. Everything must outlive it; `members` must be complete before anything is
  /// resolved.
  PartResolver(link::Program &program, const catalog::Catalog &catalog, const ItemIndex &items, const Members &members,
               const ClosureArguments &closures, Part part);

  /// Entries, decorators, bases, overrides.
  void resolveFunctions();
  void resolveCalls();
  /// Calls of methods whose type a parameter gives.
  const std::vector<GenericCall> &genericCalls() const { return generic_; }
  /// What the part's calls say of the type parameters of what they call.
  std::vector<Instance> instancesFor(const Instantiation &instantiation);
  /// Methods of somebody else's traits that return a future or stream, once all calls have been resolved.
  void addPolledFunctions(const std::vector<bool> &isCalled);
  void addCallableFields(const std::unordered_set<Name> &aliases, CallableFields &to);
  /// What is put into those fields, and calls of it. In the order of the source.
  void readCallableFields(const CallableFields &fields, std::vector<StoredCallable> &stored, std::vector<FieldCall> &calls);
  /// What a value can call: closures and functions of the program.
  std::vector<link::Target> callablesOf(link::FileId file, facts::ValueId value);
  /// Guards in objects, once closures have been forwarded.
  void resolveObjects();

  /// The traits that an implementation or trait names as its bases.
  std::vector<Name> traitNames(link::FileId file, facts::Span bases);
  Inference &inference() { return inference_; }

private:
  /// Visits the part's records of a table in which those of file i start at `bases[i]`.
  template <class F> void forEach(const std::vector<uint32_t> &bases, size_t count, F &&visit) const {
    for (link::FileId file = part_.first; file < part_.last; ++file)
      if (isRust(file)) {
        const auto end = file + 1 < bases.size() ? bases[file + 1] : static_cast<uint32_t>(count);
        for (uint32_t id = bases[file]; id < end; ++id)
          visit(id);
      }
  }
  bool isRust(link::FileId file) const { return program_.files[file].language == facts::Language::Rust; }
  link::External external(Name name, link::Confidence confidence = link::Confidence::Certain) const {
    return {name, knowledge_.find(name), confidence};
  }
  void resolveFunction(link::FunctionId f);
  void resolveDecorators(link::FunctionId f);
  std::pair<link::FileId, facts::ValueId> declaredResult(link::FunctionId f) const;
  bool returnsFuture(link::FunctionId f);
  void resolveCall(link::CallId id);
  void noteGeneric(link::CallId id, const Callee &callee);
  Instance instanceOf(link::CallId id, link::FunctionId function, const TypeParameter &parameter, Name method);
  Instance instanceOf(const Type &type, link::FunctionId caller, facts::ValueId argument, Name method);
  std::vector<Name> argumentTypes(link::FileId file, const facts::CallSite &site, uint32_t argument);
  const catalog::Entry *decoderAt(link::FileId file, facts::ValueId reader);
  void resolveIteration(link::Call &call, const Callee &callee);
  void addCallables(link::Call &call, const facts::CallSite &site);
  void callableOf(link::FileId file, facts::ValueId value, link::CallableArgument &to, unsigned depth);
  void addNext(link::Call &call, const Callee &callee);
  void addInlineClosures(link::Call &call, const facts::CallSite &site);

  link::Program &program_;
  const Knowledge knowledge_;
  const ItemIndex items_;
  const Members &members_;
  Inference inference_;
  FieldReader fields_;
  Guards guards_;
  Drops drops_;
  const Part part_;
  std::vector<GenericCall> generic_;
};

} // namespace clearway::frontend::rust
