#include "CppUnits.h"

#include "concurrency/Parallel.h"
#include "frontend/cpp/ReadBodies.h"

#include <atomic>
#include <filesystem>
#include <map>

namespace clearway {
namespace {

namespace fs = std::filesystem;
using facts::DiagnosticLevel;
using frontend::cpp::BodyPlace;
using frontend::cpp::Unit;

constexpr const char *kHowToGetOne =
    "Generate one, for instance with cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON, and pass its "
    "folder with -p";

class UnitPass {
public:
  UnitPass(const Request &request, Analysed &analysed, const Progress &progress)
      : request_(request), analysed_(analysed), progress_(progress) {
    for (const source::Candidate &file : analysed.files)
      if (file.language == facts::Language::Cpp)
        reported_.emplace(file.absolutePath, &file);
  }

  CppUnits run() {
    if (reported_.empty())
      return {};
    const std::string database = findDatabase();
    if (database.empty())
      return {};
    std::string error;
    module_ = frontend::cpp::loadCppModule(error);
    if (!module_) {
      note(DiagnosticLevel::Warning, "no-cpp-module", "",
           error + "; C++ is analysed by its syntax alone, with less confidence");
      return {};
    }
    std::vector<Unit> units = selectUnits(database);
    return extract(units);
  }

private:
  void note(DiagnosticLevel level, std::string id, std::string file, std::string message) {
    analysed_.notifications.push_back({level, std::move(id), std::move(file), {}, std::move(message)});
  }

  std::string findDatabase() {
    const std::string &hint = request_.settings.compileDatabase;
    std::error_code error; // from what was named upwards: a project's part may be built by itself
    const fs::path named = fs::canonical(request_.paths.empty() ? "." : request_.paths.front(), error);
    std::string found =
        frontend::cpp::findCompileDatabase(error ? analysed_.project : named.string(), hint);
    if (!found.empty())
      return found;
    if (!hint.empty()) {
      analysed_.namedPathFailed = true;
      note(DiagnosticLevel::Error, "no-compile-database", hint,
           std::string("there is no compile_commands.json there. ") + kHowToGetOne);
    } else {
      note(DiagnosticLevel::Note, "no-compile-database", "",
           "no compile_commands.json was found, so " + std::to_string(reported_.size()) +
               " C++ files are analysed by their syntax alone, with less confidence. " + kHowToGetOne);
    }
    return {};
  }

  /// The units of files that were asked for; says how many of either side have no counterpart.
  std::vector<Unit> selectUnits(const std::string &database) {
    frontend::cpp::Database loaded = module_->loadDatabase(database);
    for (const facts::Diagnostic &diagnostic : loaded.diagnostics) {
      analysed_.namedPathFailed |=
          diagnostic.level == DiagnosticLevel::Error && !request_.settings.compileDatabase.empty();
      note(diagnostic.level, std::string(diagnostic.id.view()), "", std::string(diagnostic.message.view()));
    }
    std::vector<Unit> units;
    std::vector<std::string> stale; // files and folders that are gone
    for (Unit &unit : loaded.units) {
      std::error_code error;
      const std::string real = fs::canonical(unit.file, error);
      if (error)
        stale.push_back(unit.file);
      else if (!fs::is_directory(unit.directory, error))
        stale.push_back(unit.directory);
      if (reported_.count(real)) {
        unit.file = real;
        units.push_back(std::move(unit));
      }
    }
    if (!stale.empty())
      note(DiagnosticLevel::Warning, "stale-compile-database", "",
           database + " is out of date: " + std::to_string(stale.size()) + " of its " +
               std::to_string(loaded.units.size()) + " entries name files or folders that do not exist, such as " +
               stale.front() + "; generate it again");
    return units;
  }

  CppUnits extract(const std::vector<Unit> &units) {
    std::vector<frontend::cpp::UnitFacts> extracted(units.size());
    frontend::cpp::ReadBodies read(units.size());
    std::atomic<size_t> done{0};
    forEachInParallel(units.size(), request_.jobs, [&](size_t i) {
      read.waitFor(i);
      extracted[i] = module_->extract(units[i], {analysed_.project, request_.settings.extraArguments,
                                                 [&](const BodyPlace &place) { return read.has(place, i); }});
      read.add(i, extracted[i]);
      progress_("parsing C++", ++done, units.size());
    });
    CppUnits out;
    for (frontend::cpp::UnitFacts &unit : extracted)
      take(out, unit);
    sayWhatIsUncovered(out, units.size());
    return out;
  }

  void take(CppUnits &out, frontend::cpp::UnitFacts &unit) {
    for (facts::FileFacts &file : unit.files) {
      const std::string absolute = (fs::path(analysed_.project) / file.path).lexically_normal().string();
      auto known = reported_.find(absolute);
      if (!unit.parsed) { // the syntactic front end reads it, too; only the reason is kept
        for (const facts::Diagnostic &diagnostic : file.diagnostics)
          analysed_.notifications.push_back({diagnostic.level, std::string(diagnostic.id.view()),
                                             known == reported_.end() ? file.path : known->second->path,
                                             diagnostic.range, std::string(diagnostic.message.view())});
        continue;
      }
      out.covered.insert(absolute);
      rename(file, known == reported_.end() ? source::reportedPath(absolute, analysed_.project)
                                            : known->second->path);
      file.isTest = known != reported_.end() && known->second->isTest;
      out.facts.push_back(std::move(file));
    }
  }

  static void rename(facts::FileFacts &file, const std::string &path) {
    file.path = path;
    const Name name(path);
    for (facts::Function &function : file.functions)
      function.file = name;
  }

  void sayWhatIsUncovered(const CppUnits &out, size_t units) {
    size_t missing = 0;
    std::string first;
    for (const auto &[absolute, file] : reported_)
      if (!out.covered.count(absolute) && missing++ == 0)
        first = file->path;
    if (missing && units)
      note(DiagnosticLevel::Note, "no-compile-command", "",
           std::to_string(missing) + " of " + std::to_string(reported_.size()) + " C++ files, such as " + first +
               ", are in none of the translation units that could be read; they are analysed by their syntax alone, "
               "with less confidence. Headers are covered once a unit that includes them is");
  }

  const Request &request_;
  Analysed &analysed_;
  const Progress &progress_;
  const frontend::cpp::CppModule *module_ = nullptr;
  std::map<std::string, const source::Candidate *> reported_; // by absolute path
};

} // namespace

CppUnits extractCppUnits(const Request &request, Analysed &analysed, const Progress &progress) {
  return UnitPass(request, analysed, progress).run();
}

} // namespace clearway
