// Linking: one program of many files. What a name means is the business of each language's Semantics; here
// the files only come into their order and get their places in the tables.
#include "link/HeaderCopies.h"
#include "link/Order.h"
#include "link/Semantics.h"

#include <algorithm>
#include <tuple>

namespace clearway::link {
namespace {

void takeFiles(Program &program, std::vector<facts::FileFacts> files) {
  std::sort(files.begin(), files.end(), [](const facts::FileFacts &a, const facts::FileFacts &b) {
    return std::tie(a.path, a.digest) < std::tie(b.path, b.digest);
  });
  HeaderCopies copies;
  for (facts::FileFacts &file : files) {
    orderByFunction(file, copies.repeated(file));
    program.files.push_back(std::move(file));
  }
}

void addFunctions(Program &program, FileId id, const facts::FileFacts &file) {
  const uint32_t base = static_cast<uint32_t>(program.functions.size());
  program.functionBase.push_back(base);
  for (uint32_t local = 0; local < file.functions.size(); ++local) {
    Function &function = program.functions.emplace_back();
    function.file = id;
    function.local = local;
    if (const uint32_t parent = file.functions[local].parent; parent != facts::kNone)
      function.parent = base + parent;
  }
}

void addCalls(Program &program, FileId id, const facts::FileFacts &file) {
  const uint32_t base = static_cast<uint32_t>(program.calls.size());
  program.callBase.push_back(base);
  for (uint32_t site = 0; site < file.calls.size(); ++site) {
    Call &call = program.calls.emplace_back();
    call.file = id;
    call.site = site;
    call.caller = program.functionAt(id, file.calls[site].caller);
    Function &caller = program.functions[call.caller];
    if (caller.callCount++ == 0)
      caller.firstCall = base + site;
  }
}

void addObjects(Program &program, FileId id, const facts::FileFacts &file) {
  const uint32_t base = static_cast<uint32_t>(program.objects.size());
  program.objectBase.push_back(base);
  for (uint32_t local = 0; local < file.objects.size(); ++local) {
    Object &object = program.objects.emplace_back();
    object.file = id;
    object.object = local;
    object.function = program.functionAt(id, file.objects[local].function);
    Function &owner = program.functions[object.function];
    if (owner.objectCount++ == 0)
      owner.firstObject = base + local;
  }
}

/// Large tables that grow step by step would be copied, and their pages be asked for anew.
void reserve(Program &program) {
  size_t functions = 0, calls = 0, objects = 0;
  for (const facts::FileFacts &file : program.files) {
    functions += file.functions.size();
    calls += file.calls.size();
    objects += file.objects.size();
  }
  program.functions.reserve(functions);
  program.calls.reserve(calls);
  program.objects.reserve(objects);
}

void layOut(Program &program) {
  reserve(program);
  uint32_t suspensions = 0;
  for (FileId id = 0; id < program.files.size(); ++id) {
    const facts::FileFacts &file = program.files[id];
    addFunctions(program, id, file);
    addCalls(program, id, file);
    addObjects(program, id, file);
    program.suspensionBase.push_back(suspensions);
    suspensions += static_cast<uint32_t>(file.suspensions.size());
  }
}

bool hasLanguage(const Program &program, facts::Language language) {
  return std::any_of(program.files.begin(), program.files.end(),
                     [&](const facts::FileFacts &file) { return file.language == language; });
}

} // namespace

Program link(std::vector<facts::FileFacts> files, const catalog::Catalog &catalog,
             std::span<const std::unique_ptr<Semantics>> semantics, unsigned jobs) {
  Program program;
  takeFiles(program, std::move(files));
  layOut(program);
  for (const std::unique_ptr<Semantics> &each : semantics)
    if (hasLanguage(program, each->language()))
      each->resolve(program, catalog, jobs);
  return program;
}

} // namespace clearway::link
