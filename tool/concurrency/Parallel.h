// Threads for work on deeply nested source: each has a stack that ten thousand levels of recursion do not
// exhaust.
#pragma once

#include <cstddef>
#include <functional>

namespace clearway {

/// Processors this process may use, at least 1.
unsigned availableProcessors();

/// Calls `each(i)` once for every i below `count`, in that order of starting, on up to `jobs` threads;
/// returns when all are done. `each` must not throw.
void forEachInParallel(size_t count, unsigned jobs, const std::function<void(size_t)> &each);

/// Calls `work` on a thread with a large stack and waits for it.
void runWithLargeStack(const std::function<void()> &work);

} // namespace clearway
