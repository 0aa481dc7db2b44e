#include "Extraction.h"

#include "concurrency/Parallel.h"
#include "frontend/WouldBlock.h"
#include "frontend/rust/ProjectModel.h"
#include "frontend/rust/macros/MacroTable.h"
#include "link/Order.h"
#include "source/FileBytes.h"
#include "source/PythonModule.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <numeric>
#include <optional>

namespace clearway {

namespace {

using facts::DiagnosticLevel;

/// What became of one file; exactly one thread writes it.
struct Extracted {
  std::optional<facts::FileFacts> facts;
  std::vector<source::Notification> notifications;
  bool failed = false;
};

void note(Extracted &out, const source::Candidate &file, DiagnosticLevel level, std::string id,
          std::string message) {
  out.notifications.push_back({level, std::move(id), file.path, {}, std::move(message)});
}

/// How the languages find out which module a file is.
struct Projects {
  const std::string &python;
  frontend::rust::ProjectModel rust;
  frontend::rust::MacroTable macros; // Rust's
  bool readsTests;
};

frontend::SourceFile describe(const source::Candidate &file, std::string_view contents, Projects &projects) {
  frontend::SourceFile described;
  described.path = file.path;
  described.absolutePath = file.absolutePath;
  described.contents = contents;
  described.isTest = file.isTest;
  described.skipsTestBodies = !projects.readsTests;
  if (file.language == facts::Language::Python) {
    source::PythonModule module = source::pythonModule(file.absolutePath, projects.python);
    described.moduleName = module.name;
    described.isPackage = module.isPackage;
  } else if (file.language == facts::Language::Rust) {
    frontend::rust::Placement placement = projects.rust.place(file.absolutePath);
    described.crateRenames = std::move(placement.renames);
    described.moduleName = placement.module;
    described.edition = placement.edition;
    described.isTest |= placement.isTest;
    described.macros = &projects.macros;
  }
  return described;
}

/// Macros of one file may be called in any other, so all are known before the first file is read in full.
void collectMacros(const std::vector<source::Candidate> &files, Projects &projects, unsigned jobs) {
  std::mutex mutex;
  forEachInParallel(files.size(), jobs, [&](size_t i) {
    if (files[i].language != facts::Language::Rust)
      return;
    const auto contents = source::readFile(files[i].absolutePath);
    if (!contents || contents->find("macro_rules!") == contents->npos)
      return;
    const frontend::rust::Placement placement = projects.rust.place(files[i].absolutePath);
    auto found = frontend::rust::macrosOf(*contents, {Name(files[i].path), Name(placement.module), 0}, placement.isTest || files[i].isTest);
    const std::lock_guard lock(mutex);
    projects.macros.add(std::move(found));
  });
  projects.macros.finish();
}

bool has(const facts::FileFacts &facts, std::string_view id) {
  return std::any_of(facts.diagnostics.begin(), facts.diagnostics.end(),
                     [&](const facts::Diagnostic &diagnostic) { return diagnostic.id.view() == id; });
}

uint32_t lineOf(std::string_view text, size_t offset) {
  return static_cast<uint32_t>(
             std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n')) +
         1;
}

/// Names and strings that are no UTF-8 are the only thing such a file loses, so it is analysed all the same.
void checkEncoding(Extracted &out, const source::Candidate &file, std::string_view contents) {
  size_t bad = source::firstInvalidUtf8(contents);
  if (bad == std::string_view::npos || has(*out.facts, "not-utf8"))
    return;
  uint32_t line = lineOf(contents, bad);
  out.notifications.push_back(
      {DiagnosticLevel::Note,
       "not-utf8",
       file.path,
       {line, 1, line, 1},
       "is not UTF-8 text: it was analysed byte by byte; save it as UTF-8 to be sure"});
}

/// The last line of defence: a fault in a front end must not cost the other files.
void runFrontend(Extracted &out, const source::Candidate &file, const frontend::Frontend &frontend,
                 const frontend::SourceFile &described) {
  try {
    out.facts = frontend.extract(described);
    frontend::markWouldBlock(*out.facts, described.contents);
    out.facts->digest = source::digestOf(described.contents);
    link::orderByFunction(*out.facts, {}); // linking would do it, on one thread
  } catch (const std::exception &error) {
    out.failed = true;
    note(out, file, DiagnosticLevel::Error, "internal-error",
         std::string("could not be analysed because of a fault in clearway (") + error.what() +
             "); please report it");
  }
}

void extractOne(Extracted &out, const source::Candidate &file, const Frontends &frontends,
                Projects &projects) {
  const frontend::Frontend *frontend = frontends.of(file.language);
  if (!frontend) {
    out.failed = file.named;
    return note(
        out, file, file.named ? DiagnosticLevel::Error : DiagnosticLevel::Warning, "unsupported-language",
        "is " + std::string(toString(file.language)) + ", which this build of clearway does not read");
  }
  auto contents = source::readFile(file.absolutePath);
  if (!contents) {
    out.failed = true;
    return note(out, file, DiagnosticLevel::Error, contents.error().id, contents.error().message);
  }
  if (source::looksBinary(*contents)) {
    out.failed = file.named;
    return note(out, file, file.named ? DiagnosticLevel::Error : DiagnosticLevel::Warning, "binary",
                "holds NUL bytes, so it is no source text: it was not analysed");
  }
  runFrontend(out, file, *frontend, describe(file, *contents, projects));
  if (out.facts)
    checkEncoding(out, file, *contents);
}

/// Biggest first, so that no thread is left with a long file at the end.
std::vector<size_t> bySize(const std::vector<source::Candidate> &files) {
  std::vector<size_t> order(files.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return files[a].size > files[b].size; });
  return order;
}

} // namespace

std::vector<facts::FileFacts> extractAll(const std::vector<source::Candidate> &files, Analysed &analysed,
                                         const Frontends &frontends, const Request &request,
                                         const Progress &progress) {
  std::vector<Extracted> extracted(files.size());
  std::vector<size_t> order = bySize(files);
  std::atomic<size_t> done{0};
  Projects projects{analysed.project, {}, {}, request.readsTests};
  collectMacros(files, projects, request.jobs);
  forEachInParallel(files.size(), request.jobs, [&](size_t i) {
    extractOne(extracted[order[i]], files[order[i]], frontends, projects);
    progress("reading", ++done, files.size());
  });
  std::vector<facts::FileFacts> facts;
  for (size_t i = 0; i < files.size(); ++i) {
    if (extracted[i].facts)
      facts.push_back(std::move(*extracted[i].facts));
    std::move(extracted[i].notifications.begin(), extracted[i].notifications.end(),
              std::back_inserter(analysed.notifications));
    analysed.namedPathFailed |= extracted[i].failed && files[i].named;
  }
  for (const frontend::rust::ManifestProblem &problem : projects.rust.problems())
    analysed.notifications.push_back({DiagnosticLevel::Warning,
                                      "broken-manifest",
                                      source::reportedPath(problem.file, analysed.project),
                                      {problem.line, problem.column, problem.line, problem.column},
                                      problem.message});
  if (const auto [first, count] = projects.rust.withoutManifest(); count) {
    const auto file = std::find_if(files.begin(), files.end(), [&](const auto &each) { return each.absolutePath == first; });
    analysed.notifications.push_back(
        {DiagnosticLevel::Note, "no-manifest", file == files.end() ? first : file->path, {},
         (count == 1 ? "this file belongs" : "this and " + std::to_string(count - 1) + " more Rust files belong") +
             " to no package that a Cargo.toml names: read as edition 2021, under the name of the folder. Check the folder that has the manifest"});
  }
  return facts;
}

} // namespace clearway
