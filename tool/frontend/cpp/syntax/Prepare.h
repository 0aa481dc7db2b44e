// What is made readable for the grammar before it parses.
#pragma once

#include <string>
#include <string_view>

namespace clearway::frontend::cpp::syntax {

/// Lambdas without a list of parameters, `[&] -> task<void> { … }`, which C++23 has and the grammar has not: what stands between the
/// captures and the body becomes blanks. A macro before the name of a
/// class becomes blanks, too. Qt's `SIGNAL(clicked(int))` and `SLOT(save(int))` become the text that they stand for. Every
/// other byte stays where it is. Empty if there is nothing to do.
std::string prepared(std::string_view source);

} // namespace clearway::frontend::cpp::syntax
