#include "catalog/Properties.h"

#include "catalog/Conditions.h"
#include "catalog/NamePattern.h"
#include "catalog/Words.h"

#include <algorithm>
#include <set>

namespace clearway::catalog {
namespace {

using Read = void (*)(const YAML::Node &, Entry &, Mistakes &);

/// The text of a scalar; reports anything else.
std::optional<std::string> textOf(const YAML::Node &node, Mistakes &mistakes, std::string_view what) {
  if (node.IsScalar())
    return node.Scalar();
  mistakes.at(node.Mark(), "expected " + std::string(what));
  return std::nullopt;
}

/// The elements of a list, or the single node itself.
std::vector<YAML::Node> elements(const YAML::Node &node) {
  if (!node.IsSequence())
    return {node};
  return {node.begin(), node.end()};
}

template <typename Enum>
std::optional<Enum> readWord(const YAML::Node &node, std::span<const std::string_view> words, std::string_view what,
                             Mistakes &mistakes) {
  const auto text = textOf(node, mistakes, what);
  if (!text)
    return std::nullopt;
  const auto value = enumerator<Enum>(words, *text);
  if (!value)
    mistakes.at(node.Mark(), "`" + *text + "` is no " + std::string(what) + advice(words, *text));
  return value;
}

std::optional<bool> readBool(const YAML::Node &node, Mistakes &mistakes) {
  if (node.IsScalar() && (node.Scalar() == "true" || node.Scalar() == "false"))
    return node.Scalar() == "true";
  mistakes.at(node.Mark(), "expected `true` or `false`");
  return std::nullopt;
}

template <bool Entry::*Flag> void readFlag(const YAML::Node &node, Entry &entry, Mistakes &mistakes) {
  if (const auto value = readBool(node, mistakes))
    entry.*Flag = *value;
}

template <Name Entry::*Text> void readText(const YAML::Node &node, Entry &entry, Mistakes &mistakes) {
  if (const auto text = textOf(node, mistakes, "a text"))
    entry.*Text = Name(*text);
}

/// How long an effect takes where the entry does not say.
Weight usualWeight(EffectKind kind) {
  const bool slow = kind == EffectKind::Dns || kind == EffectKind::Process || kind == EffectKind::Database ||
                    kind == EffectKind::Http || kind == EffectKind::Bridge;
  return slow ? Weight::High : Weight::Middle;
}

void readEffect(const YAML::Node &node, Entry &entry, Mistakes &mistakes) {
  entry.effect = readWord<EffectKind>(node, effectWords(), "effect", mistakes).value_or(entry.effect);
  entry.weight = usualWeight(entry.effect);
}

void readWeight(const YAML::Node &node, Entry &entry, Mistakes &mistakes) {
  entry.weight = readWord<Weight>(node, weightWords(), "weight", mistakes).value_or(entry.weight);
}

void readContext(const YAML::Node &node, Entry &entry, Mistakes &mistakes) {
  entry.membersRunIn = readWord<ExecutionContext>(node, contextWords(), "context", mistakes).value_or(entry.membersRunIn);
}

void readLock(const YAML::Node &node, Entry &entry, Mistakes &mistakes) {
  static constexpr std::string_view kLocks[] = {"none", "thread", "async"};
  entry.lock = readWord<LockKind>(node, kLocks, "kind of lock", mistakes).value_or(entry.lock);
}

std::optional<ArgumentRef> argumentOf(const YAML::Node &node, Mistakes &mistakes) {
  const auto text = textOf(node, mistakes, "an argument (`0`, `timeout`, `1/timeout`, `receiver` or `all`)");
  if (!text)
    return std::nullopt;
  const auto argument = readArgument(*text);
  if (!argument) {
    mistakes.at(node.Mark(), argument.error());
    return std::nullopt;
  }
  return *argument;
}

void readGuards(const YAML::Node &node, Entry &entry, Mistakes &mistakes) {
  entry.guardedLock = argumentOf(node, mistakes).value_or(entry.guardedLock);
}

void appendConditions(const YAML::Node &node, ConditionRole role, std::vector<Condition> &to, Mistakes &mistakes) {
  for (const YAML::Node &element : elements(node)) {
    const auto text = textOf(element, mistakes, "a condition, as a text");
    if (!text)
      continue;
    if (const auto condition = readCondition(*text, role))
      to.push_back(*condition);
    else
      mistakes.at(element.Mark(), condition.error());
  }
}

template <ConditionRole Role> void readConditions(const YAML::Node &node, Entry &entry, Mistakes &mistakes) {
  appendConditions(node, Role, entry.conditions, mistakes);
}

/// The value of one argument of `runs`: a context, or a map with the details.
void readRunsValue(const YAML::Node &node, RunsArgument &runs, Mistakes &mistakes) {
  const auto threaded = [&] {
    return runs.context == ExecutionContext::BlockingPool || runs.context == ExecutionContext::NewThread;
  };
  if (!node.IsMap()) {
    runs.context = readWord<ExecutionContext>(node, contextWords(), "context", mistakes).value_or(runs.context);
    runs.asyncIsBug = threaded();
    return;
  }
  static constexpr std::string_view kKeys[] = {"context", "runtime", "async_is_bug", "only_if"};
  std::optional<bool> asyncIsBug;
  for (const auto &pair : node) {
    const std::string &key = pair.first.Scalar();
    if (key == "context")
      runs.context = readWord<ExecutionContext>(pair.second, contextWords(), "context", mistakes).value_or(runs.context);
    else if (key == "runtime")
      runs.runtime = Name(textOf(pair.second, mistakes, "the runtime's name").value_or(""));
    else if (key == "async_is_bug")
      asyncIsBug = readBool(pair.second, mistakes);
    else if (key == "only_if")
      appendConditions(pair.second, ConditionRole::OnlyIf, runs.conditions, mistakes);
    else
      mistakes.at(pair.first.Mark(), "unknown key `" + key + "`" + advice(kKeys, key));
  }
  if (runs.context == ExecutionContext::Unknown)
    mistakes.at(node.Mark(), "says no `context`; use " + listOf(contextWords()));
  runs.asyncIsBug = asyncIsBug.value_or(threaded());
}

void readRuns(const YAML::Node &node, Entry &entry, Mistakes &mistakes) {
  entry.runs.clear();
  for (const YAML::Node &map : elements(node)) {
    if (!map.IsMap()) {
      mistakes.at(map.Mark(), "expected a map from arguments to contexts, as in `{0/target: new-thread}`");
      continue;
    }
    for (const auto &pair : map) {
      RunsArgument runs;
      runs.argument = argumentOf(pair.first, mistakes).value_or(ArgumentRef{});
      readRunsValue(pair.second, runs, mistakes);
      entry.runs.push_back(std::move(runs));
    }
  }
}

void readUseInstead(const YAML::Node &node, Entry &entry, Mistakes &mistakes) {
  entry.useInstead.clear();
  if (node.IsScalar()) {
    entry.useInstead.push_back({Name(), Name(node.Scalar())});
    return;
  }
  if (!node.IsMap()) {
    mistakes.at(node.Mark(), "expected a text, or a map from frameworks (or `any`) to texts");
    return;
  }
  for (const auto &pair : node) {
    const std::string &framework = pair.first.Scalar();
    if (const auto text = textOf(pair.second, mistakes, "a text"))
      entry.useInstead.push_back({framework == "any" ? Name() : Name(framework), Name(*text)});
  }
}

void readBases(const YAML::Node &node, Entry &entry, Mistakes &mistakes) {
  entry.bases.clear();
  for (const YAML::Node &element : elements(node)) {
    const auto text = textOf(element, mistakes, "names of types");
    if (!text)
      continue;
    const auto names = expandNames(*text);
    if (!names)
      mistakes.at(element.Mark(), names.error());
    else
      for (const std::string &name : *names)
        entry.bases.emplace_back(name);
  }
}

struct Property {
  std::string_view key;
  Read read;
};

constexpr Property kProperties[] = {
    {"effect", nullptr}, // read first, because it decides the usual weight
    {"weight", readWeight},
    {"bounded", readFlag<&Entry::bounded>},
    {"nonblocking_if", readConditions<ConditionRole::NonblockingIf>},
    {"only_if", readConditions<ConditionRole::OnlyIf>},
    {"bounded_if", readConditions<ConditionRole::BoundedIf>},
    {"lazy", readFlag<&Entry::lazy>},
    {"returns", readText<&Entry::returns>},
    {"yields", readText<&Entry::yields>},
    {"property", readFlag<&Entry::isProperty>},
    {"note", readText<&Entry::note>},
    {"use_instead", readUseInstead},
    {"source", readText<&Entry::provenance>},
    {"lock", readLock},
    {"acquires", readFlag<&Entry::acquires>},
    {"releases", readFlag<&Entry::releases>},
    {"guard", readFlag<&Entry::isGuard>},
    {"guards", readGuards},
    {"defers", readFlag<&Entry::defers>},
    {"try", readFlag<&Entry::tryOnly>},
    {"runs", readRuns},
    {"context", readContext},
    {"runtime", readText<&Entry::runtime>},
    {"starts_loop", readFlag<&Entry::startsLoop>},
    {"serves", readFlag<&Entry::serves>},
    {"polls", readFlag<&Entry::polls>},
    {"suspends", readFlag<&Entry::suspends>},
    {"eager", readFlag<&Entry::eager>},
    {"spawns", readFlag<&Entry::spawnsTask>},
    {"keeps", readFlag<&Entry::keepsTasks>},
    {"replies_later", readFlag<&Entry::repliesLater>},
    {"gives_timeout", readFlag<&Entry::givesTimeout>},
    {"buffers_stream", readFlag<&Entry::buffersStream>},
    {"bases", readBases}, // types only
    {"members", nullptr},     // types only; read by the caller
};
constexpr size_t kForTypesOnly = 2; // the last ones

std::span<const Property> propertiesOf(EntryKind kind) {
  std::span<const Property> all(kProperties);
  return kind == EntryKind::Type ? all : all.first(all.size() - kForTypesOnly);
}

const Property *findProperty(EntryKind kind, std::string_view key) {
  for (const Property &property : propertiesOf(kind))
    if (property.key == key)
      return &property;
  return nullptr;
}

std::string adviceOnKey(EntryKind kind, std::string_view key) {
  std::vector<std::string_view> keys;
  for (const Property &property : propertiesOf(kind))
    keys.push_back(property.key);
  return advice(keys, key);
}

/// Which keys a map has: decides what the defaults mean for it.
std::set<std::string> keysOf(const YAML::Node &node) {
  std::set<std::string> keys;
  if (node.IsMap())
    for (const auto &pair : node)
      keys.insert(pair.first.Scalar());
  return keys;
}

/// Defaults about effects are meant for the plain calls of the document: takes from `entry` what does not suit it.
void dropUnfitDefaults(const YAML::Node &node, EntryKind kind, Entry &entry) {
  const auto keys = keysOf(node);
  const auto isTrue = [&](const char *key) { return keys.contains(key) && node[key].IsScalar() && node[key].Scalar() == "true"; };
  const bool isAsync = isTrue("suspends") || isTrue("spawns") ||
                       (keys.contains("lock") && node["lock"].IsScalar() && node["lock"].Scalar() == "async");
  const bool ownConditions = keys.contains("nonblocking_if") || keys.contains("only_if") || keys.contains("bounded_if");
  if (kind == EntryKind::Type || isAsync) {
    entry.effect = EffectKind::None;
    entry.weight = Weight::Middle;
    entry.bounded = false;
  }
  if (kind == EntryKind::Type || isAsync || ownConditions || keys.contains("effect") || node.IsScalar())
    entry.conditions.clear();
  if (kind == EntryKind::Type)
    entry.suspends = entry.eager = entry.spawnsTask = entry.keepsTasks = entry.repliesLater = entry.givesTimeout = false;
}

void readMap(const YAML::Node &node, EntryKind kind, Entry &entry, Mistakes &mistakes) {
  if (const YAML::Node effect = node["effect"])
    readEffect(effect, entry, mistakes);
  std::set<std::string> seen;
  for (const auto &pair : node) {
    if (!pair.first.IsScalar()) {
      mistakes.at(pair.first.Mark(), "expected a key");
      continue;
    }
    const std::string &key = pair.first.Scalar();
    const Property *property = findProperty(kind, key);
    if (!property)
      mistakes.at(pair.first.Mark(), "unknown key `" + key + "`" + adviceOnKey(kind, key));
    else if (!seen.insert(key).second)
      mistakes.at(pair.first.Mark(), "`" + key + "` is given twice; keep one");
    else if (property->read)
      property->read(pair.second, entry, mistakes);
  }
}

} // namespace

void readProperties(const YAML::Node &node, EntryKind kind, Entry &entry, Mistakes &mistakes) {
  if (kind != EntryKind::Defaults)
    dropUnfitDefaults(node, kind, entry);
  if (node.IsMap())
    readMap(node, kind, entry, mistakes);
  else if (node.IsScalar())
    readEffect(node, entry, mistakes);
  else if (!node.IsNull())
    mistakes.at(node.Mark(), "expected a map of properties, one word (the effect) or nothing");
}

} // namespace clearway::catalog
