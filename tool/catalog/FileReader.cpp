#include "catalog/FileReader.h"

#include "catalog/NamePattern.h"
#include "catalog/Properties.h"
#include "catalog/Words.h"

#include <unordered_map>

namespace clearway::catalog {
namespace {

/// "requests" for "catalog/requests.yaml": the library's name where the file gives none.
std::string_view stem(std::string_view file) {
  file.remove_prefix(file.find_last_of('/') + 1);
  return file.substr(0, file.find('.'));
}

class Reader {
public:
  Reader(std::string_view file, std::optional<facts::Language> language) : mistakes_(file), fallback_(language) {}

  CatalogFile read(std::string_view yaml) {
    try {
      for (const YAML::Node &document : YAML::LoadAll(std::string(yaml)))
        readDocument(document);
    } catch (const YAML::Exception &error) {
      mistakes_.at(error.mark, "this is no valid YAML: " + error.msg);
    }
    out_.errors = mistakes_.take();
    return std::move(out_);
  }

private:
  void readDocument(const YAML::Node &root);
  void readHead(const YAML::Node &root);
  std::optional<facts::Language> languageOf(const YAML::Node &root);
  void readSection(const YAML::Node &section, EntryKind kind);
  void readType(const std::vector<std::string> &names, const YAML::Node &key, const YAML::Node &value);
  void readMembers(const std::vector<std::string> &types, const Entry &type, const YAML::Node &members);
  void readRemovals(const YAML::Node &node);
  std::vector<std::string> namesOf(const YAML::Node &key);
  void addEntries(const std::vector<std::string> &names, Entry entry, const YAML::Mark &mark);
  void finish(Entry &entry, const YAML::Mark &mark);

