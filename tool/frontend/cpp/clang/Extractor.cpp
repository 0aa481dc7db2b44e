#include "frontend/cpp/clang/Extractor.h"

#include "frontend/cpp/clang/BodyExtractor.h"
#include "frontend/cpp/clang/Types.h"

#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"

namespace clearway::frontend::cpp {
namespace {

/// A coroutine type that can only yield, such as std::generator: its consumer runs it, and no loop is involved. What has a
/// co_await-able promise may be resumed by one.
bool isPlainGenerator(const clang::FunctionDecl &decl) {
  const clang::CXXRecordDecl *type = recordOf(decl.getReturnType());
  return type && type->getDeclName().isIdentifier() && type->getName().contains_insensitive("generator") &&
         !type->getName().contains_insensitive("async");
}

uint32_t effectFlags(const clang::FunctionDecl &decl) {
  uint32_t flags = 0;
  for (const clang::FunctionEffectWithCondition &effect : clang::FunctionEffectsRef::get(decl.getType())) {
    if (effect.Effect.kind() == clang::FunctionEffect::Kind::NonBlocking)
      flags |= facts::FunctionFlag::Nonblocking;
    if (effect.Effect.kind() == clang::FunctionEffect::Kind::Blocking)
      flags |= facts::FunctionFlag::Blocking;
  }
  for (const clang::AnnotateAttr *annotate : decl.specific_attrs<clang::AnnotateAttr>())
    if (annotate->getAnnotation() == "clearway::blocking")
      flags |= facts::FunctionFlag::Blocking;
  return flags;
}

/// A pattern whose instantiations are read says nothing that they do not say better.
bool isReadAsInstantiation(const clang::FunctionDecl &decl) {
  if (const clang::FunctionTemplateDecl *pattern = decl.getDescribedFunctionTemplate())
    return llvm::any_of(pattern->specializations(), [](const clang::FunctionDecl *made) { return made->isDefined(); });
  const auto *method = clang::dyn_cast<clang::CXXMethodDecl>(&decl);
  const clang::ClassTemplateDecl *holder = method ? method->getParent()->getDescribedClassTemplate() : nullptr;
  if (!holder)
    return false;
  return llvm::any_of(holder->specializations(), [&](const clang::ClassTemplateSpecializationDecl *made) {
    return llvm::any_of(made->methods(), [&](const clang::CXXMethodDecl *member) {
      return member->isDefined() && member->getTemplateInstantiationPattern() == &decl;
    });
  });
}

} // namespace

bool Extractor::isWorthReading(const clang::FunctionDecl &decl) {
  if (!decl.isThisDeclarationADefinition() || !decl.getBody() || decl.isImplicit() || decl.isDefaulted())
    return false;
  if (!unit_.isOwn(decl.getLocation()))
    return false;
  if (const auto *method = clang::dyn_cast<clang::CXXMethodDecl>(&decl); method && method->getParent()->isLambda())
    return false; // read where the lambda stands
  if (const clang::FunctionDecl *pattern = decl.getTemplateInstantiationPattern())
    return ++instantiations_[pattern->getCanonicalDecl()] <= kMaxInstantiations && !unit_.isReadElsewhere(decl);
  if (decl.isTemplated())
    return !unit_.isPatternReadElsewhere(decl) && !isReadAsInstantiation(decl);
  return !unit_.isReadElsewhere(decl);
}

bool Extractor::VisitFunctionDecl(clang::FunctionDecl *decl) {
  if (isWorthReading(*decl))
    extract(*decl, facts::kNone);
  return true;
}

facts::FunctionId Extractor::extract(const clang::FunctionDecl &decl, facts::FunctionId parent) {
  FileBuilder &file = unit_.fileOf(decl.getLocation());
  const facts::FunctionId id = unit_.functionFor(file, decl);
  facts::Function made;
  made.parent = parent;
  describe(made, decl, file);
  made.scope = static_cast<facts::ScopeId>(file.facts().scopes.size());
  file.facts().scopes.push_back({.kind = facts::ScopeKind::Function, .parent = 0, .index = id,
                                 .qualifiedName = made.qualifiedName});
  file.facts().functions[id] = made;
  BodyExtractor body(unit_, file, id, made.enclosingClass,
                     [this](const clang::LambdaExpr &lambda, facts::FunctionId holder) {
                       return extract(*lambda.getCallOperator(), holder);
                     });
  body.run(decl, *decl.getBody());
  facts::Function &done = file.facts().functions[id];
  if (clang::isa<clang::CoroutineBodyStmt>(decl.getBody()) || body.hasSuspension())
    done.kind = !body.hasYieldOnly()          ? facts::FunctionKind::Coroutine
                : isPlainGenerator(decl)       ? facts::FunctionKind::Generator
                                               : facts::FunctionKind::AsyncGenerator;
  if (body.hasSuspension())
    done.flags |= facts::FunctionFlag::HasAwait;
  return id;
}

void Extractor::describe(facts::Function &out, const clang::FunctionDecl &decl, FileBuilder &file) {
  const auto *method = clang::dyn_cast<clang::CXXMethodDecl>(&decl);
  const bool lambda = method && method->getParent()->isLambda();
  out.qualifiedName = Name(lambda && out.parent != facts::kNone
                               ? std::string(file.facts().functions[out.parent].qualifiedName.view()) + "::<lambda>"
                               : qualifiedName(decl));
  out.name = Name(lambda ? "<lambda>" : decl.getNameAsString());
  out.disambiguator = Name(usrOf(decl));
  out.file = Name(file.facts().path);
  out.flags = effectFlags(decl);
  out.range = unit_.range(decl.getSourceRange());
  out.nameRange = unit_.range(clang::SourceRange(decl.getLocation(), decl.getLocation()));
  if (lambda)
    out.flags |= facts::FunctionFlag::Lambda;
  if (!unit_.sources.isInMainFile(unit_.sources.getExpansionLoc(decl.getLocation())))
    out.flags |= facts::FunctionFlag::HeaderCopy;
  if (decl.isMain())
    out.flags |= facts::FunctionFlag::MainGuard;
  if (clang::isa<clang::CXXConstructorDecl>(decl))
    out.flags |= facts::FunctionFlag::Constructor;
  if (clang::isa<clang::CXXDestructorDecl>(decl))
    out.flags |= facts::FunctionFlag::Destructor;
  std::vector<facts::ValueId> overrides, marks;
  if (method && !lambda) {
    out.enclosingClass = unit_.classFor(file, *method->getParent());
    if (method->isStatic())
      out.flags |= facts::FunctionFlag::Static;
    if (method->isVirtual())
      out.flags |= facts::FunctionFlag::Virtual;
    for (const clang::CXXMethodDecl *overridden : method->overridden_methods()) {
      const facts::ValueId usr = file.literal(facts::LiteralKind::String, usrOf(*overridden));
      overrides.push_back(file.add({.kind = facts::ValueKind::Symbol, .name = Name(qualifiedName(*overridden)),
                                    .operands = file.operands(std::span(&usr, 1))}));
    }
  } else if (lambda && out.parent != facts::kNone) {
    out.enclosingClass = file.facts().functions[out.parent].enclosingClass;
  }
  for (const Name mark : marksOf(decl))
    marks.push_back(file.literal(facts::LiteralKind::String, mark.view()));
  out.overrides = file.operands(overrides);
  out.decorators = file.operands(marks);
  std::vector<facts::Parameter> parameters;
  for (const clang::ParmVarDecl *parameter : decl.parameters())
    parameters.push_back({.name = Name({parameter->getName().data(), parameter->getName().size()}),
                          .annotation = typeValue(file, parameter->getType())});
  auto &all = file.facts().parameters;
  out.parameters = {static_cast<uint32_t>(all.size()), static_cast<uint32_t>(parameters.size())};
  all.insert(all.end(), parameters.begin(), parameters.end());
  out.returnType = typeValue(file, decl.getReturnType());
}

UnitFacts extractUnit(UnitContext &unit) {
  Extractor extractor(unit);
  for (clang::Decl *decl : unit.ast.getTranslationUnitDecl()->decls())
    if (unit.isOwn(decl->getLocation())) // what others declare holds nothing of ours
      extractor.TraverseDecl(decl);
  return unit.take();
}

} // namespace clearway::frontend::cpp
