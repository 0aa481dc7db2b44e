#include "frontend/WouldBlock.h"

#include <algorithm>
#include <span>
#include <vector>

namespace clearway::frontend {
namespace {

using facts::FileFacts;
using facts::Function;
using facts::FunctionFlag::Lambda;

constexpr std::string_view kCpp[] = {"EAGAIN", "EWOULDBLOCK", "EINPROGRESS", "would_block", "try_again", "in_progress"};
constexpr std::string_view kRust[] = {"WouldBlock", "EAGAIN", "EWOULDBLOCK", "EINPROGRESS"};
constexpr std::string_view kPython[] = {"BlockingIOError", "EAGAIN",           "EWOULDBLOCK",
                                        "EINPROGRESS",     "SSLWantReadError", "SSLWantWriteError"};

std::span<const std::string_view> wordsOf(facts::Language language) {
  switch (language) {
  case facts::Language::Cpp:
    return kCpp;
  case facts::Language::Rust:
    return kRust;
  case facts::Language::Python:
    return kPython;
  }
  return {};
}

bool isWordCharacter(char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/// The lines on which one of the words stands, in no order. WSAEWOULDBLOCK counts: a word may begin within another.
std::vector<uint32_t> linesNaming(std::string_view contents, std::span<const std::string_view> words) {
  std::vector<uint32_t> lines;
  for (const std::string_view word : words) {
    uint32_t line = 1;
    size_t counted = 0;
    for (size_t at = contents.find(word); at != contents.npos; at = contents.find(word, at + word.size())) {
      const size_t end = at + word.size();
      if (end < contents.size() && isWordCharacter(contents[end]))
        continue;
      line += static_cast<uint32_t>(std::count(contents.begin() + static_cast<std::ptrdiff_t>(counted),
                                               contents.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
      counted = at;
      lines.push_back(line);
    }
  }
  return lines;
}

bool contains(const Function &function, uint32_t line) {
  return function.blocks.count && function.range.beginLine <= line && line <= function.range.endLine;
}

/// The function whose own text the line is: of those around it the one that begins last.
Function *innermost(FileFacts &file, uint32_t line) {
  Function *found = nullptr;
  for (Function &function : file.functions)
    if (contains(function, line) && function.kind != facts::FunctionKind::Module && (!found || found->range < function.range))
      found = &function;
  return found;
}

void mark(FileFacts &file, Function *function) {
  for (; function; function = &file.functions[function->parent]) {
    function->flags |= facts::FunctionFlag::HandlesWouldBlock;
    if (!(function->flags & Lambda) || function->parent == facts::kNone)
      return;
  }
}

} // namespace

void markWouldBlock(FileFacts &file, std::string_view contents) {
  for (const uint32_t line : linesNaming(contents, wordsOf(file.language)))
    mark(file, innermost(file, line));
}

} // namespace clearway::frontend
