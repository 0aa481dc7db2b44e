#include "analysis/LockState.h"

#include <algorithm>

namespace clearway::analysis {

using Guard = HeldAt::Guard;

namespace {
bool same(const Guard &a, const Guard &b) {
  return a.acquisition == b.acquisition && a.holder == b.holder && a.onAllPaths == b.onAllPaths;
}
} // namespace

bool before(const Guard &a, const Guard &b) {
  return a.acquisition != b.acquisition ? a.acquisition < b.acquisition : a.holder < b.holder;
}

bool mergeInto(LockState &into, const LockState &from) {
  LockState merged;
  auto a = into.begin();
  auto b = from.begin();
  while (a != into.end() || b != from.end()) {
    if (b == from.end() || (a != into.end() && before(*a, *b)))
      merged.push_back({a->acquisition, false, a->holder}), ++a;
    else if (a == into.end() || before(*b, *a))
      merged.push_back({b->acquisition, false, b->holder}), ++b;
    else
      merged.push_back({a->acquisition, a->onAllPaths && b->onAllPaths, a->holder}), ++a, ++b;
  }
  const bool changed = !std::equal(merged.begin(), merged.end(), into.begin(), into.end(), same);
  into = std::move(merged);
  return changed;
}

void insert(LockState &state, const Guard &guard) {
  const auto at = std::lower_bound(state.begin(), state.end(), guard, before);
  if (at != state.end() && !before(guard, *at))
    at->onAllPaths = true;
  else
    state.insert(at, guard);
}

void normalise(LockState &state) {
  if (state.empty())
    return;
  std::sort(state.begin(), state.end(), before);
  auto kept = state.begin();
  for (auto it = state.begin() + 1; it != state.end(); ++it)
    if (before(*kept, *it))
      *++kept = *it;
    else
      kept->onAllPaths |= it->onAllPaths;
  state.erase(kept + 1, state.end());
}

} // namespace clearway::analysis
