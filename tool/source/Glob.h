// File globs as .gitignore users expect them: `*` and `?` stay within a path component, `**` does not.
#pragma once

#include <string_view>

namespace clearway::source {

/// True if the whole of `text` matches `pattern`.
bool globMatches(std::string_view pattern, std::string_view text);

/// True if `pattern` excludes `path` (relative, '/'-separated): a pattern without a slash matches any
/// component, one with a slash matches from the start; either way everything below a matching folder is
/// excluded, too.
bool globExcludes(std::string_view pattern, std::string_view path);

} // namespace clearway::source
