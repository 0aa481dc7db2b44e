// Files that the probe writes in a test, and names that are hard to write.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

std::string temporary_path(const char *name); // differs between processes

inline std::string text_of(const std::string &path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Names that are awkward in each of the formats.
inline constexpr const char *awkward = "a \"loop\"\\ with\nlines\tand \x01 and \xc3\xa4";
