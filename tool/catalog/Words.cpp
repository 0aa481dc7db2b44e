#include "catalog/Words.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace clearway::catalog {
namespace {

using namespace std::string_view_literals;

constexpr std::array kEffects{"lock"sv,     "wait"sv,    "join"sv, "future"sv,   "channel"sv, "sleep"sv,
                              "file-io"sv,  "net-io"sv,  "dns"sv,  "process"sv,  "database"sv, "http"sv,
                              "stdio"sv,    "bridge"sv,  "cpu"sv,  "device"sv,   "none"sv};
constexpr std::array kWeights{"low"sv, "middle"sv, "high"sv};
constexpr std::array kContexts{"unknown"sv,       "event-loop"sv, "worker"sv,
                               "blocking-pool"sv, "new-thread"sv, "sync-main"sv};
constexpr std::array kLanguages{"cpp"sv, "rust"sv, "python"sv};

static_assert(kEffects.size() == static_cast<size_t>(EffectKind::None) + 1);
static_assert(kContexts.size() == static_cast<size_t>(ExecutionContext::SyncMain) + 1);

/// Levenshtein distance.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

} // namespace

std::span<const std::string_view> effectWords() { return kEffects; }
std::span<const std::string_view> weightWords() { return kWeights; }
std::span<const std::string_view> contextWords() { return kContexts; }
std::span<const std::string_view> languageWords() { return kLanguages; }

std::string_view toString(EffectKind kind) { return kEffects[static_cast<size_t>(kind)]; }
std::string_view toString(ExecutionContext context) { return kContexts[static_cast<size_t>(context)]; }

std::optional<std::string_view> nearest(std::span<const std::string_view> known, std::string_view word) {
  std::optional<std::string_view> best;
  size_t least = std::max<size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : known)
    if (const size_t d = distance(candidate, word); d < least) {
      least = d;
      best = candidate;
    }
  return best;
}

std::string listOf(std::span<const std::string_view> words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0)
      text += i + 1 == words.size() ? " or " : ", ";
    text += '`';
    text += words[i];
    text += '`';
  }
  return text;
}

std::string advice(std::span<const std::string_view> known, std::string_view word) {
  if (const auto meant = nearest(known, word))
    return "; did you mean `" + std::string(*meant) + "`?";
  return "; use " + listOf(known);
}

} // namespace clearway::catalog
