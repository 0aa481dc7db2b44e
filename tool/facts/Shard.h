// Facts of one file as bytes, to be kept between runs. Little-endian, without padding, names by a table of
// their own: the same facts give the same bytes in every run.
//
//   magic "CLWFACTS", version, size and XXH3 digest of the rest, table of texts, the fields of Fields.h in
//   order
#pragma once

#include "facts/Facts.h"

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace clearway::facts {

/// Raised whenever a record gets, loses or reinterprets a field.
inline constexpr uint32_t kShardVersion = 1;

std::string writeShard(const FileFacts &facts);

/// The error says in a sentence why the bytes are no shard of this version; they are best thrown away and
/// made anew.
tl::expected<FileFacts, std::string> readShard(std::string_view bytes);

} // namespace clearway::facts
