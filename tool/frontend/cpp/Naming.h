// What the names of functions, classes and files tell.
#pragma once

#include "facts/Name.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace clearway::frontend::cpp {

inline Name lastComponent(Name qualified) {
  const std::string_view text = qualified.view();
  const size_t at = text.rfind("::");
  return at == std::string_view::npos ? qualified : Name(text.substr(at + 2));
}

/// `Greeter::CallbackService` and `Greeter::WithCallbackMethod_Hello`, which `protoc` writes when the program is built.
inline bool isCallbackService(Name base) {
  const std::string_view name = base.view();
  return name.ends_with("::CallbackService") || name.find("::WithCallbackMethod_") != name.npos;
}

/// A synchronous method of `Greeter::Stub`.
inline bool isStubMethod(Name type, Name member) {
  const bool isStub = type.view().ends_with("::Stub") || type.view().ends_with("::StubInterface");
  return isStub && !member.view().starts_with("Async") && !member.view().starts_with("PrepareAsync");
}

/// A function of the C library whose name a class might give to a method of its own, too.
inline bool isCommonVerb(std::string_view function) {
  constexpr std::string_view kVerbs[] = {"read",   "write", "open",   "creat", "close",  "connect", "accept",   "send",    "recv",  "select", "poll",   "wait",  "sleep", "stat",
                                         "access", "rename", "remove", "link",  "unlink", "sync",    "truncate", "system",  "flush", "glob",   "getline", "mkdir", "flock", "printf",
                                         "puts",   "scan",   "lock",   "join",  "realpath", "chmod", "chown",    "symlink", "fork",  "exec",   "signal"};
  return std::find(std::begin(kVerbs), std::end(kVerbs), function) != std::end(kVerbs);
}

/// How much of their folders two paths have in common; a path itself is nearest.
inline size_t nearness(std::string_view a, std::string_view b) {
  if (a == b)
    return a.size() + 1;
  const auto differ = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first;
  return static_cast<size_t>(std::find(std::make_reverse_iterator(differ), a.rend(), '/').base() - a.begin());
}

} // namespace clearway::frontend::cpp
