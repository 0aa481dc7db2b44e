// Writing reports so that a reader never sees half of one.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace clearway::report {

/// Replaces `path` by a file with `contents` in one step: it is written beside it and renamed. What is no
/// regular file (a pipe, /dev/stdout) is written to directly. On an error the old file is untouched; the
/// error says what to do.
tl::expected<void, std::string> replaceFile(const std::string &path, std::string_view contents);

/// Writes to a file descriptor, all of it.
tl::expected<void, std::string> writeAll(int descriptor, std::string_view contents);

} // namespace clearway::report
