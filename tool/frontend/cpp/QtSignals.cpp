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

/// `SIGNAL(clicked())` and `SLOT(save())` are text, with a digit before it; with types a function marks where it stands.
std::string_view textOf(const facts::FileFacts &file, facts::ValueId id) {
  for (unsigned depth = 0; depth < 4 && id < file.values.size(); ++depth) {
    const facts::Value &value = file.values[id];
    if (value.kind == ValueKind::Literal && value.flag == static_cast<uint8_t>(facts::LiteralKind::String))
      return value.name.view();
    if (value.kind == ValueKind::Cast || value.kind == ValueKind::Deref)
      id = value.a;
    else if (value.kind == ValueKind::CallResult && isNamed(file.values[file.calls[value.a].callee], "qFlagLocation") && file.calls[value.a].arguments.count)
      id = file.arguments[file.calls[value.a].arguments.first].value;
    else
      break;
  }
  return {};
}

bool isSignal(const facts::FileFacts &file, facts::ValueId id) { return isPointerToMember(file, id) || textOf(file, id).starts_with("2"); }

} // namespace

QtSignals::QtSignals(const link::Program &program, const catalog::Catalog &catalog, const FunctionIndex &functions, const ClassIndex &classes,
                     const ValueReader &values)
    : program_(program), catalog_(catalog), functions_(functions), classes_(classes), values_(values) {
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

/// `1save(int)`: save; nothing for what names no slot.
std::string_view QtSignals::slotNamed(const facts::FileFacts &file, facts::ValueId value) const {
  const std::string_view text = textOf(file, value);
  const size_t open = text.find('(');
  return text.starts_with("1") && open != text.npos ? text.substr(1, open - 1) : std::string_view();
}

/// `connect(button, SIGNAL(clicked()), this, SLOT(save()))`, `QTimer::singleShot(0, this, SLOT(update()))`: a method of the argument before.
void QtSignals::addSlots(link::Call &call) const {
  const facts::FileFacts &file = program_.files[call.file];
  const facts::CallSite &site = file.calls[call.site];
  for (uint32_t i = 1; i < site.arguments.count; ++i) {
    const std::string_view name = slotNamed(file, file.arguments[site.arguments.first + i].value);
    if (name.empty())
      continue;
    Name owner = values_.objectType(call.file, file.arguments[site.arguments.first + i - 1].value);
    if (const facts::ClassId own = file.functions[site.caller].enclosingClass; i == 2 && own != facts::kNone)
      owner = file.classes[own].qualifiedName; // `connect(sender, SIGNAL(…), SLOT(…))`
    link::CallableArgument made{.argument = i};
    const auto add = [&](Name type) {
      if (made.targets.empty())
        for (link::FunctionId slot : functions_.byKey(Name(std::string(type.view()) + "::" + std::string(name))))
          made.targets.push_back({slot, link::Confidence::Certain});
    };
    add(owner);
    for (Name base : classes_.ancestors(owner))
      add(base);
    if (!made.targets.empty())
      call.callables.push_back(std::move(made));
  }
}

/// `connect(sender, &Sender::changed, receiver, …)`: of the C library's three arguments the second is no such thing.
bool QtSignals::isConnection(const facts::FileFacts &file, const facts::CallSite &site) const {
  const facts::Value &callee = file.values[site.callee];
  const bool named = callee.kind == ValueKind::Symbol && (callee.name.view() == "connect" || callee.name.view() == "QObject::connect");
  return named && site.arguments.count >= 3 && isSignal(file, file.arguments[site.arguments.first + 1].value);
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
  if (!isConnection(file, site)) {
    const facts::Value &callee = file.values[site.callee];
    const bool later = isNamed(callee, "singleShot"), invoked = isNamed(callee, "invokeMethod");
    if (later)
      addSlots(call);
    const uint32_t receiver = invoked ? 0 : site.arguments.count - 2;
    if ((invoked || (later && site.arguments.count >= 3)) && site.arguments.count &&
        leavesMainLoop(call.file, file.arguments[site.arguments.first + receiver].value))
      call.externals.clear();
    return;
  }
  // Without a receiver the function runs where the signal is sent.
  const bool hasReceiver = site.arguments.count > 3;
  const uint32_t decides = hasReceiver ? 2 : 0;
  addSlots(call);
  call.externals.clear();
  if (leavesMainLoop(call.file, file.arguments[site.arguments.first + decides].value))
    return;
  // A descriptor that says that it is ready does not block.
  const bool isReady = values_.objectType(call.file, file.arguments[site.arguments.first].value).view() == "QSocketNotifier";
  const Name name(isReady ? "QSocketNotifier::connect" : "QObject::connect");
  call.externals.push_back({name, catalog_.find(facts::Language::Cpp, name), link::Confidence::Certain});
}

} // namespace clearway::frontend::cpp
