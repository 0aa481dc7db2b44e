#include "frontend/cpp/QtSignals.h"

#include <algorithm>

namespace clearway::frontend::cpp {

using facts::ValueKind;

namespace {

bool isNamed(const facts::Value &callee, std::string_view name) {
  const std::string_view text = callee.name.view();
  return text == name || (text.ends_with(name) && text.substr(0, text.size() - name.size()).ends_with("::"));
}

/// `&Button::clicked`
bool isPointerToMember(const facts::FileFacts &file, facts::ValueId id) {
  const facts::Value &value = file.values[id];
  return value.kind == ValueKind::Deref && value.a < file.values.size() && file.values[value.a].kind == ValueKind::Symbol &&
         file.values[value.a].name.view().find("::") != std::string_view::npos;
}

} // namespace

QtSignals::QtSignals(const link::Program &program, const catalog::Catalog &catalog, const ClassIndex &classes, const ValueReader &values)
    : program_(program), catalog_(catalog), classes_(classes), values_(values) {
  for (link::FileId id = 0; id < program.files.size(); ++id) {
    const facts::FileFacts &file = program.files[id];
    if (file.language != facts::Language::Cpp)
      continue;
    for (const facts::CallSite &site : file.calls) {
      const facts::Value &callee = file.values[site.callee];
      if (!isNamed(callee, "moveToThread"))
        continue;
      const facts::ClassId owner = file.functions[site.caller].enclosingClass;
      const bool hasReceiver = callee.kind == ValueKind::Attr || (callee.kind == ValueKind::Symbol && callee.a < file.values.size());
      if (const Name type = hasReceiver ? values.objectType(id, callee.a) : owner == facts::kNone ? Name() : file.classes[owner].qualifiedName)
        moved_.insert(type);
    }
  }
}

/// `connect(sender, &Sender::changed, receiver, …)`: of the C library's three arguments the second is no such thing.
bool QtSignals::isConnection(const facts::FileFacts &file, const facts::CallSite &site) const {
  const facts::Value &callee = file.values[site.callee];
  const bool named = callee.kind == ValueKind::Symbol && (callee.name.view() == "connect" || callee.name.view() == "QObject::connect");
  return named && site.arguments.count >= 3 && isPointerToMember(file, file.arguments[site.arguments.first + 1].value);
}

/// A thread's own signals are sent from it, and objects that are moved are in another.
bool QtSignals::leavesMainLoop(link::FileId file, facts::ValueId object) const {
  const Name type = values_.objectType(file, object);
  if (!type)
    return false;
  const std::vector<Name> &bases = classes_.ancestors(type);
  const auto leaves = [&](Name one) { return moved_.contains(one) || one.view() == "QThread"; };
  return leaves(type) || std::any_of(bases.begin(), bases.end(), leaves);
}

void QtSignals::resolve(link::Call &call) const {
  const facts::FileFacts &file = program_.files[call.file];
  const facts::CallSite &site = file.calls[call.site];
  if (!isConnection(file, site))
    return;
  // Without a receiver the function runs where the signal is sent.
  const uint32_t decides = site.arguments.count == 3 ? 0 : 2;
  call.externals.clear();
  if (leavesMainLoop(call.file, file.arguments[site.arguments.first + decides].value))
    return;
  const Name name("QObject::connect");
  call.externals.push_back({name, catalog_.find(facts::Language::Cpp, name), link::Confidence::Certain});
}

} // namespace clearway::frontend::cpp
