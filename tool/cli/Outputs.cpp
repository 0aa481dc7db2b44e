#include "cli/Outputs.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace clearway::cli {

namespace {

const std::map<std::string, report::Format> kFormats{
    {"text", report::Format::Text},   {"concise", report::Format::Concise}, {"json", report::Format::Json},
    {"sarif", report::Format::Sarif}, {"github", report::Format::GitHub},   {"junit", report::Format::JUnit}};

report::Format formatByName(const std::string &name) {
  auto found = kFormats.find(name);
  if (found == kFormats.end())
    throw CLI::ValidationError(
        "--format", name + " is no format; there are text, concise, json, sarif, github and junit");
  return found->second;
}

/// Formats separated by commas.
std::vector<report::Format> formatsOf(const std::string &names) {
  std::vector<report::Format> formats;
  for (size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
    end = names.find(',', begin);
    formats.push_back(formatByName(names.substr(begin, end == std::string::npos ? end : end - begin)));
  }
  return formats;
}

/// A file alone says its format by its name.
report::Format formatOfFile(const std::string &path) {
  if (path.ends_with(".sarif") || path.ends_with(".sarif.json"))
    return report::Format::Sarif;
  if (path.ends_with(".json"))
    return report::Format::Json;
  return path.ends_with(".xml") ? report::Format::JUnit : report::Format::Text;
}

} // namespace

void OutputOptions::addTo(CLI::App &app) {
  CLI::Option *format = app.add_option(
      "-f,--format", formats_,
      "text (default), concise, json, sarif, github or junit; may be repeated, each with its own -o");
  CLI::Option *file = app.add_option(
      "-o,--output", files_, "Write the preceding format to this file, in one step, not to standard output");
  format->allow_extra_args(false)->type_name("FORMAT");
  file->allow_extra_args(false)->type_name("FILE");
  app.parse_complete_callback([this, &app, format, file] {
    std::map<const CLI::Option *, size_t> used;
    for (const CLI::Option *option : app.parse_order())
      if (option == format || option == file)
        words_.push_back({option == format, option->results().at(used[option]++)});
  });
}

std::vector<Output> OutputOptions::take() {
  std::vector<Output> outputs;
  std::string waiting; // an -o before any --format
  for (const Word &word : words_) {
    if (!word.isFormat && !outputs.empty() && outputs.back().path.empty()) {
      outputs.back().path = word.text;
    } else if (!word.isFormat) {
      if (!waiting.empty())
        outputs.push_back({formatOfFile(waiting), waiting});
      waiting = word.text;
    } else {
      for (report::Format format : formatsOf(word.text))
        outputs.push_back({format, std::exchange(waiting, "")});
    }
  }
  if (!waiting.empty())
    outputs.push_back({formatOfFile(waiting), waiting});
  if (outputs.empty())
    outputs.push_back({});
  auto toStandardOutput = [](const Output &output) { return output.path.empty() || output.path == "-"; };
  if (std::count_if(outputs.begin(), outputs.end(), toStandardOutput) > 1)
    throw CLI::ValidationError("--format",
                               "two formats would go to standard output; give all but one an -o FILE");
  return outputs;
}

} // namespace clearway::cli
