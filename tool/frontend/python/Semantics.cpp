// Python's part of linking: what names, types and members mean across files.
#include "link/Semantics.h"
#include "concurrency/Parallel.h"
#include "frontend/python/SemanticsFunctions.h"
#include "frontend/python/StructuralTypes.h"

#include <algorithm>
#include <vector>

namespace clearway::python {
namespace {

/// Each part has an evaluator of its own, so what several parts ask for is worked out several times. The parts depend
/// on the program alone, not on the number of threads: so does every result.
constexpr size_t kFilesPerPart = 400, kMostParts = 4;

struct Part {
  link::FileId first = 0, last = 0; // files, `last` excluded
};

std::vector<Part> partsOf(const link::Program &program) {
  size_t values = 0, files = 0;
  for (const facts::FileFacts &file : program.files)
    if (file.language == facts::Language::Python) {
      values += file.values.size();
      ++files;
    }
  const size_t count = std::clamp<size_t>(files / kFilesPerPart, 1, kMostParts);
  std::vector<Part> parts(1);
  size_t seen = 0;
  for (link::FileId id = 0; id < program.files.size(); ++id) {
    if (seen >= values * parts.size() / count && parts.size() < count)
      parts.push_back({id, id});
    if (program.files[id].language == facts::Language::Python)
      seen += program.files[id].values.size();
    parts.back().last = id + 1;
  }
  return parts;
}

/// What one part needs. Everything it reads of the program is complete before the parts begin.
class PartResolver {
public:
  PartResolver(link::Program &program, const catalog::Catalog &catalog, const ModuleGraph &modules,
               const SymbolIndex &symbols, const CallerIndex &callers, const StoreIndex &stores, Part part)
      : program_(program), knowledge_(catalog), evaluator_(program, knowledge_, modules, symbols, callers, stores), part_(part) {
    evaluator_.classes().findSubclasses();
  }

  Evaluator &evaluator() { return evaluator_; }

  void run() {
    CallResolver calls(program_, evaluator_);
    for (link::CallId call = 0; call < program_.calls.size(); ++call)
      if (isMine(program_.calls[call].file))
        calls.resolve(call);
    for (link::FunctionId function = 0; function < program_.functions.size(); ++function)
      if (isMine(program_.functions[function].file))
        resolveFunction(program_, evaluator_, calls, function);
    for (link::ObjectId object = 0; object < program_.objects.size(); ++object)
      if (isMine(program_.objects[object].file))
        resolveObject(program_, evaluator_, object);
  }

private:
  bool isMine(link::FileId file) const {
    return file >= part_.first && file < part_.last && program_.files[file].language == facts::Language::Python;
  }

  link::Program &program_;
  const Knowledge knowledge_;
  Evaluator evaluator_;
  const Part part_;
};

class PythonSemantics final : public link::Semantics {
public:
  facts::Language language() const override { return facts::Language::Python; }

  void resolve(link::Program &program, const catalog::Catalog &catalog, unsigned jobs) const override {
    const Knowledge knowledge(catalog);
    const ModuleGraph modules(program, knowledge);
    const SymbolIndex symbols(program);
    const CallerIndex callers(program);
    const StoreIndex stores(program);
    const std::vector<Part> parts = partsOf(program);
    PartResolver first(program, catalog, modules, symbols, callers, stores, parts.front());
    linkOverrides(program, first.evaluator());
    linkStructuralOverrides(program, first.evaluator());
    forEachInParallel(parts.size(), jobs, [&](size_t i) {
      if (i == 0)
        first.run();
      else
        PartResolver(program, catalog, modules, symbols, callers, stores, parts[i]).run();
    });
  }
};

} // namespace
} // namespace clearway::python

namespace clearway::link {

std::unique_ptr<Semantics> makePythonSemantics() {
  return std::make_unique<python::PythonSemantics>();
}

} // namespace clearway::link
