#include "runtime/RustName.h"

#include <libiberty/demangle.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace clearway::runtime {

namespace {

constexpr std::string_view kAnyHash = "17h0123456789abcdef"; // the last part of every symbol in the older mangling

/// Empty if it is no symbol of Rust.
std::string demangled(const std::string &symbol) {
  std::unique_ptr<char, decltype(&std::free)> name(rust_demangle(symbol.c_str(), DMGL_NO_OPTS), &std::free);
  return name ? name.get() : "";
}

bool isHash(std::string_view part) {
  return part.size() == 17 && part[0] == 'h' &&
         std::all_of(part.begin() + 1, part.end(), [](unsigned char c) { return std::isxdigit(c); });
}

bool isOfSymbols(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || std::string_view("_.$:").find(c) != std::string_view::npos;
}

/// What a demangler for C++ wrote behind the name.
std::string_view withoutClone(std::string_view name) {
  return name.substr(0, std::min(name.find(" [clone "), name.find(" (.")));
}

/// "a::b::h…" as "_ZN1a1b17h…E"; empty if it does not look like that.
std::string encodedAgain(std::string_view name) {
  size_t last = name.rfind("::");
  bool hasHash = last != std::string_view::npos && isHash(name.substr(last + 2));
  if ((!hasHash && name.find('$') == std::string_view::npos) || !std::all_of(name.begin(), name.end(), isOfSymbols))
    return "";
  std::string symbol = "_ZN";
  for (std::string_view rest = name; !rest.empty();) {
    std::string_view part = rest.substr(0, rest.find("::"));
    symbol += std::to_string(part.size()).append(part);
    rest.remove_prefix(std::min(rest.size(), part.size() + 2));
  }
  return symbol.append(hasHash ? "" : kAnyHash) + "E";
}

} // namespace

std::string readableRustName(const std::string &symbol) {
  const bool mangled = symbol.starts_with("_R") || symbol.starts_with("_ZN");
  const std::string encoded = mangled ? symbol : encodedAgain(withoutClone(symbol));
  const std::string name = encoded.empty() ? "" : demangled(encoded);
  return name.empty() ? symbol : name;
}

} // namespace clearway::runtime
