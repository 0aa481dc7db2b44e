#include "frontend/rust/semantics/TypeConditions.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

namespace clearway::frontend::rust {
namespace {

bool asksForType(const catalog::Condition &condition) {
  return condition.kind == catalog::ConditionKind::ArgumentTypeIs && condition.role == catalog::ConditionRole::OnlyIf &&
         condition.subject == catalog::ConditionSubject::Call && condition.argument.position >= 0;
}

/// Whether `name` is one of `a|b|c`.
bool isAmong(std::string_view list, std::string_view name) {
  for (;;) {
    const size_t end = list.find('|');
    if (list.substr(0, end) == name)
      return true;
    if (end == list.npos)
      return false;
    list.remove_prefix(end + 1);
  }
}

bool holds(const catalog::Condition &condition, const TypesOf &typesOf) {
  const std::vector<Name> names = typesOf(static_cast<uint32_t>(condition.argument.position));
  return std::any_of(names.begin(), names.end(), [&](Name name) { return isAmong(condition.value.view(), name.view()); });
}

const catalog::Entry *withoutTypes(const catalog::Entry &entry) {
  static std::mutex mutex;
  static std::unordered_map<const catalog::Entry *, std::unique_ptr<const catalog::Entry>> made;
  const std::lock_guard lock(mutex);
  auto &copy = made[&entry];
  if (!copy) {
    catalog::Entry decided = entry;
    std::erase_if(decided.conditions, asksForType);
    copy = std::make_unique<const catalog::Entry>(std::move(decided));
  }
  return copy.get();
}

} // namespace

const catalog::Entry *withTypesDecided(const catalog::Entry &entry, const TypesOf &typesOf) {
  const auto &all = entry.conditions;
  if (std::none_of(all.begin(), all.end(), asksForType))
    return &entry;
  const bool allHold = std::all_of(all.begin(), all.end(),
                                   [&](const catalog::Condition &one) { return !asksForType(one) || holds(one, typesOf); });
  return allHold ? withoutTypes(entry) : &entry;
}

} // namespace clearway::frontend::rust
