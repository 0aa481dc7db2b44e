// clearway-bench-parse -jN PATH...: reads and parses every Python, Rust and C++ file below the paths with tree-sitter, on N
// threads, and does nothing with the trees. Prints files, bytes and lines; the time is for the caller to take.
#include <tree_sitter/api.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

extern "C" {
const TSLanguage *tree_sitter_python();
const TSLanguage *tree_sitter_rust();
const TSLanguage *tree_sitter_cpp();
}

namespace {

namespace fs = std::filesystem;

struct Input {
  fs::path path;
  const TSLanguage *language;
};

struct Totals {
  std::atomic<size_t> files = 0, bytes = 0, lines = 0;
};

// The files that clearway reads (tool/source/Language.cpp), but for scripts without an ending.
constexpr std::string_view kPython[] = {".py", ".pyi", ".pyw"}, kRust[] = {".rs"},
                           kCpp[] = {".c++", ".cc", ".cpp", ".cppm", ".cu",  ".cuh", ".cxx", ".h",
                                     ".hh",  ".hpp", ".hxx", ".inl", ".ipp", ".ixx", ".tpp"};

const TSLanguage *languageOf(const fs::path &path) {
  const std::string extension = path.extension();
  const auto isIn = [&](std::span<const std::string_view> known) {
    return std::find(known.begin(), known.end(), extension) != known.end();
  };
  static const TSLanguage *const python = tree_sitter_python(), *const rust = tree_sitter_rust(), *const cpp = tree_sitter_cpp();
  return isIn(kRust) ? rust : isIn(kPython) ? python : isIn(kCpp) ? cpp : nullptr;
}

void addFile(const fs::path &path, std::vector<Input> &inputs) {
  if (const TSLanguage *language = languageOf(path))
    inputs.push_back({path, language});
}

std::vector<Input> inputsBelow(const fs::path &root) {
  std::vector<Input> inputs;
  if (!fs::is_directory(root)) {
    addFile(root, inputs);
    return inputs;
  }
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator(); ++entry) {
    if (entry->is_directory() && entry->path().filename().string().starts_with('.'))
      entry.disable_recursion_pending();
    else if (entry->is_regular_file() && !entry->is_symlink())
      addFile(entry->path(), inputs);
  }
  return inputs;
}

std::string contentsOf(const fs::path &path) {
  std::string text(fs::file_size(path), '\0');
  std::ifstream(path, std::ios::binary).read(text.data(), static_cast<std::streamsize>(text.size()));
  return text;
}

void parseAll(const std::vector<Input> &inputs, std::atomic<size_t> &next, Totals &totals) {
  const std::unique_ptr<TSParser, decltype(&ts_parser_delete)> parser(ts_parser_new(), ts_parser_delete);
  for (size_t i = next++; i < inputs.size(); i = next++) {
    const std::string text = contentsOf(inputs[i].path);
    ts_parser_set_language(parser.get(), inputs[i].language);
    TSTree *tree = ts_parser_parse_string(parser.get(), nullptr, text.data(), static_cast<uint32_t>(text.size()));
    totals.lines += ts_node_end_point(ts_tree_root_node(tree)).row;
    totals.bytes += text.size();
    ++totals.files;
    ts_tree_delete(tree);
  }
}

} // namespace

int main(int argc, char **argv) {
  unsigned jobs = 1;
  std::vector<Input> inputs;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with("-j")) {
      jobs = static_cast<unsigned>(std::atoi(argument.c_str() + 2));
      continue;
    }
    const std::vector<Input> found = inputsBelow(argument);
    inputs.insert(inputs.end(), found.begin(), found.end());
  }
  if (inputs.empty() || jobs == 0) {
    std::fprintf(stderr, "usage: clearway-bench-parse [-jN] PATH...\nNothing to parse.\n");
    return 2;
  }
  std::atomic<size_t> next = 0;
  Totals totals;
  std::vector<std::jthread> workers;
  for (unsigned i = 0; i < jobs; ++i)
    workers.emplace_back(parseAll, std::cref(inputs), std::ref(next), std::ref(totals));
  workers.clear();
  std::printf("%zu files, %zu bytes, %zu lines\n", totals.files.load(), totals.bytes.load(), totals.lines.load());
}
