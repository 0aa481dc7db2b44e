#include "frontend/cpp/clang/UnitContext.h"

#include "frontend/WouldBlock.h"
#include "frontend/cpp/clang/Types.h"

#include "clang/AST/Attr.h"
#include "clang/Lex/Lexer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

#include <algorithm>

namespace clearway::frontend::cpp {
namespace {

/// Comments addressed to the analyzer. The lexer tells real comments from look-alikes in strings.
void collectDirectives(FileBuilder &builder, const clang::SourceManager &sources, const clang::LangOptions &language,
                       clang::FileID file, llvm::StringRef text) {
  if (!text.contains("NOLINT") && !text.contains("clearway") && !text.contains("SYNC CONTEXT"))
    return;
  clang::Lexer lexer(sources.getLocForStartOfFile(file), language, text.begin(), text.begin(), text.end());
  lexer.SetCommentRetentionState(true);
  clang::Token token;
  unsigned lastLine = 0;
  do {
    lexer.LexFromRawLexer(token);
    const unsigned line = sources.getSpellingLineNumber(token.getLocation());
    if (token.is(clang::tok::comment)) {
      const llvm::StringRef comment(sources.getCharacterData(token.getLocation()), token.getLength());
      if (comment.contains("NOLINT") || comment.contains("clearway") || comment.contains("SYNC CONTEXT")) {
        const unsigned column = sources.getSpellingColumnNumber(token.getLocation());
        builder.facts().directives.push_back({.range = {line, column, line, column + token.getLength()},
                                              .text = Name({comment.data(), comment.size()}),
                                              .ownLine = line != lastLine});
      }
    }
    lastLine = line;
  } while (token.isNot(clang::tok::eof));
}

} // namespace

UnitContext::UnitContext(clang::ASTContext &context, const ExtractOptions &options)
    : ast(context), sources(context.getSourceManager()), awaitables(context), options_(options), root_(options.root) {
  if (!root_.empty() && root_.back() != '/')
    root_ += '/';
}

UnitContext::FileState &UnitContext::stateOf(clang::FileID file) {
  auto [it, fresh] = states_.try_emplace(file);
  FileState &state = it->second;
  if (!fresh)
    return state;
  const auto entry = sources.getFileEntryRefForID(file);
  if (!entry)
    return state;
  llvm::SmallString<256> path(entry->getFileEntry().tryGetRealPathName());
  if (path.empty())
    path = entry->getName();
  llvm::sys::path::remove_dots(path, true);
  const bool system = clang::SrcMgr::isSystem(sources.getFileCharacteristic(sources.getLocForStartOfFile(file)));
  state.own = llvm::StringRef(path).starts_with(root_) && (!system || file == sources.getMainFileID());
  state.path = state.own ? std::string(path.substr(root_.size())) : std::string(path);
  return state;
}

bool UnitContext::isOwn(clang::SourceLocation location) {
  return location.isValid() && stateOf(sources.getFileID(sources.getExpansionLoc(location))).own;
}

std::optional<BodyPlace> UnitContext::placeInHeader(const clang::FunctionDecl &function) {
  const clang::SourceLocation at = sources.getExpansionLoc(function.getLocation());
  if (!options_.isReadElsewhere || at.isInvalid() || sources.isInMainFile(at) || !isOwn(at))
    return std::nullopt;
  return BodyPlace{.path = Name(stateOf(sources.getFileID(at)).path),
                   .line = sources.getSpellingLineNumber(at),
                   .column = sources.getSpellingColumnNumber(at)};
}

bool UnitContext::isReadElsewhere(const clang::FunctionDecl &function) {
  std::optional<BodyPlace> place = placeInHeader(function);
  if (!place || !options_.isReadElsewhere(*place))
    return false;
  place->usr = Name(usrOf(function));
  return options_.isReadElsewhere(*place);
}

bool UnitContext::isPatternReadElsewhere(const clang::FunctionDecl &pattern) {
  const std::optional<BodyPlace> place = placeInHeader(pattern);
  return place && options_.isReadElsewhere(*place);
}

FileBuilder &UnitContext::fileOf(clang::SourceLocation location) {
  const clang::FileID file = sources.getFileID(sources.getExpansionLoc(location));
  FileState &state = stateOf(file);
  if (!state.builder) {
    const llvm::StringRef text = sources.getBufferData(file);
    state.builder = std::make_unique<FileBuilder>(state.path, llvm::xxh3_64bits(text),
                                                  static_cast<uint32_t>(text.count('\n') + 1));
    collectDirectives(*state.builder, sources, ast.getLangOpts(), file, text);
  }
  return *state.builder;
}

facts::FunctionId UnitContext::functionFor(FileBuilder &file, const clang::Decl &decl) {
  auto [it, fresh] = functions_.try_emplace(&decl, static_cast<uint32_t>(file.facts().functions.size()));
  if (fresh)
    file.facts().functions.emplace_back();
  return it->second;
}

facts::ClassId UnitContext::classFor(FileBuilder &file, const clang::CXXRecordDecl &written) {
  const clang::CXXRecordDecl *record = written.getDefinition() ? written.getDefinition() : &written;
  auto [it, fresh] = classes_.try_emplace({&file, record}, static_cast<uint32_t>(file.facts().classes.size()));
  if (!fresh)
    return it->second;
  const facts::ClassId id = it->second;
  file.facts().classes.emplace_back();
  facts::Class made{.name = Name({record->getName().data(), record->getName().size()}),
                    .qualifiedName = Name(qualifiedName(*record))};
  made.scope = static_cast<facts::ScopeId>(file.facts().scopes.size());
  file.facts().scopes.push_back(
      {.kind = facts::ScopeKind::Class, .parent = 0, .index = id, .qualifiedName = made.qualifiedName});
  if (isOwn(record->getLocation()))
    made.range = range(record->getSourceRange());
  std::vector<facts::ValueId> bases, marks;
  if (record->hasDefinition()) {
    for (const clang::CXXBaseSpecifier &base : record->bases())
      if (const clang::CXXRecordDecl *parent = recordOf(base.getType())) {
        bases.push_back(typeValue(file, base.getType()));
        classFor(file, *parent);
      }
    for (const clang::FieldDecl *field : record->fields())
      if (recordOf(field->getType()))
        file.facts().bindings.push_back({.scope = made.scope,
                                         .name = Name({field->getName().data(), field->getName().size()}),
                                         .flags = facts::BindingFlag::Instance,
                                         .annotation = typeValue(file, field->getType())});
  }
  if (record->hasAttr<clang::ScopedLockableAttr>())
    marks.push_back(file.literal(facts::LiteralKind::String, "clang::scoped_lockable"));
  if (record->hasAttr<clang::CapabilityAttr>())
    marks.push_back(file.literal(facts::LiteralKind::String, "clang::capability"));
  made.bases = file.operands(bases);
  made.decorators = file.operands(marks);
  file.facts().classes[id] = made;
  return id;
}

std::string UnitContext::text(clang::SourceRange range) const {
  const clang::CharSourceRange spelled = clang::Lexer::makeFileCharRange(
      clang::CharSourceRange::getTokenRange(range), sources, ast.getLangOpts());
  return clang::Lexer::getSourceText(spelled, sources, ast.getLangOpts()).str();
}

UnitFacts UnitContext::take() {
  UnitFacts out;
  fileOf(sources.getLocForStartOfFile(sources.getMainFileID())); // even a file with no function is listed
  const FileBuilder *main = states_[sources.getMainFileID()].builder.get();
  std::vector<FileBuilder *> rest;
  for (auto &[file, state] : states_) {
    if (!state.builder)
      continue;
    const llvm::StringRef contents = sources.getBufferData(file);
    markWouldBlock(state.builder->facts(), {contents.data(), contents.size()});
    if (state.builder.get() != main)
      rest.push_back(state.builder.get());
  }
  std::sort(rest.begin(), rest.end(),
            [](FileBuilder *a, FileBuilder *b) { return a->facts().path < b->facts().path; });
  out.files.push_back(std::move(states_[sources.getMainFileID()].builder->facts()));
  for (FileBuilder *builder : rest)
    out.files.push_back(std::move(builder->facts()));
  return out;
}

} // namespace clearway::frontend::cpp
