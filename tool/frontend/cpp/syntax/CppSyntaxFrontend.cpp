#include "frontend/Frontend.h"
#include "frontend/cpp/syntax/Prepare.h"
#include "frontend/cpp/syntax/Unit.h"

#include <xxhash.h>

#include <string>

namespace clearway::frontend {
namespace cpp::syntax {
namespace {

void addModule(Unit &unit) {
  facts::Function top{.name = Name("<module>"), .file = Name(unit.facts.path)};
  top.kind = facts::FunctionKind::Module;
  top.flags = facts::FunctionFlag::Approximate | (unit.isTest ? facts::FunctionFlag::Test : 0);
  top.scope = 0;
  unit.facts.scopes.push_back({.kind = facts::ScopeKind::Module});
  unit.facts.functions.push_back(top);
}

void addDirectives(Unit &unit) {
  const std::string_view source = unit.syntax.tree.source();
  for (const treesitter::ByteRange &comment : unit.syntax.tree.comments()) {
    const std::string_view text = source.substr(comment.begin, comment.end - comment.begin);
    if (text.find("NOLINT") == text.npos && text.find("clearway") == text.npos &&
        text.find("SYNC CONTEXT") == text.npos)
      continue;
    facts::Directive directive{.range = unit.lines.range(comment.begin, comment.end), .text = Name(text)};
    const size_t line = comment.begin - (directive.range.beginColumn - 1);
    directive.ownLine = source.substr(line, comment.begin - line).find_first_not_of(" \t") == std::string_view::npos;
    unit.facts.directives.push_back(directive);
  }
}

// `#include <seastar/core/future.hh>`: the folder names the library, and mostly its namespace.
void addIncludes(Unit &unit, NodeId root) {
  for (NodeId node = root; node < unit.syntax.tree[root].next; ++node) {
    if (unit.syntax.kind(node) != Kind::Include)
      continue;
    const std::string_view path = unit.syntax.text(unit.syntax.get(node, Part::Path));
    const size_t slash = path.find('/');
    if (path.size() > 2 && path.front() == '<' && slash != path.npos)
      unit.facts.imports.push_back({.scope = 0, .module = Name(path.substr(1, slash - 1)),
                                    .range = unit.range(node)});
  }
}

/// Mostly macros that only a preprocessor could replace. One note says so for the whole file.
void diagnoseErrors(Unit &unit, NodeId root) {
  size_t errors = 0;
  NodeId first = kNoNode;
  for (NodeId node = root; node < unit.syntax.tree[root].next;) {
    const bool isError = unit.syntax.kind(node) == Kind::Error;
    if (isError && errors++ == 0)
      first = node;
    node = isError ? unit.syntax.tree[node].next : node + 1;
  }
  if (!errors)
    return;
  unit.facts.hadErrors = true;
  unit.facts.diagnostics.push_back(
      {.level = facts::DiagnosticLevel::Note, .range = unit.range(first), .id = Name("syntax-error"),
       .message = Name((errors == 1 ? "this" : "this and " + std::to_string(errors - 1) + " more places") +
                       std::string(" could not be parsed without a compile command; functions there may be missing. A "
                                   "compile_commands.json (-p) with this file in it helps"))});
}

class CppSyntaxFrontend : public Frontend {
public:
  facts::Language language() const override { return facts::Language::Cpp; }
  facts::FileFacts extract(const SourceFile &file) const override {
    facts::FileFacts facts;
    facts.language = facts::Language::Cpp;
    facts.path = file.path;
    facts.digest = XXH3_64bits(file.contents.data(), file.contents.size());
    facts.isTest = file.isTest;
    const std::string rewritten = syntax::prepared(file.contents);
    Unit unit(facts, rewritten.empty() ? std::string_view(file.contents) : rewritten);
    facts.lineCount = unit.lines.lines();
    unit.isTest = file.isTest;
    addModule(unit);
    const NodeId root = unit.syntax.tree.parse();
    if (root == kNoNode) {
      facts.hadErrors = true;
      facts.diagnostics.push_back({.level = facts::DiagnosticLevel::Error, .range = {}, .id = Name("unparsable"),
                                   .message = Name("the parser gave up on this file; it is not analysed")});
      return facts;
    }
    diagnoseErrors(unit, root);
    addIncludes(unit, root);
    readDeclarations(unit, root);
    while (!unit.jobs.empty()) {
      const Job job = unit.jobs.front();
      unit.jobs.pop_front();
      readBody(unit, job);
    }
    addDirectives(unit);
    return facts;
  }
};

} // namespace
} // namespace cpp::syntax

std::unique_ptr<Frontend> makeCppSyntaxFrontend() { return std::make_unique<cpp::syntax::CppSyntaxFrontend>(); }

} // namespace clearway::frontend
