// Closures and functions that are kept in fields of structs: `Server { handler: Box::new(|x| …) }`, `self.hooks.push(hook)`, and the
// calls of what is in there: `(self.handler)(x)`.
#pragma once

#include "frontend/rust/semantics/Inference.h"

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace clearway::frontend::rust {

/// A field of a type of the program, or of a variant; a static, or what a function returns, has no name.
struct Field {
  Name owner, name;
  friend bool operator==(const Field &, const Field &) = default;
};
struct FieldHash {
  size_t operator()(const Field &field) const { return size_t{field.owner.handle()} * 31 + field.name.handle(); }
};

/// Fields that hold something callable, or a sender whose type does not say whether it is bounded.
class CallableFields {
public:
  enum class Kind : uint8_t {
    None,
    Any,    // `Box<dyn Fn()>`, `fn()`: whatever is stored there
    OfType, // a type parameter: each instance has its own
    Sender, // of a channel that may be bounded, which its type does not say
  };

  void add(const Field &field, Kind kind);
  void add(const CallableFields &more);
  bool isNamed(Name field) const { return names_.contains(field); }
  Kind kindOf(const Field &field) const;
  bool empty() const { return names_.empty(); }

private:
  std::unordered_map<Field, Kind, FieldHash> fields_;
  std::unordered_set<Name> names_;
};

/// Something that is put into a field.
struct StoredCallable {
  Field field;
  link::FileId file = link::kNone;
  facts::ValueId value = 0; // what is in the boxes around it
};
/// A call of what is in a field.
struct FieldCall {
  Field field;
  link::CallId call = link::kNone;
};

/// Names of `type Handler = Box<dyn Fn(…)>;` and the like.
std::unordered_set<Name> functionAliases(const link::Program &program);

/// Belongs to one thread.
class FieldReader {
public:
  FieldReader(const link::Program &program, const ItemIndex &items, const ClosureArguments &closures, Inference &inference)
      : program_(program), items_(items), closures_(closures), inference_(inference) {}

  void addFields(link::FileId file, const std::unordered_set<Name> &aliases, CallableFields &to);
  /// `fields` must be complete.
  void read(link::FileId file, const CallableFields &fields, std::vector<StoredCallable> &stored, std::vector<FieldCall> &calls);

private:
  CallableFields::Kind kindOf(TypeId type, unsigned depth) const;
  bool mayBeCallable(link::FileId file, facts::ClassId owner, facts::ValueId type, const std::unordered_set<Name> &aliases) const;
  std::optional<Field> fieldOf(link::FileId file, facts::ValueId value, const CallableFields &fields);
  Name ownerOf(link::FileId file, const facts::Value &part);
  Name typeConstructed(link::FileId file, facts::ValueId path);
  std::optional<Field> staticOf(link::FileId file, facts::ValueId value);
  std::optional<Field> resultOf(link::FileId file, const facts::Value &call);
  void addLeaves(const Field &field, link::FileId file, facts::ValueId value, std::vector<StoredCallable> &stored, unsigned depth = 0) const;
  void readHolder(const Field &field, std::vector<StoredCallable> &stored);
  facts::ValueId calledValue(link::FileId file, facts::CallId call) const;
  facts::ValueId receiverOfTaker(link::FileId file, const facts::Value &parameter) const;
  void readStruct(link::FileId file, const facts::Value &made, const CallableFields &fields, std::vector<StoredCallable> &stored);
  void readStoring(link::FileId file, const facts::CallSite &site, const CallableFields &fields, std::vector<StoredCallable> &stored);

  const link::Program &program_;
  const ItemIndex &items_;
  const ClosureArguments &closures_;
  Inference &inference_;
  struct Holder { // a static or a function, by the name that stands for it
    Item item;
    bool isRead = false;
  };
  std::unordered_map<Name, Holder> holders_;
};

} // namespace clearway::frontend::rust
