#include "catalog/Lint.h"

#include "catalog/EmbeddedFiles.h"
#include "catalog/FileReader.h"
#include "catalog/NamePattern.h"
#include "catalog/Snapshot.h"
#include "catalog/Words.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

namespace clearway::catalog {
namespace {

std::string quoted(Name name) { return "`" + std::string(name.view()) + "`"; }

/// A type that another file may describe, too, because it says nothing of its own.
bool isBareType(const Entry &entry) {
  return entry.isType && entry.effect == EffectKind::None && entry.lock == LockKind::None && !entry.isGuard &&
         entry.bases.empty() && entry.runs.empty() && !entry.yields && entry.membersRunIn == ExecutionContext::Unknown;
}

class Linter {
public:
  explicit Linter(const Catalog &catalog) : catalog_(catalog) {}

  std::vector<Error> lint(std::span<const Entry> entries) {
    for (const Entry &entry : entries)
      lint(entry);
    findRepeated(entries);
    return std::move(doubts_);
  }

  void doubt(Name file, uint32_t line, std::string message) {
    doubts_.push_back({std::string(file.view()), line, 1, std::move(message)});
  }

private:
  // One key names many entries: each doubt is worth one line, for the first name.
  void doubt(const Entry &entry, const std::string &message) {
    if (told_.insert(std::string(entry.file.view()) + ":" + std::to_string(entry.line) + message).second)
      doubt(entry.file, entry.line, quoted(entry.name) + " " + message);
  }

  void lint(const Entry &entry) {
    if (entry.provenance.empty())
      doubt(entry, "has no `source`: say where its documentation is");
    lintTypes(entry);
    lintEffect(entry);
  }

  void lintTypes(const Entry &entry) {
    for (const Name base : entry.bases) {
      const Entry *known = catalog_.find(entry.language, base);
      if (!known || !known->isType)
        doubt(entry, "has the base " + quoted(base) + ", which no entry under `types` describes");
      else if (base == entry.name)
        doubt(entry, "is its own base");
    }
    const std::string_view result = entry.returns.view();
    const bool isPlainName = result.find(separator(entry.language)) != std::string_view::npos && // not a placeholder, not built in
                             result.find_first_of("<($") == std::string_view::npos;             // without type arguments
    if (isPlainName && !catalog_.knowsPrefix(entry.language, entry.returns))
      doubt(entry, "returns " + quoted(entry.returns) + ", of which nothing is known; check the spelling, or add it to `types`");
  }

  void lintEffect(const Entry &entry) {
    const bool hasEffect = entry.effect != EffectKind::None;
    const bool isConditional = hasEffect || entry.lock != LockKind::None || entry.membersRunIn != ExecutionContext::Unknown;
    if (!entry.conditions.empty() && !isConditional)
      doubt(entry, "has conditions, but no effect, lock or context that they could be about");
    if (hasEffect && entry.suspends)
      doubt(entry, "both suspends and blocks; an awaitable that blocks is rare: keep one");
    if (hasEffect && entry.tryOnly)
      doubt(entry, "has `try: true`, so it does not block: drop its effect");
  }

  void findRepeated(std::span<const Entry> entries) {
    std::unordered_map<Name, const Entry *> first;
    for (const Entry &entry : entries)
      if (const auto [earlier, isNew] = first.try_emplace(entry.name, &entry); !isNew && !isBareType(*earlier->second))
        doubt(entry, "is also in " + std::string(earlier->second->file.view()) + ":" + std::to_string(earlier->second->line) +
                         ", which this entry replaces; keep one");
  }

  const Catalog &catalog_;
  std::vector<Error> doubts_;
  std::unordered_set<std::string> told_;
};

constexpr std::array kAllLanguages{facts::Language::Cpp, facts::Language::Rust, facts::Language::Python};

void lintRemovals(const CatalogFile &file, std::string_view path, Linter &linter) {
  const Catalog builtIn = Catalog::embedded(kAllLanguages);
  for (const auto &removal : file.removals)
    if (std::none_of(builtIn.entries().begin(), builtIn.entries().end(), [&](const Entry &entry) {
          return entry.language == removal.language && entry.name == removal.name;
        }) && !builtIn.find(removal.language, removal.name))
      linter.doubt(Name(path), 1, "`remove` names " + quoted(removal.name) + ", which nothing describes; check the spelling");
}

} // namespace

LintResult lintFile(std::string_view file, std::string_view yaml) {
  Catalog catalog = Catalog::embedded(kAllLanguages);
  LintResult result;
  result.mistakes = catalog.add(file, yaml);
  if (!result.mistakes.empty())
    return result;
  const CatalogFile read = readCatalogFile(file, yaml, std::nullopt);
  Linter linter(catalog);
  lintRemovals(read, file, linter);
  result.doubts = linter.lint(read.entries);
  result.entryCount = read.entries.size();
  return result;
}

LintResult lintEmbedded(facts::Language language) {
  const Catalog catalog = Catalog::embedded({&language, 1});
  const auto entries = readSnapshot(embeddedCatalog(languageWords()[static_cast<size_t>(language)]));
  LintResult result;
  result.doubts = Linter(catalog).lint(entries);
  result.entryCount = entries.size();
  return result;
}

std::vector<const Entry *> unmatchedEntries(const Catalog &catalog, std::span<const Entry *const> matched) {
  const std::unordered_set<const Entry *> known(matched.begin(), matched.end());
  std::vector<const Entry *> unmatched;
  for (const Entry &entry : catalog.entries())
    if (!known.contains(&entry))
      unmatched.push_back(&entry);
  return unmatched;
}

} // namespace clearway::catalog
