// Python sources that say themselves what their calls must resolve to. A line that ends in
//   # -> a.b.c, d.e?        expects exactly these from all calls on it (Exit aside)
//   # -> nothing            expects that no function of the sources and nothing the catalogue knows is
//   reached
// Functions of the sources and external names are written alike; `?` marks what is only inferred, `??` what
// was found by its name alone. External names that the catalogue does not know are only looked at where the
// expectation lists one, with a leading '~'; so are methods of built-in types, which block nobody.
#pragma once

#include "link/Semantics.h"

#include <string>
#include <string_view>
#include <vector>

namespace clearway::python {

struct Source {
  std::string path;
  std::string text;
};

link::Program linked(const std::vector<Source> &sources, std::string_view catalogText = {});

/// What each line with an expectation got instead, if it differs: "path:line: expected …, got …".
std::vector<std::string> surprises(const std::vector<Source> &sources, std::string_view catalogText = {});

/// All names that calls on this line reach, as an expectation would write them.
std::string reachedOn(const link::Program &program, const std::string &path, uint32_t line);

} // namespace clearway::python
