#include "frontend/rust/semantics/StoredCallables.h"

#include <algorithm>
#include <array>

namespace clearway::frontend::rust {

using facts::kNone;
using facts::Value;
using facts::ValueId;
using facts::ValueKind;
using link::FileId;

namespace {

constexpr unsigned kDeepest = 12;

/// `f` of `Some(Box::new(f))`.
ValueId unboxed(const facts::FileFacts &file, ValueId id) {
  for (unsigned step = 0; step < kDeepest; ++step) {
    const Value &value = file.values[id];
    if (value.kind == ValueKind::Variable && file.bindings[value.a].value) {
      id = file.bindings[value.a].value;
      continue;
    }
    if (value.kind != ValueKind::CallResult)
      return id;
    const facts::CallSite &site = file.calls[value.a];
    const std::string_view name = file.values[site.callee].name.view();
    if (site.arguments.count != 1 || (name != "Some" && name != "new" && name != "pin" && name != "from"))
      return id;
    id = file.arguments[site.arguments.first].value;
  }
  return id;
}

/// Methods that put their last argument into the receiver.
bool stores(std::string_view method) {
  static constexpr std::array<std::string_view, 9> kNames{"push",    "push_back", "push_front", "insert", "replace",
                                                          "or_insert", "set",     "store",      "get_or_insert"};
  return std::find(kNames.begin(), kNames.end(), method) != kNames.end();
}

bool isPosition(std::string_view field) { return !field.empty() && field[0] >= '0' && field[0] <= '9'; }

/// Without type arguments.
const Value &named(const facts::FileFacts &file, ValueId id) {
  const Value &value = file.values[id];
  return value.kind == ValueKind::Apply ? file.values[value.a] : value;
}

} // namespace

void CallableFields::add(const Field &field, Kind kind) {
  fields_[field] = kind;
  names_.insert(field.name);
}

void CallableFields::add(const CallableFields &more) {
  for (const auto &[field, kind] : more.fields_)
    add(field, kind);
}

CallableFields::Kind CallableFields::kindOf(const Field &field) const {
  if (field.name.empty())
    return Kind::Any;
  const auto found = fields_.find(field);
  return found == fields_.end() ? Kind::None : found->second;
}

// ---- which fields

namespace {

/// Whether one of the names in a type is `wanted`.
template <class Wanted> bool names(const facts::FileFacts &file, ValueId type, const Wanted &wanted, unsigned depth = 0) {
  constexpr unsigned kDeepestType = 6;
  const Value &value = file.values[type];
  if (type == 0 || depth > kDeepestType)
    return false;
  if (value.kind == ValueKind::Ref)
    return wanted(value.name);
  const auto operands = file.operandsOf(value.operands);
  const bool hasBase = value.kind == ValueKind::Apply || value.kind == ValueKind::Deref;
  return (value.kind == ValueKind::Attr && wanted(value.name)) || (hasBase && names(file, value.a, wanted, depth + 1)) ||
         std::any_of(operands.begin(), operands.end(), [&](ValueId one) { return names(file, one, wanted, depth + 1); });
}

const Name kFunction("fn"), kSender("Sender"), kSend("send");

/// Of crates that have one type for both.
bool isSender(std::string_view type) {
  static constexpr std::array<std::string_view, 4> kNames{"crossbeam_channel::Sender", "crossbeam::channel::Sender", "flume::Sender", "kanal::Sender"};
  return std::find(kNames.begin(), kNames.end(), type) != kNames.end();
}

} // namespace

std::unordered_set<Name> functionAliases(const link::Program &program) {
  std::unordered_set<Name> found;
  for (const facts::FileFacts &file : program.files)
    if (file.language == facts::Language::Rust)
      for (const facts::Class &one : file.classes)
        if (one.kind == facts::ClassKind::Alias && names(file, one.self, [](Name name) { return name == kFunction; }))
          found.insert(one.name);
  return found;
}

/// Whether the type names that of a function, or a parameter of the type's owner.
bool FieldReader::mayBeCallable(FileId id, facts::ClassId owner, ValueId type, const std::unordered_set<Name> &aliases) const {
  const facts::FileFacts &file = program_.files[id];
  const auto parameters = file.operandsOf(file.classes[owner].typeParameters);
  return names(file, type, [&](Name name) {
    return name == kFunction || name == kSender || aliases.contains(name) ||
           std::any_of(parameters.begin(), parameters.end(), [&](ValueId one) { return file.values[one].name == name; });
  });
}

CallableFields::Kind FieldReader::kindOf(TypeId id, unsigned depth) const {
  using Kind = CallableFields::Kind;
  const TypeTable &types = inference_.types;
  const Type &type = types[types.stripped(id)];
  if (type.kind == TypeKind::FnPointer)
    return Kind::Any;
  if (depth > 5)
    return Kind::None;
  if (type.kind == TypeKind::Bound) {
    const bool isCallable = std::any_of(type.args.begin(), type.args.end(), [&](TypeId one) { return types[one].kind == TypeKind::FnPointer; });
    if (type.name.empty())
      return isCallable ? Kind::Any : Kind::None;
    return isCallable || type.args.empty() ? Kind::OfType : Kind::None;
  }
  if (type.kind == TypeKind::Named && isSender(type.name.view()))
    return Kind::Sender;
  for (const TypeId argument : type.args)
    if (const Kind inside = kindOf(argument, depth + 1); inside != Kind::None)
      return inside;
  return Kind::None;
}

void FieldReader::addFields(FileId id, const std::unordered_set<Name> &aliases, CallableFields &to) {
  const facts::FileFacts &file = program_.files[id];
  for (facts::ClassId owner = 0; owner < file.classes.size(); ++owner) {
    if (file.classes[owner].kind != facts::ClassKind::Struct)
      continue;
    for (const facts::Binding *field : items_.fields({id, owner}))
      if (mayBeCallable(id, owner, field->annotation, aliases))
        if (const auto kind = kindOf(inference_.typeNamed(id, field->annotation), 0); kind != CallableFields::Kind::None)
          to.add({file.classes[owner].qualifiedName, field->name}, kind);
  }
}

// ---- what is put there, and called

/// The call that takes the closure: `self.hooks.iter().for_each(|hook| hook())`.
ValueId FieldReader::receiverOfTaker(FileId id, const Value &parameter) const {
  const auto found = closures_.find(program_.functionAt(id, parameter.a));
  if (found == closures_.end())
    return 0;
  const Value &callee = named(program_.files[id], program_.site(found->second.first).callee);
  return callee.kind == ValueKind::Attr && callee.flag == 0 ? callee.a : 0;
}

/// The field that a value was taken out of, through boxes, options, locks, collections and their iterators.
std::optional<Field> FieldReader::fieldOf(FileId id, ValueId at, const CallableFields &fields) {
  const facts::FileFacts &file = program_.files[id];
  for (unsigned step = 0; step < kDeepest && at != 0; ++step) {
    const Value value = file.values[at];
    switch (value.kind) {
    case ValueKind::Deref:
    case ValueKind::Element:
    case ValueKind::Await: at = value.a; break;
    case ValueKind::Variable: at = file.bindings[value.a].value; break;
    case ValueKind::Param: at = receiverOfTaker(id, value); break;
    case ValueKind::CallResult: {
      const Value &callee = named(file, file.calls[value.a].callee);
      if (callee.kind != ValueKind::Attr || callee.flag != 0)
        return resultOf(id, value);
      at = callee.a;
      break;
    }
    case ValueKind::Attr: {
      if (value.flag != 0)
        return staticOf(id, at);
      const Field field{fields.isNamed(value.name) ? ownerOf(id, value) : Name(), value.name};
      if (field.owner && fields.kindOf(field) != CallableFields::Kind::None)
        return field;
      at = isPosition(value.name.view()) ? value.a : 0; // an item of a pair
      break;
    }
    case ValueKind::Ref: return staticOf(id, at);
    default: return std::nullopt;
    }
  }
  return std::nullopt;
}

/// The type or variant that has the part.
Name FieldReader::ownerOf(FileId id, const Value &part) {
  const Value &whole = program_.files[id].values[part.a];
  if (whole.kind == ValueKind::Cast && whole.flag == 1) // of a pattern, which names the variant
    if (const Name variant = typeConstructed(id, whole.b))
      return variant;
  return inference_.ownerOf(inference_.typeOf(id, part.a), part.name);
}

/// `Job` of `Job(f)`, `Action::Run` of `Action::Run(f)`.
Name FieldReader::typeConstructed(FileId id, ValueId path) {
  const Item item = inference_.resolvePath(id, path);
  if (item.kind == ItemKind::SelfType)
    return inference_.types[inference_.types.stripped(inference_.selfType(item.file, item.index))].name;
  return item.kind == ItemKind::Class ? inference_.qualifiedName({item.file, item.index}) : Name();
}

/// `static HOOK: OnceLock<Box<dyn Fn()>>`, `static TABLE: &[(&str, fn())]`
std::optional<Field> FieldReader::staticOf(FileId id, ValueId path) {
  const Item item = inference_.resolvePath(id, path);
  if (item.kind != ItemKind::Static)
    return std::nullopt;
  const Field field{Name("static " + std::to_string(item.file) + ":" + std::to_string(item.index)), Name()};
  holders_.try_emplace(field.owner, Holder{item});
  return field;
}

/// What a plain function of the program returns: `make()` of `let f = make(); f()`.
std::optional<Field> FieldReader::resultOf(FileId id, const Value &call) {
  const link::Call &made = program_.calls[program_.callAt(id, call.a)];
  if (made.targets.size() != 1 || made.targets.front().confidence == link::Confidence::NameOnly || program_.facts(made.targets.front().function).kind != facts::FunctionKind::Plain)
    return std::nullopt;
  const link::FunctionId f = made.targets.front().function;
  const Field field{Name("result " + std::to_string(f)), Name()};
  Item item;
  item.functions = {f};
  holders_.try_emplace(field.owner, Holder{std::move(item)});
  return field;
}

/// Whatever is callable in a value and the lists and tuples that it is made of.
void FieldReader::addLeaves(const Field &field, FileId id, ValueId value, std::vector<StoredCallable> &stored, unsigned depth) const {
  const facts::FileFacts &file = program_.files[id];
  value = unboxed(file, value);
  while (file.values[value].kind == ValueKind::Deref)
    value = file.values[value].a;
  if (file.values[value].kind != ValueKind::Display && file.values[value].kind != ValueKind::Join)
    return stored.push_back({field, id, value});
  for (const ValueId item : file.operandsOf(file.values[value].operands))
    if (depth < 3)
      addLeaves(field, id, item, stored, depth + 1);
}

/// Once for each static or function whose result is called.
void FieldReader::readHolder(const Field &field, std::vector<StoredCallable> &stored) {
  const auto found = holders_.find(field.owner);
  if (!field.name.empty() || found == holders_.end() || found->second.isRead)
    return;
  found->second.isRead = true;
  const Item &item = found->second.item;
  if (item.kind == ItemKind::Static)
    return addLeaves(field, item.file, program_.files[item.file].bindings[item.index].value, stored);
  const link::FunctionId f = item.functions.front();
  for (const ValueId returned : program_.fileOf(f).operandsOf(program_.facts(f).returns))
    addLeaves(field, program_.functions[f].file, returned, stored);
}

// `Self { action }`, `Server { handler: Box::new(handler) }`. Names are recorded where values do not carry them.
void FieldReader::readStruct(FileId id, const Value &made, const CallableFields &fields, std::vector<StoredCallable> &stored) {
  const facts::FileFacts &file = program_.files[id];
  const auto all = file.operandsOf(file.values[made.a].operands);
  const bool isNamed = all.size() >= 2 && all.size() % 2 == 0 && file.values[all.back()].kind == ValueKind::Literal;
  const size_t count = isNamed ? all.size() / 2 : all.size();
  Name owner;
  for (size_t i = 0; i < count; ++i) {
    const Value &value = file.values[all[i]];
    const Name name = isNamed                                ? file.values[all[count + i]].name
                      : value.kind == ValueKind::Variable ? file.bindings[value.a].name
                                                             : value.name;
    if (!name || !fields.isNamed(name))
      continue;
    if (!owner)
      owner = inference_.types[inference_.types.stripped(inference_.typeNamed(id, made.b))].name;
    if (const Field field{owner, name}; fields.kindOf(field) != CallableFields::Kind::None)
      stored.push_back({field, id, unboxed(file, all[i])});
  }
}

// `self.hooks.push(Box::new(hook))`, `self.hook = Some(hook)`, `Job(hook)`, `HOOK.set(hook)`
void FieldReader::readStoring(FileId id, const facts::CallSite &site, const CallableFields &fields, std::vector<StoredCallable> &stored) {
  const facts::FileFacts &file = program_.files[id];
  const auto arguments = file.argumentsOf(site);
  const Value &callee = named(file, site.callee);
  if (arguments.empty())
    return;
  const bool assigns = site.kind == facts::CallKind::Operator;
  if (assigns || (callee.kind == ValueKind::Attr && callee.flag == 0 && stores(callee.name.view()))) {
    if (const auto field = fieldOf(id, assigns ? site.callee : callee.a, fields))
      stored.push_back({*field, id, unboxed(file, arguments.back().value)});
    return;
  }
  static const Name kFirst("0");
  const std::string_view name = callee.name.view();
  if (!fields.isNamed(kFirst) || name.empty() || name[0] < 'A' || name[0] > 'Z' || name == "Some" || name == "Ok" || name == "Err")
    return;
  if (const Name owner = typeConstructed(id, site.callee))
    for (size_t i = 0; i < arguments.size(); ++i)
      if (const Field field{owner, Name(std::to_string(i))}; fields.kindOf(field) != CallableFields::Kind::None)
        stored.push_back({field, id, unboxed(file, arguments[i].value)});
}

/// What a call calls, or sends to, where only a field may say what that is; 0 for other calls.
ValueId FieldReader::calledValue(FileId id, facts::CallId at) const {
  const facts::FileFacts &file = program_.files[id];
  const facts::CallSite &site = file.calls[at];
  const link::Call &call = program_.calls[program_.callAt(id, at)];
  if (site.kind != facts::CallKind::Call || !call.targets.empty())
    return 0;
  const Value &callee = file.values[site.callee];
  if (callee.kind == ValueKind::Attr && callee.flag == 0)
    return callee.name == kSend && call.externals.size() == 1 && call.externals.front().name.view().ends_with("::Sender::send") ? callee.a : 0;
  const bool isValue = callee.kind == ValueKind::Deref || callee.kind == ValueKind::Variable || callee.kind == ValueKind::Element || callee.kind == ValueKind::Param;
  return isValue ? site.callee : 0;
}

void FieldReader::read(FileId id, const CallableFields &fields, std::vector<StoredCallable> &stored, std::vector<FieldCall> &calls) {
  const facts::FileFacts &file = program_.files[id];
  for (const Value &value : file.values)
    if (value.kind == ValueKind::Cast && value.flag == 0 && file.values[value.a].kind == ValueKind::Display)
      readStruct(id, value, fields, stored);
  for (facts::CallId call = 0; call < file.calls.size(); ++call) {
    const facts::CallSite &site = file.calls[call];
    readStoring(id, site, fields, stored);
    if (const ValueId called = calledValue(id, call))
      if (const auto field = fieldOf(id, called, fields)) {
        const bool sends = called != site.callee;
        if (sends == (fields.kindOf(*field) == CallableFields::Kind::Sender))
          calls.push_back({*field, program_.callAt(id, call)});
        readHolder(*field, stored);
      }
  }
}

} // namespace clearway::frontend::rust