  Mistakes mistakes_;
  std::optional<facts::Language> fallback_;
  Entry defaults_;
  CatalogFile out_;
  std::unordered_map<Name, uint32_t> lines_; // where each name of the document's language was first given
};

constexpr std::string_view kDocumentKeys[] = {"library", "language", "source", "defaults", "calls", "types", "remove"};

void Reader::readDocument(const YAML::Node &root) {
  if (root.IsNull())
    return;
  if (!root.IsMap()) {
    mistakes_.at(root.Mark(), "expected a map with the keys " + listOf(kDocumentKeys));
    return;
  }
  for (const auto &pair : root)
    if (const std::string &key = pair.first.Scalar(); !enumerator<size_t>(kDocumentKeys, key))
      mistakes_.at(pair.first.Mark(), "unknown key `" + key + "`" + advice(kDocumentKeys, key));
  const auto language = languageOf(root);
  if (!language)
    return;
  defaults_ = Entry{};
  defaults_.language = *language;
  readHead(root);
  readSection(root["calls"], EntryKind::Call);
  readSection(root["types"], EntryKind::Type);
  readRemovals(root["remove"]);
}

std::optional<facts::Language> Reader::languageOf(const YAML::Node &root) {
  const YAML::Node node = root["language"];
  if (!node && !fallback_)
    mistakes_.at(root.Mark(), "the document does not say its `language`: add " + listOf(languageWords()));
  if (!node)
    return fallback_;
  const std::string word = node.IsScalar() ? node.Scalar() : "";
  const auto language = enumerator<facts::Language>(languageWords(), word);
  if (!language)
    mistakes_.at(node.Mark(), "`" + word + "` is no language" + advice(languageWords(), word));
  else if (fallback_ && *language != *fallback_)
    mistakes_.at(node.Mark(), "the file lies in another language's folder; move it or drop `language`");
  return language;
}

void Reader::readHead(const YAML::Node &root) {
  const auto text = [&](const char *key) -> std::string {
    const YAML::Node node = root[key];
    if (!node)
      return "";
    if (!node.IsScalar())
      mistakes_.at(node.Mark(), "expected a text");
    return node.IsScalar() ? node.Scalar() : "";
  };
  const std::string library = text("library");
  defaults_.library = Name(library.empty() ? stem(mistakes_.file()) : library);
  defaults_.provenance = Name(text("source"));
  defaults_.file = Name(mistakes_.file());
  if (const YAML::Node defaults = root["defaults"])
    readProperties(defaults, EntryKind::Defaults, defaults_, mistakes_);
}

void Reader::readSection(const YAML::Node &section, EntryKind kind) {
  if (!section || section.IsNull())
    return;
  if (!section.IsMap()) {
    mistakes_.at(section.Mark(), "expected a map from names to properties");
    return;
  }
  for (const auto &pair : section) {
    const auto names = namesOf(pair.first);
    if (kind == EntryKind::Type) {
      readType(names, pair.first, pair.second);
      continue;
    }
    Entry entry = defaults_;
    readProperties(pair.second, kind, entry, mistakes_);
    addEntries(names, std::move(entry), pair.first.Mark());
  }
}

void Reader::readType(const std::vector<std::string> &names, const YAML::Node &key, const YAML::Node &value) {
  Entry entry = defaults_;
  entry.isType = true;
  readProperties(value, EntryKind::Type, entry, mistakes_);
  addEntries(names, entry, key.Mark());
  if (!value.IsMap())
    return;
  if (const YAML::Node members = value["members"])
    readMembers(names, entry, members);
}

void Reader::readMembers(const std::vector<std::string> &types, const Entry &type, const YAML::Node &members) {
  if (!members.IsMap()) {
    mistakes_.at(members.Mark(), "expected a map from members' names to properties");
    return;
  }
  const std::string_view sep = separator(defaults_.language);
  for (const auto &pair : members) {
    Entry entry = defaults_;
    readProperties(pair.second, EntryKind::Member, entry, mistakes_);
    if (entry.lock == LockKind::None && (entry.acquires || entry.releases || entry.isGuard || entry.tryOnly))
      entry.lock = type.lock;
    if (!pair.first.IsScalar()) {
      mistakes_.at(pair.first.Mark(), "expected a member's name");
      continue;
    }
    const auto expanded = expandNames(pair.first.Scalar());
    if (!expanded) {
      mistakes_.at(pair.first.Mark(), expanded.error());
      continue;
    }
    std::vector<std::string> names;
    for (const std::string &owner : types)
      for (const std::string &member : *expanded)
        names.push_back(owner + std::string(sep) + member);
    addEntries(names, std::move(entry), pair.first.Mark());
  }
}

void Reader::readRemovals(const YAML::Node &node) {
  if (!node)
    return;
  for (const YAML::Node &element : node.IsSequence() ? std::vector<YAML::Node>(node.begin(), node.end()) : std::vector{node})
    for (const std::string &name : namesOf(element))
      out_.removals.push_back({defaults_.language, Name(name)});
}

std::vector<std::string> Reader::namesOf(const YAML::Node &key) {
  if (!key.IsScalar()) {
    mistakes_.at(key.Mark(), "expected names, as one text (quote it if it begins with a brace)");
    return {};
  }
  const auto names = expandNames(key.Scalar());
  if (!names) {
    mistakes_.at(key.Mark(), names.error());
    return {};
  }
  if (names->empty())
    mistakes_.at(key.Mark(), "expected a name");
  return *names;
}

void Reader::addEntries(const std::vector<std::string> &names, Entry entry, const YAML::Mark &mark) {
  finish(entry, mark);
  for (const std::string &text : names) {
    if (const std::string fault = faultOf(text, entry.language); !fault.empty()) {
      mistakes_.at(mark, fault);
      continue;
    }
    entry.name = Name(text);
    // Rust and C++ share a separator, so one file could name the same thing for both.
    const Name key(std::string(languageWords()[static_cast<size_t>(entry.language)]) + " " + text);
    if (const auto [first, isNew] = lines_.emplace(key, entry.line); !isNew)
      mistakes_.at(mark, "`" + text + "` is given twice, first on line " + std::to_string(first->second) +
                             "; put what you know about it into one entry");
    else
      out_.entries.push_back(entry);
  }
}

void Reader::finish(Entry &entry, const YAML::Mark &mark) {
  entry.line = static_cast<uint32_t>(mark.line) + 1;
  for (RunsArgument &runs : entry.runs)
    if (!runs.runtime)
      runs.runtime = entry.runtime;
  const bool handlesLock = entry.acquires || entry.releases || entry.isGuard || entry.tryOnly;
  if (handlesLock && !entry.isType && entry.lock == LockKind::None)
    mistakes_.at(mark, "the entry handles a lock but does not say which kind: add `lock: thread` or `lock: async`");
  ArgumentRef &guarded = entry.guardedLock;
  if (handlesLock && guarded.position < 0 && !guarded.keyword && !guarded.all) {
    guarded.receiver = !entry.isType;
    guarded.position = entry.isType ? 0 : -1;
  }
}

} // namespace

CatalogFile readCatalogFile(std::string_view file, std::string_view yaml, std::optional<facts::Language> language) {
  return Reader(file, language).read(yaml);
}

} // namespace clearway::catalog
