// Memory for tree-sitter. A tree is a million small pieces that one thread makes and frees within a file, so
// each thread keeps what was freed in lists by size: about a tenth of the time to parse is spent in malloc
// otherwise.
#pragma once

namespace clearway::treesitter {

/// Makes tree-sitter use pools. Has to come before anything else of tree-sitter, on every thread: the pool of
/// a thread has to be older than its parsers, because it dies in reverse order. What one thread makes no
/// other may free.
void usePool();

} // namespace clearway::treesitter
