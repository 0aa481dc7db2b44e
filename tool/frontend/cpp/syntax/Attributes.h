// What attributes say, taken from the text: the grammar knows attributes, but not the macros that most code hides them behind.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clearway::frontend::cpp::syntax {

/// The marks of a class or function whose head (all before its body) is `head`, named as the front end with types names them:
/// `clang::scoped_lockable`, `clang::acquire_capability`, `clang::blocking`, `clearway::context(worker)`.
std::vector<std::string> attributesIn(std::string_view head, bool ofClass);

} // namespace clearway::frontend::cpp::syntax
