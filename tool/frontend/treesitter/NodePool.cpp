#include "frontend/treesitter/NodePool.h"

#include <tree_sitter/api.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

namespace clearway::treesitter {
namespace {

// Each piece is preceded by its size. Those of up to kLargest bytes are rounded up and, when freed, used again.
constexpr size_t kHeader = 8, kStep = 16, kLargest = 1016, kChunk = size_t{256} * 1024;
constexpr size_t kKeptChunks = 64; // from one file to the next

size_t &sizeOf(void *piece) { return *reinterpret_cast<size_t *>(static_cast<char *>(piece) - kHeader); }

class Pool {
public:
  void *take(size_t size) {
    size = (std::max(size, sizeof(void *)) + kHeader + kStep - 1) / kStep * kStep - kHeader;
    if (size > kLargest)
      return takeLarge(size);
    void *&list = free_[size / kStep];
    if (!list)
      return carve(size);
    void *piece = list;
    list = *static_cast<void **>(piece);
    return piece;
  }

  /// A large piece stays until all goes: it is one of a few arrays that double in size.
  void giveBack(void *piece) {
    if (sizeOf(piece) > kLargest)
      return;
    void *&list = free_[sizeOf(piece) / kStep];
    *static_cast<void **>(piece) = list;
    list = piece;
  }

  void takeAllBack() {
    free_ = {};
    large_.clear();
    chunks_.resize(std::min(chunks_.size(), kKeptChunks));
    chunk_ = used_ = 0;
  }

private:
  void *carve(size_t size) {
    const size_t whole = size + kHeader;
    if (used_ + whole > kChunk && chunk_ < chunks_.size()) {
      ++chunk_;
      used_ = 0;
    }
    if (chunk_ == chunks_.size())
      chunks_.push_back(std::make_unique_for_overwrite<char[]>(kChunk));
    return place(chunks_[chunk_].get() + std::exchange(used_, used_ + whole), size);
  }

  void *takeLarge(size_t size) {
    large_.push_back(std::make_unique_for_overwrite<char[]>(size + kHeader));
    return place(large_.back().get(), size);
  }

  static void *place(char *memory, size_t size) {
    sizeOf(memory + kHeader) = size;
    return memory + kHeader;
  }

  std::array<void *, (kLargest + kHeader) / kStep + 2> free_{};
  std::vector<std::unique_ptr<char[]>> chunks_, large_;
  size_t chunk_ = 0, used_ = 0; // the chunk in use, and how much of it is
};

Pool &threadPool() {
  thread_local Pool pool;
  return pool;
}

// tree-sitter cannot be told that there is no memory: operator new ends the program.
void *allocate(size_t size) noexcept { return threadPool().take(size); }

void *allocateZeroed(size_t count, size_t size) noexcept { return std::memset(allocate(count * size), 0, count * size); }

void release(void *piece) noexcept {
  if (piece)
    threadPool().giveBack(piece);
}

void *reallocate(void *piece, size_t size) noexcept {
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

ParseMemory::ParseMemory() {
  [[maybe_unused]] static const bool set =
      (ts_set_allocator(allocate, allocateZeroed, reallocate, release), true);
}

ParseMemory::~ParseMemory() { threadPool().takeAllBack(); }

TSParser *ParseMemory::parser(const TSLanguage *language) {
  if (!parser_)
    parser_ = ts_parser_new();
  if (ts_parser_language(parser_) != language)
    ts_parser_set_language(parser_, language);
  return parser_;
}

} // namespace clearway::treesitter
