#include "ProgramBuilder.h"

namespace clearway::test {

using namespace facts;

ProgramBuilder::ProgramBuilder() {
  FileFacts file;
  file.path = "m.py";
  file.module = Name("m");
  file.scopes.push_back({});
  program.files.push_back(std::move(file));
  program.functionBase = program.callBase = program.objectBase = program.suspensionBase = {0};
}

link::FunctionId ProgramBuilder::function(std::string_view name, FunctionKind kind, uint32_t flags) {
  Function function;
  function.name = Name(name);
  function.qualifiedName = Name("m." + std::string(name));
  function.kind = kind;
  function.flags = flags;
  const auto line = static_cast<uint32_t>(10 * file().functions.size() + 1);
  function.range = function.nameRange = {line, 1, line, 9};
  file().functions.push_back(function);
  link::Function linked;
  linked.file = 0;
  linked.local = current();
  linked.firstCall = static_cast<uint32_t>(program.calls.size());
  linked.firstObject = static_cast<uint32_t>(program.objects.size());
  program.functions.push_back(linked);
  flows_.emplace_back(1);
  return current();
}

catalog::Entry &ProgramBuilder::entry(std::string_view name, catalog::EffectKind effect) {
  entries_.emplace_back();
  entries_.back().name = Name(name);
  entries_.back().effect = effect;
  return entries_.back();
}

link::CallId ProgramBuilder::addCall(ResultUse use) {
  CallSite site;
  site.caller = current();
  site.use = use;
  const auto id = static_cast<uint32_t>(file().calls.size());
  const uint32_t line =
      file().functions[current()].range.beginLine + 1 + id - program.functions[current()].firstCall;
  site.range = site.nameRange = {line, 5, line, 20};
  file().calls.push_back(site);
  link::Call call;
  call.file = 0;
  call.site = id;
  call.caller = current();
  program.calls.push_back(call);
  ++program.functions[current()].callCount;
  addEvent(EventKind::Call, id);
  return id;
}

link::CallId ProgramBuilder::call(link::FunctionId target, ResultUse use, link::Confidence confidence) {
  const link::CallId id = addCall(use);
  program.calls[id].targets.push_back({target, confidence});
  return id;
}

link::CallId ProgramBuilder::call(const catalog::Entry &api, ResultUse use) {
  const link::CallId id = addCall(use);
  program.calls[id].externals.push_back({api.name, &api, link::Confidence::Certain});
  return id;
}

link::CallId ProgramBuilder::hand(const catalog::Entry &api, link::FunctionId target) {
  const link::CallId id = call(api);
  argument("f", LiteralKind::Other);
  program.calls[id].callables.push_back({0, {{target, link::Confidence::Certain}}, {}});
  return id;
}

void ProgramBuilder::argument(std::string_view literal, LiteralKind kind, std::string_view keyword) {
  Value value;
  value.kind = ValueKind::Literal;
  value.flag = static_cast<uint8_t>(kind);
  value.name = Name(literal);
  file().values.push_back(value);
  CallSite &last = file().calls.back();
  if (!last.arguments.count)
    last.arguments.first = static_cast<uint32_t>(file().arguments.size());
  ++last.arguments.count;
  file().arguments.push_back({Name(keyword), static_cast<ValueId>(file().values.size() - 1), 0});
}

void ProgramBuilder::addEvent(EventKind kind, uint32_t index, uint32_t other) {
  flows_.back().back().events.push_back({kind, index, other});
}

void ProgramBuilder::await() {
  Suspension suspension;
  suspension.function = current();
  file().suspensions.push_back(suspension);
  addEvent(EventKind::Suspend, static_cast<uint32_t>(file().suspensions.size() - 1));
}

void ProgramBuilder::block() {
  flows_.back().emplace_back();
}

void ProgramBuilder::edge(uint32_t from, uint32_t to) {
  flows_.back()[from].successors.push_back(to);
}

link::ObjectId ProgramBuilder::birth(const catalog::Entry &type, std::string_view lockPath) {
  ScopedObject scoped;
  scoped.function = current();
  scoped.name = Name("guard" + std::to_string(file().objects.size()));
  file().objects.push_back(scoped);
  link::Object object;
  object.file = 0;
  object.object = static_cast<ObjectId>(file().objects.size() - 1);
  object.function = current();
  object.types.push_back({type.name, &type, link::Confidence::Certain});
  object.lockPath = Name(lockPath);
  program.objects.push_back(object);
  ++program.functions[current()].objectCount;
  addEvent(EventKind::Birth, object.object);
  return object.object;
}

void ProgramBuilder::death(link::ObjectId object) {
  addEvent(EventKind::Death, object);
}

void ProgramBuilder::move(link::ObjectId object, link::ObjectId to) {
  addEvent(EventKind::Move, object, to);
}

void ProgramBuilder::acquire(const catalog::Entry &api, std::string_view lockPath) {
  program.calls[call(api)].lockPath = Name(lockPath);
}

analysis::Analyses ProgramBuilder::analyse() {
  FileFacts &out = file();
  for (size_t f = 0; f < flows_.size(); ++f) {
    const auto first = static_cast<uint32_t>(out.blocks.size());
    out.functions[f].blocks = {first, static_cast<uint32_t>(flows_[f].size())};
    for (const BlockEdges &from : flows_[f]) {
      Block block;
      block.events = {static_cast<uint32_t>(out.events.size()), static_cast<uint32_t>(from.events.size())};
      block.successors = {static_cast<uint32_t>(out.successors.size()),
                          static_cast<uint32_t>(from.successors.size())};
      out.events.insert(out.events.end(), from.events.begin(), from.events.end());
      for (uint32_t to : from.successors)
        out.successors.push_back(first + to);
      out.blocks.push_back(block);
    }
  }
  return analysis::analyse(program, catalog, 1);
}

} // namespace clearway::test
