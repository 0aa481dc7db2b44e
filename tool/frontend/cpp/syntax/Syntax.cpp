#include "frontend/cpp/syntax/Syntax.h"

#include <array>

extern "C" const TSLanguage *tree_sitter_cpp(void);

namespace clearway::frontend::cpp::syntax {
namespace {

#define CLEARWAY_TEXT(name, text) std::string_view(text),
constexpr std::array kKinds = {std::string_view(), CLEARWAY_CPP_KINDS(CLEARWAY_TEXT)};
constexpr std::array kFields = {std::string_view(), CLEARWAY_CPP_FIELDS(CLEARWAY_TEXT)};
#undef CLEARWAY_TEXT

} // namespace

const treesitter::Vocabulary &vocabulary() {
  static const treesitter::Vocabulary made = treesitter::makeVocabulary(tree_sitter_cpp(), kKinds, kFields);
  return made;
}

} // namespace clearway::frontend::cpp::syntax
