#include "config/Suggest.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace clearway::config {

namespace {

/// Levenshtein's distance.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

} // namespace

std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates) {
  std::string_view best;
  size_t least = std::max<size_t>(text.size() / 3, 1) + 1;
  for (std::string_view candidate : candidates)
    if (size_t d = distance(text, candidate); d < least) {
      least = d;
      best = candidate;
    }
  return best;
}

std::string didYouMean(std::string_view text, std::span<const std::string_view> candidates) {
  std::string_view best = nearest(text, candidates);
  return best.empty() ? "" : "; did you mean '" + std::string(best) + "'?";
}

} // namespace clearway::config
