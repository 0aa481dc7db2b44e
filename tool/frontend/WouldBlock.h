// Functions that deal with "this would block" (EAGAIN, BlockingIOError, ErrorKind::WouldBlock): only descriptors that were made
// non-blocking, wherever that was, give such an answer.
#pragma once

#include "facts/Facts.h"

#include <string_view>

namespace clearway::frontend {

/// Sets FunctionFlag::HandlesWouldBlock in the functions of `file` whose text names such an answer, and in those around a lambda
/// that does. `contents` is the text of the whole file; files that name none cost one search. Never fails.
void markWouldBlock(facts::FileFacts &file, std::string_view contents);

} // namespace clearway::frontend
