#include "frontend/rust/semantics/Inference.h"

#include "frontend/rust/semantics/Prelude.h"

#include <array>

namespace clearway::frontend::rust {

using facts::ClassKind;
using facts::kNone;
using facts::Value;
using facts::ValueId;
using facts::ValueKind;
using link::FileId;
using link::FunctionId;

namespace {

constexpr unsigned kMaxDepth = 48;
const Name kAwait("await"), kTarget("Target");

} // namespace

Name placeholder(size_t position) {
  static const std::array kNames = {Name("T0"), Name("T1"), Name("T2"), Name("T3"), Name("T4"),
                                    Name("T5"), Name("T6"), Name("T7"), Name("T8"), Name("T9")};
  return position < kNames.size() ? kNames[position] : Name("T" + std::to_string(position));
}

Inference::Inference(const link::Program &program, const Knowledge &knowledge, const ItemIndex &items,
                     const Members &members, const ClosureArguments &closureArguments)
    : program_(program), knowledge_(knowledge), items_(items), members_(members), closureArguments_(closureArguments),
      values_(program.files.size()), named_(program.files.size()), callees_(program.files.size()) {
  for (const catalog::Entry &entry : knowledge.entries())
    if (entry.language == facts::Language::Rust)
      known_.insert(Name(entry.name.view().substr(entry.name.view().rfind(':') + 1)));
}

TypeId &Inference::slot(Table &table, FileId file, size_t size, uint32_t index) {
  if (table[file].empty())
    table[file].assign(size, kNotAsked);
  return table[file][index];
}

TypeId Inference::typeOf(FileId file, ValueId value) {
  if (value == 0 || depth_ >= kMaxDepth)
    return kUnknownType;
  TypeId &answer = slot(values_, file, program_.files[file].values.size(), value);
  if (answer != kNotAsked)
    return answer;
  answer = kUnknownType; // while it is being computed
  ++depth_;
  const TypeId type = compute(file, value);
  --depth_;
  return answer = type;
}

TypeId Inference::compute(FileId file, ValueId id) {
  const facts::FileFacts &facts = program_.files[file];
  const Value value = facts.values[id];
  switch (value.kind) {
  case ValueKind::Literal:
    if (value.flag == static_cast<uint8_t>(facts::LiteralKind::Other) && value.name.view() == "..") // a range, of numbers mostly
      return types.named("std::iter::Iterator", {kUnknownType});
    return value.flag == static_cast<uint8_t>(facts::LiteralKind::String) ? types.reference(types.named("str"))
                                                                          : kUnknownType;
  case ValueKind::Variable: return typeOfBinding(file, value.a);
  case ValueKind::Param: return typeOfParameter(file, value);
  case ValueKind::Self: return value.a == kNone ? kUnknownType : types.reference(selfType(file, value.a));
  case ValueKind::Ref: return typeOfPath(file, id);
  case ValueKind::Attr:
    if (value.flag == 1)
      return typeOfPath(file, id);
    if (const TypeId part = partOfVariant(file, facts.values[value.a], value.name))
      return part;
    return fieldType(typeOf(file, value.a), value.name);
  case ValueKind::Apply: return typeOfPath(file, id);
  case ValueKind::CallResult: return typeOfCall(file, value.a);
  case ValueKind::Await: return awaited(typeOf(file, value.a));
  case ValueKind::Element: return element(typeOf(file, value.a), value.flag);
  case ValueKind::Closure: return types.function(program_.functionAt(file, value.a));
  case ValueKind::Instance: return typeNamed(file, value.a);
  case ValueKind::Cast: return value.flag == 1 ? matched(file, value) : typeNamed(file, value.b);
  case ValueKind::Deref:
    return value.flag == 1 ? types.reference(types.stripped(typeOf(file, value.a)))
                           : dereferenced(typeOf(file, value.a));
  case ValueKind::Display: {
    std::vector<TypeId> items;
    for (const ValueId item : facts.operandsOf(value.operands))
      items.push_back(typeOf(file, item));
    if (value.flag == static_cast<uint8_t>(facts::DisplayKind::List))
      return types.named("std::vec::Vec", {items.empty() ? kUnknownType : items.front()});
    return types.tuple(std::move(items));
  }
  case ValueKind::Join:
    for (const ValueId one : facts.operandsOf(value.operands))
      if (const TypeId type = typeOf(file, one))
        return type;
    return kUnknownType;
  default: return kUnknownType;
  }
}

// `State(shared): State<Arc<App>>`: the pattern names the type, the value knows its arguments.
TypeId Inference::matched(FileId file, const Value &value) {
  const TypeId named = typeNamed(file, value.b), actual = types.stripped(typeOf(file, value.a));
  const bool same = types[named].kind == TypeKind::Named && types[actual].kind == TypeKind::Named &&
                    types[named].name == types[actual].name;
  return same ? actual : named;
}

// `Either::Left(shared)`
TypeId Inference::partOfVariant(FileId file, const Value &pattern, Name name) {
  if (pattern.kind != ValueKind::Cast || pattern.flag != 1)
    return kUnknownType;
  const Item item = resolvePath(file, pattern.b);
  if (item.kind != ItemKind::Class || program_.files[item.file].classes[item.index].self == 0)
    return kUnknownType;
  const facts::Binding *field = items_.field({item.file, item.index}, name);
  if (!field)
    return kUnknownType;
  const TypeId part = typeNamed(item.file, field->annotation);
  const Type whole = types[types.stripped(typeOf(file, pattern.a))];
  const auto &owners = items_.classesNamed(whole.name);
  return owners.empty() ? part : substituted(part, parametersOf(owners.front(), whole.args));
}

TypeId Inference::typeOfBinding(FileId file, uint32_t id) {
  const facts::Binding &binding = program_.files[file].bindings[id];
  if (binding.annotation)
    if (const TypeId declared = typeNamed(file, binding.annotation)) {
      const Value &value = program_.files[file].values[binding.value];
      if (types[declared].kind == TypeKind::Named && types.argument(declared, 0) == kUnknownType && value.kind == ValueKind::CallResult)
        if (const TypeId collection = typeOfCollect(file, program_.files[file].calls[value.a], declared))
          return collection;
      return declared;
    }
  return typeOf(file, binding.value);
}

TypeId Inference::typeOfParameter(FileId file, const Value &value) {
  const facts::FileFacts &facts = program_.files[file];
  const auto parameters = facts.parametersOf(facts.functions[value.a]);
  if (value.b >= parameters.size())
    return kUnknownType;
  if (parameters[value.b].annotation)
    return typeNamed(file, parameters[value.b].annotation);
  return closureParameter(program_.functionAt(file, value.a), value.b);
}

// `opt.map(|x| …)`, `items.iter().for_each(|x| …)`: what the receiver holds; for functions of the program, what the
// parameter's `Fn(A)` says.
TypeId Inference::closureParameter(FunctionId closure, uint32_t position) {
  const auto found = closureArguments_.find(closure);
  if (found == closureArguments_.end())
    return kUnknownType;
  const auto [call, argument] = found->second;
  const FileId file = program_.calls[call].file;
  const facts::CallSite &site = program_.site(call);
  const Callee &called = callee(file, program_.calls[call].site);
  for (const FunctionId function : called.functions) {
    const auto parameters = program_.fileOf(function).parametersOf(program_.facts(function));
    if (argument >= parameters.size())
      continue;
    const TypeId declared = types.stripped(typeNamed(program_.functions[function].file, parameters[argument].annotation));
    for (const TypeId bound : types[declared].args)
      if (types[bound].kind == TypeKind::FnPointer)
        return substituted(types.argument(types.argument(bound, 0), position), called.values);
  }
  const Value &target = program_.files[file].values[site.callee];
  if (position == 0 && called.functions.empty() && target.kind == ValueKind::Attr && target.flag == 0 &&
      runsClosureAtOnce(target.name.view()))
    return element(called.original, 0);
  return kUnknownType;
}

// ---- members

TypeId Inference::selfType(FileId file, facts::ClassId owner) {
  const facts::Class &made = program_.files[file].classes[owner];
  if (made.kind == ClassKind::Trait) {
    Type bound;
    bound.kind = TypeKind::Bound;
    static const Name kSelf("Self");
    bound.name = kSelf;
    bound.args = {types.named(qualifiedName({file, owner}))};
    return types.intern(std::move(bound));
  }
  if (made.kind == ClassKind::Impl || made.kind == ClassKind::Alias)
    return typeNamed(file, made.self);
  Item item;
  item.kind = ItemKind::Class;
  item.file = file;
  item.index = owner;
  return typeOfItem(item, {});
}

Name Inference::qualifiedName(ClassRef of) const { return program_.files[of.file].classes[of.id].qualifiedName; }

Substitution Inference::parametersOf(ClassRef of, const std::vector<TypeId> &args) {
  const facts::FileFacts &file = program_.files[of.file];
  Substitution values;
  size_t position = 0;
  for (const ValueId parameter : file.operandsOf(file.classes[of.id].typeParameters)) {
    if (position < args.size())
      values.emplace_back(file.values[parameter].name, args[position]);
    ++position;
  }
  return values;
}

TypeId Inference::fieldType(TypeId base, Name name) {
  for (unsigned step = 0; step < 8 && base != kUnknownType; ++step) {
    base = types.stripped(base);
    const Type &type = types[base];
    if (type.kind == TypeKind::Tuple) {
      const std::string_view digits = name.view();
      return digits.size() == 1 && digits[0] >= '0' && digits[0] <= '9'
                 ? types.argument(base, static_cast<size_t>(digits[0] - '0'))
                 : kUnknownType;
    }
    if (const TypeId field = classField(type, name))
      return field;
    if (isForeignWrapper(type) && name.view() == "0")
      return type.args.front();
    const TypeId next = dereferenced(base);
    if (next == base)
      return kUnknownType;
    base = next;
  }
  return kUnknownType;
}

Name Inference::ownerOf(TypeId base, Name field) {
  for (unsigned step = 0; step < 8 && base != kUnknownType; ++step) {
    base = types.stripped(base);
    const Type &type = types[base];
    if (type.kind == TypeKind::Named)
      for (const ClassRef of : items_.classesNamed(type.name))
        if (items_.field(of, field))
          return type.name;
    const TypeId next = dereferenced(base);
    if (next == base)
      break;
    base = next;
  }
  return {};
}

// What a foreign tuple struct with one type parameter holds is of that type: `Json<T>`, `State<T>`, `Wrapping<T>`.
bool Inference::isForeignWrapper(const Type &type) const {
  return type.kind == TypeKind::Named && type.args.size() == 1 && items_.classesNamed(type.name).empty();
}

TypeId Inference::classField(const Type &type, Name name) {
  if (type.kind != TypeKind::Named)
    return kUnknownType;
  for (const ClassRef of : items_.classesNamed(type.name)) {
    if (const facts::Binding *binding = items_.field(of, name))
      return substituted(typeNamed(of.file, binding->annotation), parametersOf(of, type.args));
  }
  const catalog::Entry *entry = knowledge_.findMember(type.name, name);
  return entry && entry->isProperty && entry->returns ? types.parse(entry->returns.view(), {}) : kUnknownType;
}

// One step of `*`: smart pointers, guards, users' Deref implementations.
TypeId Inference::dereferenced(TypeId id) {
  const Type &type = types[id];
  if (type.kind == TypeKind::Reference)
    return type.args.front();
  if (type.kind != TypeKind::Named)
    return id;
  const catalog::Entry *entry = knowledge_.find(type.name);
  if (!type.args.empty() && (isSmartPointer(type.name.view()) || (entry && entry->isGuard)))
    return type.args.back();
  for (const ClassRef impl : members_.implementationsOf(type.name)) {
    const facts::Class &made = program_.files[impl.file].classes[impl.id];
    for (const ValueId base : program_.files[impl.file].operandsOf(made.bases))
      if (program_.files[impl.file].values[base].name.view() == "Deref")
        if (const ClassRef target = items_.memberClass(impl, kTarget); target.file != link::kNone) {
          Substitution values;
          types.unify(selfType(impl.file, impl.id), id, values);
          return substituted(typeNamed(target.file, program_.files[target.file].classes[target.id].self), values);
        }
  }
  return id;
}

TypeId Inference::future(TypeId output) { return types.named("std::future::Future", {output}); }

TypeId Inference::awaited(TypeId id) {
  for (unsigned step = 0; step < 6; ++step) {
    id = types.stripped(id);
    const Type &type = types[id];
    if (type.kind == TypeKind::Function) {
      const bool isBlock = program_.facts(type.function).flags & facts::FunctionFlag::AsyncBlock;
      return isBlock ? bodyResult(type.function) : kUnknownType;
    }
    if (type.kind == TypeKind::Bound) {
      for (const TypeId bound : type.args)
        if (types[bound].name.view().ends_with("Future"))
          return types.argument(bound, 0);
      return kUnknownType;
    }
    if (type.kind != TypeKind::Named)
      return kUnknownType;
    const std::string_view name = type.name.view();
    if (name.ends_with("::Future") || name.ends_with("BoxFuture") || name.ends_with("::LocalBoxFuture") ||
        name == "std::future::Ready")
      return types.argument(id, 0);
    const catalog::Entry *entry = knowledge_.findMember(type.name, kAwait);
    if (entry && entry->returns) {
      Substitution values;
      for (size_t i = 0; i < type.args.size(); ++i)
        values.emplace_back(placeholder(i), type.args[i]);
      return types.parse(entry->returns.view(), values);
    }
    const TypeId next = dereferenced(id);
    if (next == id)
      return kUnknownType;
    id = next;
  }
  return kUnknownType;
}

// What `?`, `Some(x)`, a loop or an index takes out.
TypeId Inference::element(TypeId id, uint8_t flag) {
  for (unsigned step = 0; step < 6; ++step) {
    id = types.stripped(id);
    const Type &type = types[id];
    if (type.kind == TypeKind::Bound) {
      for (const TypeId bound : type.args)
        if (types[bound].name.view().ends_with("Iterator") || types[bound].name.view().ends_with("Stream"))
          return types.argument(bound, 0);
      return kUnknownType;
    }
    if (type.kind != TypeKind::Named)
      return kUnknownType;
    const std::string_view name = type.name.view();
    if (name == "std::option::Option" || name == "std::result::Result" || name == "std::task::Poll" || name == "[]")
      return types.argument(id, 0);
    const bool isMap = name.ends_with("Map") && type.args.size() >= 2;
    if (isMap && flag == 2)
      return type.args[1];
    if (const catalog::Entry *entry = knowledge_.find(type.name); entry && entry->yields) {
      Substitution values;
      for (size_t i = 0; i < type.args.size(); ++i)
        values.emplace_back(placeholder(i), type.args[i]);
      return types.parse(entry->yields.view(), values);
    }
    if (isMap)
      return types.tuple({type.args[0], type.args[1]});
    const TypeId next = dereferenced(id);
    if (next == id && flag == 1 && items_.classesNamed(type.name).empty())
      return id; // `Reader::new(file)?` of somebody else's: a reader, and not the file
    if (next == id)
      return type.args.empty() ? kUnknownType : type.args.front();
    id = next;
  }
  return kUnknownType;
}

} // namespace clearway::frontend::rust
