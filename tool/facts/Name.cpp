#include "facts/Name.h"

#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

namespace clearway {
namespace {

// The table is split so that threads parsing different files seldom meet on one lock. A handle is
// (slot in shard) * kShards + shard; slots live in fixed-size pages that never move, so view() takes no lock.
constexpr uint32_t kShards = 64;
constexpr uint32_t kPageSize = 4096;
constexpr uint32_t kMaxPages = 4096;

struct Page {
  std::array<std::string_view, kPageSize> texts;
};

struct Shard {
  std::shared_mutex mutex;
  std::unordered_map<std::string_view, uint32_t> slots;
  std::array<std::atomic<Page *>, kMaxPages> pages{};
  uint32_t count = 0;
  std::vector<std::unique_ptr<char[]>> chunks;
  size_t chunkUsed = 0, chunkSize = 0;

  std::string_view store(std::string_view text) {
    if (chunks.empty() || chunkUsed + text.size() > chunkSize) { // the first text of all is empty
      chunkSize = std::max<size_t>(64 * 1024, text.size());
      chunks.push_back(std::make_unique<char[]>(chunkSize));
      chunkUsed = 0;
    }
    char *to = chunks.back().get() + chunkUsed;
    std::memcpy(to, text.data(), text.size());
    chunkUsed += text.size();
    return {to, text.size()};
  }

  uint32_t insert(std::string_view text) {
    std::unique_lock lock(mutex);
    if (auto it = slots.find(text); it != slots.end())
      return it->second;
    const uint32_t slot = count++;
    std::atomic<Page *> &page = pages.at(slot / kPageSize);
    if (!page.load(std::memory_order_relaxed))
      page.store(new Page, std::memory_order_release); // lives for the process
    const std::string_view stored = store(text);
    page.load(std::memory_order_relaxed)->texts[slot % kPageSize] = stored;
    slots.emplace(stored, slot);
    return slot;
  }

  uint32_t find(std::string_view text) {
    {
      std::shared_lock lock(mutex);
      if (auto it = slots.find(text); it != slots.end())
        return it->second;
    }
    return insert(text);
  }
};

// Leaked on purpose: Names may be read by destructors of other static objects.
std::array<Shard, kShards> &shards() {
  static auto *table = [] {
    auto *made = new std::array<Shard, kShards>;
    (*made)[0].insert(""); // handle 0
    return made;
  }();
  return *table;
}

} // namespace

Name::Name(std::string_view text) {
  if (text.empty())
    return;
  const uint32_t shard = std::hash<std::string_view>{}(text) % kShards;
  handle_ = shards()[shard].find(text) * kShards + shard;
}

std::string_view Name::view() const {
  Shard &shard = shards()[handle_ % kShards];
  const uint32_t slot = handle_ / kShards;
  return shard.pages[slot / kPageSize].load(std::memory_order_acquire)->texts[slot % kPageSize];
}

} // namespace clearway
