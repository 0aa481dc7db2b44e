#include "Languages.h"

#include <algorithm>

namespace clearway {

namespace {

struct Support {
  facts::Language language;
  std::string_view name;
  std::unique_ptr<frontend::Frontend> (*makeFrontend)();
  std::unique_ptr<link::Semantics> (*makeSemantics)();
};

constexpr Support kSupported[] = {
    {facts::Language::Cpp, "C++", frontend::makeCppSyntaxFrontend, link::makeCppSemantics},
    {facts::Language::Rust, "Rust", frontend::makeRustFrontend, link::makeRustSemantics},
    {facts::Language::Python, "Python", frontend::makePythonFrontend, link::makePythonSemantics},
};

const Support *supportOf(facts::Language language) {
  auto found = std::find_if(std::begin(kSupported), std::end(kSupported),
                            [&](const Support &support) { return support.language == language; });
  return found == std::end(kSupported) ? nullptr : found;
}

} // namespace

void Frontends::prepare(const std::vector<source::Candidate> &files) {
  for (const source::Candidate &file : files)
    if (const Support *support = supportOf(file.language);
        support && support->makeFrontend && !of(file.language))
      made_.push_back(support->makeFrontend());
}

const frontend::Frontend *Frontends::of(facts::Language language) const {
  for (const auto &frontend : made_)
    if (frontend->language() == language)
      return frontend.get();
  return nullptr;
}

std::vector<std::unique_ptr<link::Semantics>> semanticsFor(const std::vector<facts::FileFacts> &files) {
  std::vector<std::unique_ptr<link::Semantics>> semantics;
  for (const Support &support : kSupported)
    if (std::any_of(files.begin(), files.end(),
                    [&](const auto &file) { return file.language == support.language; }))
      semantics.push_back(support.makeSemantics());
  return semantics;
}

std::string_view toString(facts::Language language) {
  switch (language) {
  case facts::Language::Cpp:
    return "C++";
  case facts::Language::Rust:
    return "Rust";
  case facts::Language::Python:
    return "Python";
  }
  return "";
}

} // namespace clearway
