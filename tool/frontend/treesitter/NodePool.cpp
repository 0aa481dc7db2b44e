#include "frontend/treesitter/NodePool.h"

#include <tree_sitter/api.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

namespace clearway::treesitter {
namespace {

// Each piece is preceded by its size; pieces of up to kLargest bytes are rounded up and kept when freed.
constexpr size_t kHeader = 8, kStep = 16, kLargest = 1016, kChunk = size_t{256} * 1024;

size_t &sizeOf(void *piece) {
  return *reinterpret_cast<size_t *>(static_cast<char *>(piece) - kHeader);
}

class Pool {
public:
  void *take(size_t size) {
    size = (std::max(size, sizeof(void *)) + kHeader + kStep - 1) / kStep * kStep - kHeader;
    void *&list = free_[size / kStep];
    if (!list)
      return carve(size);
    void *piece = list;
    list = *static_cast<void **>(piece);
    return piece;
  }

  void giveBack(void *piece) {
    void *&list = free_[sizeOf(piece) / kStep];
    *static_cast<void **>(piece) = list;
    list = piece;
  }

private:
  void *carve(size_t size) {
    const size_t whole = size + kHeader;
    if (chunks_.empty() || used_ + whole > kChunk) {
      chunks_.push_back(std::make_unique<char[]>(kChunk));
      used_ = 0;
    }
    void *piece = chunks_.back().get() + used_ + kHeader;
    used_ += whole;
    sizeOf(piece) = size;
    return piece;
  }

  std::array<void *, (kLargest + kHeader) / kStep + 2> free_{};
  std::vector<std::unique_ptr<char[]>> chunks_;
  size_t used_ = 0;
};

Pool &threadPool() {
  thread_local Pool pool;
  return pool;
}

[[noreturn]] void outOfMemory() {
  std::abort();
}

void *allocate(size_t size) {
  if (size <= kLargest)
    return threadPool().take(size);
  char *memory = static_cast<char *>(std::malloc(size + kHeader));
  if (!memory)
    outOfMemory();
  sizeOf(memory + kHeader) = size;
  return memory + kHeader;
}

void *allocateZeroed(size_t count, size_t size) {
  return std::memset(allocate(count * size), 0, count * size);
}

bool isPooled(void *piece) {
  return sizeOf(piece) <= kLargest;
}

void release(void *piece) {
  if (!piece)
    return;
  if (isPooled(piece))
    threadPool().giveBack(piece);
  else
    std::free(static_cast<char *>(piece) - kHeader);
}

void *reallocate(void *piece, size_t size) {
  if (!piece)
    return allocate(size);
  const size_t old = sizeOf(piece);
  if (size <= old)
    return piece;
  void *larger = allocate(size);
  std::memcpy(larger, piece, old);
  release(piece);
  return larger;
}

} // namespace

void usePool() {
#if !defined(__SANITIZE_ADDRESS__) // whose checks need to see every piece
  threadPool();
  [[maybe_unused]] static const bool set =
      (ts_set_allocator(allocate, allocateZeroed, reallocate, release), true);
#endif
}

} // namespace clearway::treesitter
