#include "frontend/cpp/syntax/Attributes.h"

#include <cctype>

namespace clearway::frontend::cpp::syntax {
namespace {

struct Spelling {
  std::string_view word; // as attribute, or as the macro that Clang's manual, Abseil and Chromium call it
  std::string_view mark;
};

constexpr Spelling kOfClasses[] = {
    {"scoped_lockable", "clang::scoped_lockable"}, {"SCOPED_CAPABILITY", "clang::scoped_lockable"},
    {"SCOPED_LOCKABLE", "clang::scoped_lockable"}, {"ABSL_SCOPED_LOCKABLE", "clang::scoped_lockable"},
    {"capability", "clang::capability"},           {"CAPABILITY", "clang::capability"},
    {"lockable", "clang::capability"},             {"LOCKABLE", "clang::capability"},
    {"ABSL_LOCKABLE", "clang::capability"}};

constexpr Spelling kOfFunctions[] = {
    {"acquire_capability", "clang::acquire_capability"},
    {"acquire_shared_capability", "clang::acquire_capability"},
    {"exclusive_lock_function", "clang::acquire_capability"},
    {"ACQUIRE", "clang::acquire_capability"},
    {"ACQUIRE_SHARED", "clang::acquire_capability"},
    {"EXCLUSIVE_LOCK_FUNCTION", "clang::acquire_capability"},
    {"ABSL_EXCLUSIVE_LOCK_FUNCTION", "clang::acquire_capability"},
    {"release_capability", "clang::release_capability"},
    {"release_shared_capability", "clang::release_capability"},
    {"unlock_function", "clang::release_capability"},
    {"RELEASE", "clang::release_capability"},
    {"RELEASE_SHARED", "clang::release_capability"},
    {"UNLOCK_FUNCTION", "clang::release_capability"},
    {"ABSL_UNLOCK_FUNCTION", "clang::release_capability"},
    {"try_acquire_capability", "clang::try_acquire_capability"},
    {"TRY_ACQUIRE", "clang::try_acquire_capability"},
    {"blocking", "clang::blocking"},
    {"nonblocking", "clang::nonblocking"}};

bool isWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// Within `[[…]]` or `__attribute__((…))`, or all in capitals, as macros are.
bool isAttribute(std::string_view head, size_t at, std::string_view word) {
  if (std::isupper(static_cast<unsigned char>(word.front())))
    return true;
  const std::string_view before = head.substr(0, at);
  const size_t opened = before.rfind("[["), attribute = before.rfind("__attribute__");
  return (opened != before.npos && before.find("]]", opened) == before.npos) ||
         (attribute != before.npos && before.find("))", attribute) == before.npos);
}

bool has(std::string_view head, std::string_view word) {
  for (size_t at = head.find(word); at != head.npos; at = head.find(word, at + 1)) {
    const size_t end = at + word.size();
    const bool whole = (at == 0 || !isWordCharacter(head[at - 1])) && (end == head.size() || !isWordCharacter(head[end]));
    if (whole && isAttribute(head, at, word))
      return true;
  }
  return false;
}

} // namespace

std::vector<std::string> attributesIn(std::string_view head, bool ofClass) {
  std::vector<std::string> marks;
  const auto collect = [&](const auto &spellings) {
    for (const Spelling &spelling : spellings)
      if ((marks.empty() || marks.back() != spelling.mark) && has(head, spelling.word))
        marks.emplace_back(spelling.mark);
  };
  ofClass ? collect(kOfClasses) : collect(kOfFunctions);
  constexpr std::string_view kAnnotate = "annotate(\"clearway::";
  if (const size_t at = head.find(kAnnotate); at != head.npos) {
    const size_t begin = at + std::string_view("annotate(\"").size();
    marks.emplace_back(head.substr(begin, head.find('"', begin) - begin));
  }
  return marks;
}

} // namespace clearway::frontend::cpp::syntax
