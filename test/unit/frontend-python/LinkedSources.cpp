#include "LinkedSources.h"

#include "frontend/Frontend.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace clearway::python {
namespace {

frontend::SourceFile sourceFile(const Source &source) {
  frontend::SourceFile file;
  file.path = file.absolutePath = source.path;
  file.contents = source.text;
  std::string module = source.path.substr(0, source.path.rfind('.'));
  if (module.starts_with("src/"))
    module = module.substr(4);
  std::ranges::replace(module, '/', '.');
  file.isPackage = module == "__init__" || module.ends_with(".__init__");
  if (file.isPackage)
    module.resize(module.size() - std::min(module.size(), std::string_view(".__init__").size()));
  file.moduleName = module;
  return file;
}

catalog::Catalog loadCatalog(std::string_view text) {
  const facts::Language languages[] = {facts::Language::Python};
  catalog::Catalog catalog = catalog::Catalog::embedded(languages);
  if (!text.empty())
    if (const auto errors = catalog.add("test.yaml", text); !errors.empty())
      throw std::invalid_argument(errors[0].message);
  return catalog;
}

std::string_view mark(link::Confidence confidence) {
  return confidence == link::Confidence::Certain ? "" : confidence == link::Confidence::Inferred ? "?" : "??";
}

void collect(const link::Program &program, const link::Call &call, std::set<std::string> &into) {
  for (const link::Target &target : call.targets)
    into.insert(std::string(program.facts(target.function).qualifiedName.view()) +
                std::string(mark(target.confidence)));
  for (const link::External &external : call.externals)
    into.insert((external.entry ? "" : "~") + std::string(external.name.view()) +
                std::string(mark(external.confidence)));
}

std::string joined(const std::set<std::string> &names) {
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "nothing" : text;
}

std::set<std::string> split(std::string_view text) {
  std::set<std::string> names;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    std::string_view name = text.substr(0, comma);
    name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
    name = name.substr(0, name.find_last_not_of(' ') + 1);
    if (name != "nothing")
      names.emplace(name);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return names;
}

bool isOfBuiltinType(std::string_view name) {
  constexpr std::string_view kTypes[] = {"str.",   "bytes.", "int.", "list.",
                                         "tuple.", "dict.",  "set.", "float."};
  return std::ranges::any_of(kTypes, [&](std::string_view type) { return name.starts_with(type); });
}

std::set<std::string> namesOn(const link::Program &program, const std::string &path, uint32_t line) {
  std::set<std::string> names;
  for (const link::Call &call : program.calls) {
    const facts::CallSite &site = program.files[call.file].calls[call.site];
    if (program.files[call.file].path == path && site.nameRange.beginLine == line &&
        site.kind != facts::CallKind::Exit)
      collect(program, call, names);
  }
  return names;
}

std::string checkLine(const link::Program &program, const Source &source, uint32_t line,
                      std::string_view expected) {
  std::set<std::string> got = namesOn(program, source.path, line);
  const std::set<std::string> wanted = split(expected);
  const auto isUnknown = [](const std::string &name) { return name.starts_with('~'); };
  if (std::ranges::none_of(wanted, isUnknown))
    std::erase_if(got, isUnknown);
  std::erase_if(got,
                [&](const std::string &name) { return isOfBuiltinType(name) && !wanted.contains(name); });
  if (got == wanted)
    return {};
  return source.path + ":" + std::to_string(line) + ": expected " + joined(wanted) + ", got " + joined(got);
}

} // namespace

link::Program linked(const std::vector<Source> &sources, std::string_view catalogText) {
  const auto frontend = frontend::makePythonFrontend();
  std::vector<facts::FileFacts> files;
  for (const Source &source : sources)
    files.push_back(frontend->extract(sourceFile(source)));
  std::vector<std::unique_ptr<link::Semantics>> semantics;
  semantics.push_back(link::makePythonSemantics());
  // Entries are referred to by the program, so the catalogues live as long as the tests.
  static std::vector<std::unique_ptr<catalog::Catalog>> catalogs;
  catalogs.push_back(std::make_unique<catalog::Catalog>(loadCatalog(catalogText)));
  return link::link(std::move(files), *catalogs.back(), semantics, 1);
}

std::string reachedOn(const link::Program &program, const std::string &path, uint32_t line) {
  return joined(namesOn(program, path, line));
}

std::vector<std::string> surprises(const std::vector<Source> &sources, std::string_view catalogText) {
  const link::Program program = linked(sources, catalogText);
  std::vector<std::string> result;
  for (const Source &source : sources) {
    uint32_t line = 1;
    for (std::string_view rest = source.text; !rest.empty(); ++line) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      const std::string_view text = rest.substr(0, end);
      if (const size_t arrow = text.find("# -> "); arrow != std::string_view::npos)
        if (std::string surprise = checkLine(program, source, line, text.substr(arrow + 5));
            !surprise.empty())
          result.push_back(std::move(surprise));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return result;
}

} // namespace clearway::python
