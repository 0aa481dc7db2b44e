// What is put into objects from outside: `app.state.model = Model()`, `models[name] = Model()`,
// `models.append(Model())`. Where nothing else says what an attribute is or what a container holds, these do.
#pragma once

#include "link/Program.h"

#include <span>
#include <unordered_map>
#include <vector>

namespace clearway::python {

/// A value that is put into an object, in one file.
struct Stored {
  link::FileId file = link::kNone;
  facts::ValueId owner = 0, value = 0;
};

/// All of them but those of tests, by names. Built once; read by any thread.
class StoreIndex {
public:
  explicit StoreIndex(const link::Program &program);

  /// `….name = value`
  std::span<const Stored> attributes(Name name) const { return find(attributes_, name); }
  /// `…["key"] = value`, by the text of the key
  std::span<const Stored> items(Name key) const { return find(items_, key); }
  /// `name[…] = value`, `name.append(value)` and the like, by the last name of the container
  std::span<const Stored> contents(Name name) const { return find(contents_, name); }
  /// The binding that holds a container made at this value (an empty display or a call); kNone if none does.
  uint32_t bindingOf(link::FileId file, facts::ValueId made) const;

private:
  using Index = std::unordered_map<Name, std::vector<Stored>>;
  void collect(const facts::FileFacts &file, link::FileId id);
  void collectStore(const facts::FileFacts &file, link::FileId id, const facts::Binding &binding);
  void collectCall(const facts::FileFacts &file, link::FileId id, const facts::CallSite &site);
  Name lastName(const facts::FileFacts &file, link::FileId id, facts::ValueId value) const;
  static std::span<const Stored> find(const Index &index, Name name);

  Index attributes_, items_, contents_;
  std::vector<std::unordered_map<facts::ValueId, uint32_t>> made_; // by file
};

/// Whether the value makes an empty container: `{}`, `[]`, `dict()`, `collections.deque()`.
bool makesEmptyContainer(const facts::FileFacts &file, facts::ValueId value);

} // namespace clearway::python
