// Files come into path order, calls and objects behind their functions, and repeated header functions are
// kept once.
#include "link/Semantics.h"

#include <gtest/gtest.h>

namespace clearway::link {
namespace {

using facts::FileFacts;

FileFacts emptyFile(std::string path) {
  FileFacts file;
  file.path = std::move(path);
  file.language = facts::Language::Cpp;
  return file;
}

facts::FunctionId addFunction(FileFacts &file, std::string_view name, uint32_t flags = 0,
                              uint32_t parent = facts::kNone) {
  facts::Function function;
  function.name = function.qualifiedName = Name(name);
  function.flags = flags;
  function.file = Name(flags & facts::FunctionFlag::HeaderCopy ? "common.h" : file.path);
  function.parent = parent;
  file.functions.push_back(function);
  return static_cast<facts::FunctionId>(file.functions.size() - 1);
}

facts::CallId addCall(FileFacts &file, facts::FunctionId caller, uint32_t line) {
  facts::CallSite site;
  site.caller = caller;
  site.range = {line, 1, line, 5};
  file.calls.push_back(site);
  return static_cast<facts::CallId>(file.calls.size() - 1);
}

Program linked(std::vector<FileFacts> files) {
  return link(std::move(files), catalog::Catalog{}, {}, 1);
}

TEST(Link, FilesComeInPathOrder) {
  std::vector<FileFacts> files;
  for (const char *path : {"b.cpp", "a/z.cpp", "a.cpp"})
    files.push_back(emptyFile(path));
  const Program program = linked(std::move(files));
  ASSERT_EQ(program.files.size(), 3u);
  EXPECT_EQ(program.files[0].path, "a.cpp");
  EXPECT_EQ(program.files[1].path, "a/z.cpp");
  EXPECT_EQ(program.files[2].path, "b.cpp");
}

TEST(Link, CallsAreGroupedByCallerInSourceOrder) {
  FileFacts file = emptyFile("a.cpp");
  addFunction(file, "outer");
  addFunction(file, "inner", 0, 0);
  addCall(file, 0, 1);
  addCall(file, 1, 2);
  const facts::CallId last = addCall(file, 0, 3);
  file.values.push_back({facts::ValueKind::CallResult, 0, {}, last, facts::kNone, {}});
  file.calls[1].awaitedBy = last;
  file.events.push_back({facts::EventKind::Call, last, facts::kNone});
  std::vector<FileFacts> files;
  files.push_back(std::move(file));
  const Program program = linked(std::move(files));
  ASSERT_EQ(program.calls.size(), 3u);
  EXPECT_EQ(program.functions[0].firstCall, 0u);
  EXPECT_EQ(program.functions[0].callCount, 2u);
  EXPECT_EQ(program.functions[1].firstCall, 2u);
  EXPECT_EQ(program.functions[1].callCount, 1u);
  EXPECT_EQ(program.site(1).range.beginLine, 3u);
  // Whatever referred to the call that moved still does.
  EXPECT_EQ(program.files[0].values[1].a, 1u);
  EXPECT_EQ(program.files[0].events[0].index, 1u);
  EXPECT_EQ(program.site(2).awaitedBy, 1u);
}

TEST(Link, FunctionsOfLaterFilesFollow) {
  std::vector<FileFacts> files;
  for (const char *path : {"a.cpp", "b.cpp"}) {
    files.push_back(emptyFile(path));
    addFunction(files.back(), "first");
    addFunction(files.back(), "nested", 0, 0);
    addCall(files.back(), 1, 7);
  }
  const Program program = linked(std::move(files));
  EXPECT_EQ(program.functionAt(1, 1), 3u);
  EXPECT_EQ(program.functions[3].parent, 2u);
  EXPECT_EQ(program.calls[1].caller, 3u);
  EXPECT_EQ(program.callAt(1, 0), 1u);
}

TEST(Link, HeaderFunctionsAreKeptOnce) {
  std::vector<FileFacts> files;
  for (const char *path : {"b.cpp", "a.cpp"}) {
    FileFacts &file = files.emplace_back(emptyFile(path));
    addFunction(file, "own");
    const facts::FunctionId inlined = addFunction(file, "inlined", facts::FunctionFlag::HeaderCopy);
    const facts::FunctionId lambda = addFunction(file, "<lambda>", 0, inlined);
    addCall(file, inlined, 4);
    addCall(file, lambda, 5);
    addCall(file, 0, 9);
    for (uint32_t call = 0; call < 3; ++call)
      file.values.push_back({facts::ValueKind::CallResult, 0, {}, call, facts::kNone, {}});
  }
  const Program program = linked(std::move(files));
  EXPECT_EQ(program.functions[1].callCount, 1u) << "the first file in path order keeps its copy";
  EXPECT_EQ(program.functions[2].callCount, 1u);
  EXPECT_EQ(program.functions[4].callCount, 0u);
  EXPECT_EQ(program.functions[5].callCount, 0u) << "what is inside a repeated function is repeated, too";
  EXPECT_EQ(program.functions[3].callCount, 1u);
  ASSERT_EQ(program.calls.size(), 4u);
  EXPECT_EQ(program.files[1].values[1].kind, facts::ValueKind::Unknown);
  EXPECT_EQ(program.files[1].values[3].a, 0u);
}

TEST(Link, EqualNamesInDifferentPlacesAreNoCopies) {
  std::vector<FileFacts> files;
  for (const char *path : {"a.cpp", "b.cpp"}) {
    FileFacts &file = files.emplace_back(emptyFile(path));
    const facts::FunctionId f = addFunction(file, "helper", facts::FunctionFlag::HeaderCopy);
    file.functions[f].file = Name(path); // static functions of the same name
    addCall(file, f, 3);
  }
  EXPECT_EQ(linked(std::move(files)).calls.size(), 2u);
}

} // namespace
} // namespace clearway::link
