#include "runtime/ProgramIndex.h"

#include "runtime/FunctionName.h"

#include <algorithm>

namespace clearway::runtime {

namespace {

bool isSeparator(char c) {
  return c == '/' || c == '.' || c == ':';
}

/// Takes the last component off.
std::string_view takeComponent(std::string_view &text) {
  while (!text.empty() && isSeparator(text.back()))
    text.remove_suffix(1);
  size_t begin = text.size();
  while (begin > 0 && !isSeparator(text[begin - 1]))
    --begin;
  std::string_view component = text.substr(begin);
  text = text.substr(0, begin);
  return component;
}

size_t componentsOf(std::string_view text) {
  size_t count = 0;
  while (!takeComponent(text).empty())
    ++count;
  return count;
}

/// A Python function inside another one is "outer.<locals>.inner".
std::string withoutLocals(std::string name) {
  constexpr std::string_view kLocals = ".<locals>";
  for (size_t at; (at = name.find(kLocals)) != std::string::npos;)
    name.erase(at, kLocals.size());
  return name;
}

std::string writtenNameOf(const Frame &frame) {
  return frame.native ? writtenName(frame.symbol) : withoutLocals(frame.symbol);
}

/// How many of the path's last parts are equal, the file's name as one.
size_t commonPathParts(std::string_view a, std::string_view b) {
  size_t count = 0;
  while (!a.empty() && !b.empty()) {
    const size_t atA = a.rfind('/') + 1, atB = b.rfind('/') + 1; // npos + 1 is 0
    if (a.substr(atA) != b.substr(atB) || a.substr(atA).empty())
      break;
    ++count;
    a = a.substr(0, atA == 0 ? 0 : atA - 1);
    b = b.substr(0, atB == 0 ? 0 : atB - 1);
  }
  return count;
}

} // namespace

size_t commonComponents(std::string_view a, std::string_view b) {
  size_t count = 0;
  for (;;) {
    const std::string_view partA = takeComponent(a), partB = takeComponent(b);
    if (partA.empty() || partA != partB)
      return count;
    ++count;
  }
}

std::string lastComponent(std::string_view name) {
  return std::string(takeComponent(name));
}

ProgramIndex::ProgramIndex(const link::Program &program) : program_(program) {
  for (link::FileId file = 0; file < program.files.size(); ++file) {
    const std::string &path = program.files[file].path;
    std::vector<link::FileId> &copies = copies_[path];
    copies.push_back(file);
    if (copies.size() == 1)
      filesByName_[path.substr(path.rfind('/') + 1)].push_back(file);
  }
  for (link::FunctionId function = 0; function < program.functions.size(); ++function)
    if (program.facts(function).kind != facts::FunctionKind::Module)
      functionsByName_[lastComponent(program.facts(function).qualifiedName.view())].push_back(function);
}

link::FunctionId ProgramIndex::functionAround(link::FileId first, uint32_t line) const {
  link::FunctionId best = link::kNone;
  for (link::FileId file : copies_.find(program_.files[first].path)->second)
    for (facts::FunctionId local = 0; local < program_.files[file].functions.size(); ++local) {
      const facts::Function &function = program_.files[file].functions[local];
      const bool around = function.kind != facts::FunctionKind::Module && function.range.beginLine <= line &&
                          line <= function.range.endLine;
      if (around && (best == link::kNone || function.range.beginLine > program_.facts(best).range.beginLine))
        best = program_.functionAt(file, local);
    }
  return best;
}

/// The function that shares most of its name; none if several do, or if one of the two has more to say than they share.
link::FunctionId ProgramIndex::functionNamed(const std::string &name) const {
  auto candidates = functionsByName_.find(lastComponent(name));
  if (name.empty() || candidates == functionsByName_.end())
    return link::kNone;
  link::FunctionId best = link::kNone;
  size_t bestCommon = 0;
  bool isUnique = false;
  for (link::FunctionId function : candidates->second) {
    const std::string_view qualified = program_.facts(function).qualifiedName.view();
    const size_t common = commonComponents(qualified, name);
    if (common < std::min(componentsOf(qualified), componentsOf(name)) || common < bestCommon)
      continue;
    isUnique = common > bestCommon || program_.fileOf(best).path == program_.fileOf(function).path;
    bestCommon = common;
    best = function;
  }
  return isUnique ? best : link::kNone;
}

bool ProgramIndex::isAt(link::FileId file, const std::string &function, uint32_t line) const {
  const link::FunctionId around = functionAround(file, line);
  return around != link::kNone && !function.empty() &&
         lastComponent(program_.facts(around).qualifiedName.view()) == lastComponent(function);
}

link::FileId ProgramIndex::fileOf(const std::string &path, const std::string &function, uint32_t line) const {
  auto candidates = filesByName_.find(path.substr(path.rfind('/') + 1));
  if (path.empty() || candidates == filesByName_.end())
    return link::kNone;
  link::FileId best = link::kNone;
  size_t bestCommon = 0;
  for (link::FileId file : candidates->second) {
    size_t common = commonPathParts(program_.files[file].path, path) * 2;
    if (isAt(file, function, line))
      ++common;
    if (common > bestCommon)
      best = file;
    else if (common == bestCommon && file != best)
      best = link::kNone; // two that fit as well: neither is known to be the one
    bestCommon = std::max(bestCommon, common);
  }
  return bestCommon > 2 ? best : link::kNone;
}

Place ProgramIndex::placeOf(const Frame &frame) const {
  auto [place, isNew] = found_.try_emplace({frame.symbol, frame.file, frame.line});
  if (isNew)
    place->second = find(frame);
  return place->second;
}

Place ProgramIndex::find(const Frame &frame) const {
  const std::string name = writtenNameOf(frame);
  const auto line = static_cast<uint32_t>(std::min<uint64_t>(frame.line, UINT32_MAX));
  if (!frame.file.empty()) {
    const link::FileId file = fileOf(frame.file, name, line);
    return file == link::kNone ? Place{} : Place{file, functionAround(file, line), line};
  }
  const link::FunctionId function = functionNamed(name);
  return function == link::kNone ? Place{} : Place{firstOf(program_.functions[function].file), function, 0};
}

} // namespace clearway::runtime
