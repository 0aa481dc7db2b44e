// Memory for tree-sitter. A tree is a million small pieces that one thread makes for one file. They are laid out one
// after the other, which makes walking the tree cheap, and go all at once, without being visited again: malloc, the walk and
// freeing took about a fifth of the time to parse otherwise.
#pragma once

struct TSParser;
struct TSLanguage;

namespace clearway::treesitter {

/// While one lives, at most one on a thread, what tree-sitter allocates on this thread is taken back when it dies. So
/// nothing that tree-sitter made meanwhile may outlive it, and nobody deletes any of it.
class ParseMemory {
public:
  ParseMemory();
  ~ParseMemory();
  ParseMemory(const ParseMemory &) = delete;
  ParseMemory &operator=(const ParseMemory &) = delete;

  /// A parser that lives as long; one for each call with another language than before.
  TSParser *parser(const TSLanguage *language);

private:
  TSParser *parser_ = nullptr;
};

} // namespace clearway::treesitter
