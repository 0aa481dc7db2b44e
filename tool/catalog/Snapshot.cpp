#include "catalog/Snapshot.h"

#include <cstring>
#include <type_traits>
#include <unordered_map>

namespace clearway::catalog {
namespace {

// Layout: the texts (count, then length and bytes of each), the records (count, then each), the entries (count, then the
// text of the name and the number of the record of each). One key of a file names many entries with one record.

class Writer {
public:
  static constexpr bool kReads = false;

  template <typename T> void number(const T &value) {
    bytes.append(reinterpret_cast<const char *>(&value), sizeof(T));
  }
  void text(const Name &name) { number(textId(name)); }
  uint32_t textId(Name name) {
    const auto [slot, isNew] = ids_.try_emplace(name, static_cast<uint32_t>(texts.size()));
    if (isNew)
      texts.push_back(name);
    return slot->second;
  }

  std::string bytes;
  std::vector<Name> texts;

private:
  std::unordered_map<Name, uint32_t> ids_;
};

class Reader {
public:
  static constexpr bool kReads = true;

  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  template <typename T> void number(T &value) {
    std::memcpy(&value, bytes_.data(), sizeof(T));
    bytes_.remove_prefix(sizeof(T));
  }
  uint32_t count() {
    uint32_t value = 0;
    number(value);
    return value;
  }
  void text(Name &name) { name = texts[count()]; }
  void readTexts() {
    texts.resize(count());
    for (Name &name : texts) {
      const uint32_t length = count();
      name = Name(bytes_.substr(0, length));
      bytes_.remove_prefix(length);
    }
  }

  std::vector<Name> texts;

private:
  std::string_view bytes_;
};

// Each of these lists the fields of one record once, for both directions.
template <typename Archive, typename Value> void fields(Archive &archive, Value &value);

template <typename Archive, typename Vector> void sequence(Archive &archive, Vector &items) {
  uint32_t count = static_cast<uint32_t>(items.size());
  archive.number(count);
  if constexpr (Archive::kReads)
    items.resize(count);
  for (auto &item : items)
    fields(archive, item);
}

template <typename Archive> void list(Archive &a, auto &e, const ArgumentRef &) {
  a.number(e.position), a.text(e.keyword), a.number(e.receiver), a.number(e.all);
}

template <typename Archive> void list(Archive &a, auto &e, const Condition &) {
  a.number(e.kind), a.number(e.role), a.number(e.subject);
  fields(a, e.argument);
  a.text(e.value), a.text(e.method);
}

template <typename Archive> void list(Archive &a, auto &e, const RunsArgument &) {
  fields(a, e.argument);
  a.number(e.context), a.text(e.runtime), a.number(e.asyncIsBug);
  sequence(a, e.conditions);
}

template <typename Archive> void list(Archive &a, auto &e, const UseInstead &) {
  a.text(e.framework), a.text(e.text);
}

/// All of an entry but its name.
template <typename Archive> void list(Archive &a, auto &e, const Entry &) {
  a.number(e.language), a.number(e.effect), a.number(e.weight), a.number(e.bounded);
  a.number(e.lock), a.number(e.isGuard), a.number(e.acquires), a.number(e.releases), a.number(e.defers), a.number(e.tryOnly);
  fields(a, e.guardedLock);
  sequence(a, e.runs);
  a.number(e.membersRunIn), a.text(e.runtime), a.number(e.startsLoop), a.number(e.serves), a.number(e.polls);
  a.number(e.suspends), a.number(e.eager), a.number(e.spawnsTask), a.number(e.keepsTasks), a.number(e.repliesLater), a.number(e.givesTimeout);
  a.number(e.lazy), a.number(e.buffersStream);
  a.text(e.returns), a.text(e.yields);
  sequence(a, e.bases);
  a.number(e.isProperty), a.number(e.isType);
  sequence(a, e.conditions);
  sequence(a, e.useInstead);
  a.text(e.note), a.text(e.library), a.text(e.provenance), a.text(e.file), a.number(e.line);
}

template <typename Archive, typename Value> void fields(Archive &archive, Value &value) {
  if constexpr (std::is_same_v<std::remove_const_t<Value>, Name>)
    archive.text(value);
  else
    list(archive, value, std::as_const(value));
}

} // namespace

std::string writeSnapshot(std::span<const Entry> entries) {
  Writer writer;
  std::unordered_map<std::string, uint32_t> recordIds;
  std::string records;
  std::vector<std::pair<uint32_t, uint32_t>> named; // text of the name, record
  for (const Entry &entry : entries) {
    writer.bytes.clear();
    fields(writer, entry);
    const auto [slot, isNew] = recordIds.try_emplace(writer.bytes, static_cast<uint32_t>(recordIds.size()));
    if (isNew)
      records += writer.bytes;
    named.emplace_back(writer.textId(entry.name), slot->second);
  }
  writer.bytes.clear();
  writer.number(static_cast<uint32_t>(writer.texts.size()));
  for (const Name text : writer.texts) {
    writer.number(static_cast<uint32_t>(text.view().size()));
    writer.bytes += text.view();
  }
  writer.number(static_cast<uint32_t>(recordIds.size()));
  writer.bytes += records;
  writer.number(static_cast<uint32_t>(named.size()));
  for (const auto &[name, record] : named)
    writer.number(name), writer.number(record);
  return std::move(writer.bytes);
}

std::vector<Entry> readSnapshot(std::string_view snapshot) {
  if (snapshot.empty())
    return {};
  Reader reader(snapshot);
  reader.readTexts();
  std::vector<Entry> records;
  sequence(reader, records);
  std::vector<Entry> entries;
  const uint32_t count = reader.count();
  entries.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    const Name name = reader.texts[reader.count()];
    entries.push_back(records[reader.count()]);
    entries.back().name = name;
  }
  return entries;
}

} // namespace clearway::catalog
