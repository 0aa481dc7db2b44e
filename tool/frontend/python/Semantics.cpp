// Python's part of linking: what names, types and members mean across files.
#include "link/Semantics.h"
#include "frontend/python/SemanticsFunctions.h"

namespace clearway::python {
namespace {

class PythonSemantics final : public link::Semantics {
public:
  facts::Language language() const override { return facts::Language::Python; }

  void resolve(link::Program &program, const catalog::Catalog &catalog, unsigned) const override {
    const Knowledge knowledge(catalog);
    const ModuleGraph modules(program, knowledge);
    const SymbolIndex symbols(program);
    Evaluator evaluator(program, knowledge, modules, symbols);
    evaluator.classes().findSubclasses();
    linkOverrides(program, evaluator);
    CallResolver calls(program, evaluator);
    for (link::CallId call = 0; call < program.calls.size(); ++call)
      if (program.files[program.calls[call].file].language == facts::Language::Python)
        calls.resolve(call);
    for (link::FunctionId function = 0; function < program.functions.size(); ++function)
      if (program.language(function) == facts::Language::Python)
        resolveFunction(program, evaluator, calls, function);
    for (link::ObjectId object = 0; object < program.objects.size(); ++object)
      if (program.files[program.objects[object].file].language == facts::Language::Python)
        resolveObject(program, evaluator, object);
  }
};

} // namespace
} // namespace clearway::python

namespace clearway::link {

std::unique_ptr<Semantics> makePythonSemantics() {
  return std::make_unique<python::PythonSemantics>();
}

} // namespace clearway::link
