#include "frontend/python/StructuralTypes.h"

#include <algorithm>
#include <unordered_map>

namespace clearway::python {
namespace {

using facts::FunctionKind;
using facts::kNone;
using link::FunctionId;

bool isDunder(std::string_view name) { return name.starts_with("__") && name.ends_with("__"); }

class StructuralTypes {
public:
  StructuralTypes(link::Program &program, Evaluator &evaluator)
      : program_(program), evaluator_(evaluator), classes_(evaluator.classes()), methods_(classes_.size()),
        hasImplementations_(program.functions.size()) {
    for (FunctionId f = 0; f < program.functions.size(); ++f)
      if (program.language(f) == facts::Language::Python && program.facts(f).enclosingClass != kNone) {
        addMethod(classes_.at(program.functions[f].file, program.facts(f).enclosingClass), f);
        hasImplementations_[f] = std::ranges::any_of(program.functions[f].overriders, [&](FunctionId each) { return !isAbstract(each); });
      }
  }

  void link() {
    for (ClassId protocol = 0; protocol < classes_.size(); ++protocol)
      if (classes_.facts(protocol).isProtocol)
        findImplementers(protocol);
  }

private:
  void addMethod(ClassId type, FunctionId f) {
    methods_[type].push_back(f);
    std::vector<ClassId> &owners = owners_[program_.facts(f).name];
    if (owners.empty() || owners.back() != type)
      owners.push_back(type);
  }

  void findImplementers(ClassId protocol) {
    const std::vector<FunctionId> wanted = methodsOf(protocol);
    if (!tellsClassesApart(wanted) || isDerivedFrom(wanted))
      return;
    std::vector<ClassId> candidates;
    for (const FunctionId method : wanted) {
      const std::vector<ClassId> &owners = owners_[program_.facts(method).name];
      candidates.insert(candidates.end(), owners.begin(), owners.end());
    }
    std::ranges::sort(candidates);
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    for (const ClassId candidate : candidates)
      if (!classes_.facts(candidate).isProtocol && !classes_.derives(candidate, protocol))
        implement(wanted, candidate);
  }

  /// Those that a class has to have, inherited ones included.
  std::vector<FunctionId> methodsOf(ClassId protocol) {
    std::vector<FunctionId> all;
    for (const Ancestor &ancestor : classes_.order(protocol))
      if (ancestor.type != kNone)
        for (const FunctionId method : methods_[ancestor.type]) {
          const facts::Function &facts = program_.facts(method);
          if (isAbstract(method) && !(facts.flags & facts::FunctionFlag::Property) && !isDunder(facts.name.view()))
            all.push_back(method);
        }
    return all;
  }

  bool tellsClassesApart(const std::vector<FunctionId> &methods) const {
    constexpr size_t kSelfAndTwo = 3;
    return methods.size() > 1 || (methods.size() == 1 && program_.facts(methods[0]).parameters.count >= kSelfAndTwo);
  }

  bool isAbstract(FunctionId f) const { return program_.facts(f).flags & facts::FunctionFlag::Abstract; }

  /// Where classes name the protocol, those that do not are likely to be others.
  bool isDerivedFrom(const std::vector<FunctionId> &methods) const {
    return std::ranges::any_of(methods, [&](FunctionId method) { return hasImplementations_[method]; });
  }

  void implement(const std::vector<FunctionId> &wanted, ClassId candidate) {
    std::vector<FunctionId> found;
    for (const FunctionId method : wanted) {
      const FunctionId own = evaluator_.method(candidate, program_.facts(method).name);
      if (own == kNone || !conforms(own, method))
        return;
      found.push_back(own);
    }
    for (size_t i = 0; i < found.size(); ++i)
      if (std::vector<FunctionId> &overriders = program_.functions[wanted[i]].overriders;
          std::ranges::find(overriders, found[i]) == overriders.end())
        overriders.push_back(found[i]);
  }

  bool conforms(FunctionId own, FunctionId wanted) const {
    const facts::Function &has = program_.facts(own), &asks = program_.facts(wanted);
    return !isAbstract(own) && isSameKind(has.kind, asks.kind) &&
           takes(parametersOf(own), parametersOf(wanted));
  }

  /// A plain method that returns an iterator is implemented by a generator.
  static bool isSameKind(FunctionKind has, FunctionKind asks) {
    const auto isGenerator = [](FunctionKind kind) { return kind == FunctionKind::Generator || kind == FunctionKind::AsyncGenerator; };
    return has == asks || (isGenerator(has) && asks == FunctionKind::Plain);
  }

  std::span<const facts::Parameter> parametersOf(FunctionId f) const {
    const facts::FileFacts &file = program_.files[program_.functions[f].file];
    const facts::Span span = program_.facts(f).parameters;
    return std::span(file.parameters).subspan(span.first, span.count);
  }

  /// Whether every call that `asks` allows is one that `has` allows, as far as names tell.
  static bool takes(std::span<const facts::Parameter> has, std::span<const facts::Parameter> asks) {
    size_t at = 0;
    for (const facts::Parameter &parameter : asks) {
      if (at < has.size() && has[at].variadic)
        return true;
      if (at == has.size() || (has[at].name != parameter.name && at > 0)) // whatever it calls itself
        return false;
      ++at;
    }
    return std::all_of(has.begin() + static_cast<ptrdiff_t>(at), has.end(),
                       [](const facts::Parameter &parameter) { return parameter.variadic || parameter.defaultValue; });
  }

  link::Program &program_;
  Evaluator &evaluator_;
  ClassTable &classes_;
  std::vector<std::vector<FunctionId>> methods_;          // by class: its own
  std::vector<bool> hasImplementations_;                  // by function: in classes derived from its own
  std::unordered_map<Name, std::vector<ClassId>> owners_; // by method, in order
};

} // namespace

void linkStructuralOverrides(link::Program &program, Evaluator &evaluator) {
  StructuralTypes(program, evaluator).link();
}

} // namespace clearway::python
