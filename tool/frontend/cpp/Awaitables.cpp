#include "frontend/cpp/Awaitables.h"

#include <algorithm>
#include <string>

namespace clearway::frontend::cpp {
namespace {

Name memberName(Name type, std::string_view member) {
  return Name(std::string(type.view()) + "::" + std::string(member));
}

} // namespace

Awaitables::Awaitables(const link::Program &program, const catalog::Catalog &catalog, const FunctionIndex &functions,
                       const ClassIndex &classes, const Spelling &spelling)
    : program_(program), catalog_(catalog), functions_(functions), classes_(classes), spelling_(spelling),
      lazy_(catalog.find(facts::Language::Cpp, Name("coroutine::lazy"))),
      eager_(catalog.find(facts::Language::Cpp, Name("coroutine::eager"))) {}

bool Awaitables::has(Name type, std::string_view member) const {
  const auto owns = [&](Name owner) { return !functions_.byKey(memberName(owner, member)).empty(); };
  const auto &bases = classes_.ancestors(type);
  return owns(type) || std::any_of(bases.begin(), bases.end(), owns) || classes_.declares(type, Name(member));
}

bool Awaitables::canBeAwaited(Name type) const {
  return (has(type, "await_ready") && has(type, "await_suspend")) || has(type, "operator co_await");
}

/// The type that the promise's initial_suspend() returns.
Name Awaitables::initialAwaiter(Name promise) const {
  const auto returned = [&](Name owner) {
    const auto &found = functions_.byKey(memberName(owner, "initial_suspend"));
    return found.empty() ? Name() : program_.fileOf(found.front()).values[program_.facts(found.front()).returnType].name;
  };
  Name awaiter = returned(promise);
  for (Name base : classes_.ancestors(promise))
    awaiter = awaiter ? awaiter : returned(base);
  return awaiter;
}

const catalog::Entry *Awaitables::ofType(Name type) const {
  if (const catalog::Entry *known = catalog_.find(facts::Language::Cpp, type))
    return known->suspends ? known : nullptr;
  const bool awaitable = canBeAwaited(type);
  const Name promise = memberName(type, "promise_type");
  const bool generator = !awaitable && has(promise, "yield_value");
  if (!generator && initialAwaiter(promise).view().ends_with("suspend_always"))
    return lazy_;
  return awaitable ? eager_ : nullptr;
}

const catalog::Entry *Awaitables::resultOf(link::FunctionId function) const {
  const facts::FileFacts &file = program_.fileOf(function);
  const facts::Function &fact = program_.facts(function);
  const facts::Value &type = file.values[fact.returnType];
  if (type.kind != facts::ValueKind::Type) // none, or a reference
    return nullptr;
  return ofType(spelling_.type(program_.functions[function].file, type.name, fact.qualifiedName));
}

} // namespace clearway::frontend::cpp
