#include "source/Discovery.h"
#include "source/FileBytes.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace clearway::source {

namespace {

struct Extension {
  std::string_view text;
  facts::Language language;
};

constexpr std::array kExtensions{
    Extension{".py", facts::Language::Python},  Extension{".pyi", facts::Language::Python},
    Extension{".pyw", facts::Language::Python}, Extension{".rs", facts::Language::Rust},
    Extension{".c++", facts::Language::Cpp},    Extension{".cc", facts::Language::Cpp},
    Extension{".cpp", facts::Language::Cpp},    Extension{".cppm", facts::Language::Cpp},
    Extension{".cu", facts::Language::Cpp},     Extension{".cuh", facts::Language::Cpp},
    Extension{".cxx", facts::Language::Cpp},    Extension{".h", facts::Language::Cpp},
    Extension{".hh", facts::Language::Cpp},     Extension{".hpp", facts::Language::Cpp},
    Extension{".hxx", facts::Language::Cpp},    Extension{".inl", facts::Language::Cpp},
    Extension{".ipp", facts::Language::Cpp},    Extension{".ixx", facts::Language::Cpp},
    Extension{".tpp", facts::Language::Cpp},
};

/// The first line of a script, as far as an interpreter's name can be in it.
std::string firstBytes(const std::string &path) {
  std::string text(128, '\0');
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  ssize_t got = fd < 0 ? 0 : read(fd, text.data(), text.size());
  if (fd >= 0)
    close(fd);
  text.resize(got < 0 ? 0 : static_cast<size_t>(got));
  return text.substr(0, text.find('\n'));
}

bool startsPython(const std::string &line) {
  return line.starts_with("#!") && line.find("python") != std::string::npos;
}

} // namespace

std::optional<facts::Language> languageOf(const std::string &path) {
  std::string extension = std::filesystem::path(path).extension();
  if (extension.empty())
    return startsPython(firstBytes(path)) ? std::optional(facts::Language::Python) : std::nullopt;
  auto found = std::find_if(kExtensions.begin(), kExtensions.end(),
                            [&](const Extension &known) { return known.text == extension; });
  return found == kExtensions.end() ? std::nullopt : std::optional(found->language);
}

} // namespace clearway::source
