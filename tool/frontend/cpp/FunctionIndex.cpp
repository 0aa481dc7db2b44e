#include "frontend/cpp/FunctionIndex.h"

#include <string>

#include <algorithm>

namespace clearway::frontend::cpp {
namespace {

Name keyOf(const facts::FileFacts &file, const facts::Value &symbol) {
  return symbol.operands.count ? file.values[file.operandsOf(symbol.operands).front()].name : symbol.name;
}

} // namespace

FunctionIndex::FunctionIndex(const link::Program &program) : program_(program) {
  for (link::FunctionId f = 0; f < program.functions.size(); ++f) {
    if (program.language(f) != facts::Language::Cpp)
      continue;
    const facts::Function &function = program.facts(f);
    if (function.kind == facts::FunctionKind::Module)
      continue;
    if (function.disambiguator)
      byKey_[function.disambiguator].push_back(f);
    if (!(function.flags & facts::FunctionFlag::Lambda))
      byKey_[function.qualifiedName].push_back(f);
    const facts::FileFacts &file = program.fileOf(f);
    for (facts::ValueId overridden : file.operandsOf(function.overrides))
      overriders_[keyOf(file, file.values[overridden])].push_back(f);
  }
}

const std::vector<link::FunctionId> &FunctionIndex::byKey(Name key) const {
  static const std::vector<link::FunctionId> empty;
  auto it = byKey_.find(key);
  return it == byKey_.end() ? empty : it->second;
}

void FunctionIndex::collect(Name key, std::vector<link::FunctionId> &out, unsigned depth) const {
  auto it = overriders_.find(key);
  if (it == overriders_.end() || depth > 8)
    return;
  for (link::FunctionId f : it->second) {
    if (std::find(out.begin(), out.end(), f) != out.end())
      continue;
    out.push_back(f);
    collect(program_.facts(f).disambiguator, out, depth + 1);
  }
}

std::vector<link::FunctionId> FunctionIndex::overridersOf(Name key) const {
  std::vector<link::FunctionId> out;
  collect(key, out, 0);
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<link::FunctionId> FunctionIndex::constructors(Name type, size_t arguments) const {
  const std::string_view whole = type.view();
  const size_t at = whole.rfind("::");
  const std::string key = std::string(whole) + "::" + std::string(whole.substr(at == whole.npos ? 0 : at + 2));
  std::vector<link::FunctionId> exact, larger;
  for (const link::FunctionId f : byKey(Name(key))) {
    const size_t taken = program_.fileOf(f).parametersOf(program_.facts(f)).size();
    if (taken == arguments)
      exact.push_back(f);
    else if (taken > arguments && arguments) // the rest may have defaults
      larger.push_back(f);
  }
  return exact.empty() ? larger : exact;
}

} // namespace clearway::frontend::cpp
