#include "catalog/Catalog.h"

#include "catalog/FileReader.h"
#include "catalog/NameIndex.h"
#include "catalog/NamePattern.h"

#include <array>

namespace clearway::catalog {

constexpr size_t kLanguages = 3;

struct Catalog::Impl {
  std::vector<Entry> entries;
  std::array<NameIndex, kLanguages> indexes;

  NameIndex &index(facts::Language language) { return indexes[static_cast<size_t>(language)]; }
  const NameIndex &index(facts::Language language) const { return indexes[static_cast<size_t>(language)]; }

  void put(Entry entry);
  void remove(const std::vector<CatalogFile::Removal> &removals);
  const Entry *lookUp(facts::Language language, std::string_view name) const;
};

/// Adds an entry, or overrides the one of the same name.
void Catalog::Impl::put(Entry entry) {
  const uint32_t at = static_cast<uint32_t>(entries.size());
  const uint32_t earlier = index(entry.language).add(entry, at);
  if (earlier == at)
    entries.push_back(std::move(entry));
  else
    entries[earlier] = std::move(entry);
}

/// Takes the entries away and leaves a mark, so that no pattern brings them back.
void Catalog::Impl::remove(const std::vector<CatalogFile::Removal> &removals) {
  if (removals.empty())
    return;
  for (const auto &removal : removals)
    index(removal.language).markRemoved(removal.name.view());
  std::vector<Entry> kept;
  for (Entry &entry : entries)
    if (!index(entry.language).isRemoved(entry.name.view()))
      kept.push_back(std::move(entry));
  entries.clear();
  for (NameIndex &each : indexes)
    each.clearEntries();
  for (Entry &entry : kept)
    put(std::move(entry));
}

const Entry *Catalog::Impl::lookUp(facts::Language language, std::string_view name) const {
  const uint32_t at = index(language).find(name, entries);
  return at == kNoEntry ? nullptr : &entries[at];
}

Catalog::Catalog() : impl_(std::make_unique<Impl>()) {}
Catalog::~Catalog() = default;
Catalog::Catalog(Catalog &&) noexcept = default;
Catalog &Catalog::operator=(Catalog &&) noexcept = default;

std::vector<Error> Catalog::add(std::string_view file, std::string_view yaml) {
  CatalogFile read = readCatalogFile(file, yaml, std::nullopt);
  if (!read.errors.empty())
    return std::move(read.errors);
  impl_->remove(read.removals);
  addEntries(std::move(read.entries));
  return {};
}

void Catalog::addEntries(std::vector<Entry> entries) {
  impl_->entries.reserve(impl_->entries.size() + entries.size());
  if (!entries.empty())
    impl_->index(entries.front().language).reserve(entries.size());
  for (Entry &entry : entries)
    impl_->put(std::move(entry));
}

const Entry *Catalog::find(facts::Language language, Name qualifiedName) const {
  return impl_->lookUp(language, qualifiedName.view());
}

const Entry *Catalog::findMember(facts::Language language, Name type, Name member) const {
  std::string name(type.view());
  name += separator(language);
  name += member.view();
  return impl_->lookUp(language, name);
}

bool Catalog::knowsPrefix(facts::Language language, Name qualifiedName) const {
  return impl_->index(language).knowsPrefix(qualifiedName.view()) || find(language, qualifiedName) != nullptr;
}

std::span<const Entry> Catalog::entries() const { return impl_->entries; }

} // namespace clearway::catalog
