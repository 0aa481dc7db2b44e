// --format and -o: they may be given several times, and belong together by the order in which they come.
#pragma once

#include "cli/Arguments.h"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace clearway::cli {

class OutputOptions {
public:
  void addTo(CLI::App &app);
  /// An -o belongs to the --format before it, else to the one after it. A --format without an -o goes to
  /// standard output; only one can. Throws CLI::ValidationError.
  std::vector<Output> take();

private:
  struct Word {
    bool isFormat = false;
    std::string text;
  };
  std::vector<std::string> formats_, files_;
  std::vector<Word> words_; // of both, as they came
};

} // namespace clearway::cli
