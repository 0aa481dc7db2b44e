#include "frontend/cpp/clang/CompileDatabase.h"

#include "clang/Tooling/Tooling.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"
#include "llvm/Support/VirtualFileSystem.h"

#include <algorithm>
#include <tuple>

namespace clearway::frontend::cpp {
namespace {

constexpr const char *kGenerateAgain = "; generate it again, for instance with cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON";

/// Things of one kind that are wrong with entries: how many, and the first of them.
struct Complaint {
  size_t count = 0;
  std::string first;
  void add(const std::string &what) {
    if (count++ == 0)
      first = what;
  }
  std::string text() const {
    return first + (count > 1 ? " (and " + std::to_string(count - 1) + " more like it)" : "");
  }
};

class Reader {
public:
  explicit Reader(const std::string &path) : path_(path), disk_(llvm::vfs::createPhysicalFileSystem()) {}

  Database read() {
    const auto buffer = llvm::MemoryBuffer::getFile(path_, /*IsText=*/true);
    if (!buffer) {
      report(facts::DiagnosticLevel::Error, "bad-compile-database", "cannot be read: " + buffer.getError().message());
      return std::move(out_);
    }
    llvm::StringRef text = (*buffer)->getBuffer();
    text.consume_front("\xEF\xBB\xBF");
    llvm::Expected<llvm::json::Value> parsed = llvm::json::parse(text);
    if (!parsed)
      report(facts::DiagnosticLevel::Error, "bad-compile-database",
             "is no JSON: " + llvm::toString(parsed.takeError()) + kGenerateAgain);
    else if (const llvm::json::Array *entries = parsed->getAsArray())
      readEntries(*entries);
    else
      report(facts::DiagnosticLevel::Error, "bad-compile-database", std::string("is no list of commands") + kGenerateAgain);
    return std::move(out_);
  }

private:
  void report(facts::DiagnosticLevel level, const char *id, const std::string &message) {
    out_.diagnostics.push_back({.level = level, .id = Name(id), .message = Name(path_ + " " + message)});
  }

  void readEntries(const llvm::json::Array &entries) {
    for (size_t i = 0; i < entries.size(); ++i)
      readEntry(entries[i], i + 1);
    if (entries.empty())
      report(facts::DiagnosticLevel::Warning, "empty-compile-database",
             std::string("lists no command, so every C++ file is analysed by its syntax alone") + kGenerateAgain);
    if (unusable_.count)
      report(facts::DiagnosticLevel::Warning, "bad-compile-command", "has an unusable entry: " + unusable_.text() + kGenerateAgain);
    if (noResponse_.count)
      report(facts::DiagnosticLevel::Warning, "missing-response-file",
             "names a response file that cannot be read, so what it says is left out: " + noResponse_.text() + "; build the project once");
    sortAndDropRepetitions();
  }

  void readEntry(const llvm::json::Value &value, size_t number) {
    const llvm::json::Object *entry = value.getAsObject();
    const std::string file = stringOf(entry, "file"), directory = stringOf(entry, "directory");
    const std::string which = "entry " + std::to_string(number) + (file.empty() ? "" : " (" + file + ")");
    if (file.empty())
      return unusable_.add(which + " names no `file`");
    Unit unit{.directory = directory.empty() ? llvm::sys::path::parent_path(path_).str() : directory};
    unit.command = commandOf(*entry);
    if (unit.command.empty())
      return unusable_.add(which + " has neither `command` nor `arguments`");
    llvm::SmallString<256> absolute(file);
    llvm::sys::path::make_absolute(unit.directory, absolute);
    llvm::sys::path::remove_dots(absolute, true);
    unit.file = std::string(absolute);
    expandResponseFiles(unit);
    out_.units.push_back(std::move(unit));
  }

  static std::string stringOf(const llvm::json::Object *entry, llvm::StringRef key) {
    return entry ? entry->getString(key).value_or("").str() : std::string();
  }

  static std::vector<std::string> commandOf(const llvm::json::Object &entry) {
    std::vector<std::string> words;
    if (const llvm::json::Array *arguments = entry.getArray("arguments")) {
      for (const llvm::json::Value &argument : *arguments)
        words.push_back(argument.getAsString().value_or("").str());
    } else if (const auto command = entry.getString("command")) {
      llvm::BumpPtrAllocator memory;
      llvm::StringSaver saver(memory);
      llvm::SmallVector<const char *> parts;
      llvm::cl::TokenizeGNUCommandLine(*command, saver, parts);
      words.assign(parts.begin(), parts.end());
    }
    return words;
  }

  void expandResponseFiles(Unit &unit) {
    const auto isResponseFile = [](const std::string &word) { return word.size() > 1 && word[0] == '@'; };
    if (std::none_of(unit.command.begin(), unit.command.end(), isResponseFile))
      return;
    llvm::SmallVector<const char *> words;
    for (const std::string &word : unit.command)
      words.push_back(word.c_str());
    llvm::BumpPtrAllocator memory;
    llvm::cl::ExpansionContext expansion(memory, llvm::cl::TokenizeGNUCommandLine);
    // One that names itself stays in the command, and so is complained about below.
    llvm::consumeError(expansion.setVFS(disk_.get()).setCurrentDir(unit.directory).expandResponseFiles(words));
    unit.command = std::vector<std::string>(words.begin(), words.end());
    for (const std::string &word : unit.command)
      if (isResponseFile(word))
        noResponse_.add(word.substr(1) + " for " + unit.file);
    std::erase_if(unit.command, isResponseFile);
  }

  void sortAndDropRepetitions() {
    const auto key = [](const Unit &unit) { return std::tie(unit.file, unit.directory, unit.command); };
    std::stable_sort(out_.units.begin(), out_.units.end(), [&](const Unit &a, const Unit &b) { return key(a) < key(b); });
    out_.units.erase(std::unique(out_.units.begin(), out_.units.end(),
                                 [&](const Unit &a, const Unit &b) { return key(a) == key(b); }),
                     out_.units.end());
  }

  const std::string &path_;
  std::unique_ptr<llvm::vfs::FileSystem> disk_;
  Database out_;
  Complaint unusable_, noResponse_;
};

} // namespace

Database readDatabase(const std::string &path) {
  return Reader(path).read();
}

} // namespace clearway::frontend::cpp
