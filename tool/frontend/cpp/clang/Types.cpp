#include "frontend/cpp/clang/Types.h"

#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Index/USRGeneration.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/raw_ostream.h"

namespace clearway::frontend::cpp {
namespace {

/// Without the printing machinery where the name is a plain identifier.
std::string nameOf(const clang::NamedDecl &decl) {
  return decl.getDeclName().isIdentifier() ? decl.getName().str() : decl.getNameAsString();
}

void appendContext(const clang::DeclContext *context, std::string &out) {
  if (!context || context->isTranslationUnit())
    return;
  appendContext(context->getParent(), out);
  if (const auto *space = llvm::dyn_cast<clang::NamespaceDecl>(context)) {
    if (space->isInline() || space->isAnonymousNamespace())
      return;
  } else if (const auto *function = llvm::dyn_cast<clang::FunctionDecl>(context)) {
    out += nameOf(*function) + "::";
    return;
  }
  if (const auto *named = llvm::dyn_cast<clang::NamedDecl>(context); named && !named->getName().empty())
    out += named->getName().str() + "::";
}

Name markFor(const clang::Attr &attribute) {
  if (const auto *annotate = clang::dyn_cast<clang::AnnotateAttr>(&attribute)) {
    const llvm::StringRef text = annotate->getAnnotation();
    return text.starts_with("clearway::") ? Name({text.data(), text.size()}) : Name();
  }
  switch (attribute.getKind()) {
  case clang::attr::AcquireCapability:
    return Name("clang::acquire_capability");
  case clang::attr::ReleaseCapability:
    return Name("clang::release_capability");
  case clang::attr::TryAcquireCapability:
    return Name("clang::try_acquire_capability");
  default:
    return {};
  }
}

} // namespace

std::string qualifiedName(const clang::NamedDecl &decl) {
  std::string out;
  appendContext(decl.getDeclContext(), out);
  if (const auto *destructor = llvm::dyn_cast<clang::CXXDestructorDecl>(&decl))
    return out + "~" + destructor->getParent()->getName().str();
  if (llvm::isa<clang::CXXConstructorDecl>(decl))
    return out.substr(0, out.size() - 2); // a construction has the type's name
  if (const auto *conversion = llvm::dyn_cast<clang::CXXConversionDecl>(&decl))
    return out + "operator " + conversion->getConversionType().getAsString();
  return out + nameOf(decl);
}

std::string usrOf(const clang::Decl &decl) {
  llvm::SmallString<128> buffer;
  if (clang::index::generateUSRForDecl(&decl, buffer))
    return {};
  return std::string(buffer);
}

std::vector<Name> marksOf(const clang::Decl &decl) {
  std::vector<Name> marks;
  // What a scoped type's constructor and destructor do its objects' lives show.
  if (!clang::isa<clang::CXXConstructorDecl, clang::CXXDestructorDecl>(decl))
    for (const clang::Attr *attribute : decl.attrs())
      if (const Name mark = markFor(*attribute))
        marks.push_back(mark);
  if (const auto *function = clang::dyn_cast<clang::FunctionDecl>(&decl))
    for (const clang::FunctionEffectWithCondition &effect : clang::FunctionEffectsRef::get(function->getType()))
      if (effect.Effect.kind() == clang::FunctionEffect::Kind::Blocking)
        marks.push_back(Name("clang::blocking"));
  return marks;
}

bool maybeCallable(clang::QualType type) {
  type = type.getNonReferenceType();
  if (type->isDependentType() || type->isFunctionPointerType())
    return true;
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  return record && record->hasDefinition() &&
         !record->lookup(record->getASTContext().DeclarationNames.getCXXOperatorName(clang::OO_Call)).empty();
}

const clang::CXXRecordDecl *recordOf(clang::QualType type) {
  if (type.isNull())
    return nullptr;
  type = type.getNonReferenceType();
  if (const auto *pointer = type->getAs<clang::PointerType>())
    type = pointer->getPointeeType();
  if (const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl())
    return record;
  // A dependent `std::unique_lock<Mutex>` still names its template.
  if (const auto *special = type->getAs<clang::TemplateSpecializationType>())
    if (const clang::TemplateDecl *decl = special->getTemplateName().getAsTemplateDecl())
      return llvm::dyn_cast_or_null<clang::CXXRecordDecl>(decl->getTemplatedDecl());
  return nullptr;
}

facts::ValueId typeValue(FileBuilder &builder, clang::QualType type, unsigned depth) {
  if (type.isNull() || depth > 4)
    return 0;
  type = type.getNonReferenceType().getUnqualifiedType();
  if (const auto *pointer = type->getAs<clang::PointerType>())
    type = pointer->getPointeeType().getUnqualifiedType();
  const clang::CXXRecordDecl *record = recordOf(type);
  facts::Value value{.kind = facts::ValueKind::Type};
  if (!record) {
    value.name = Name(type.getAsString());
    return builder.add(value);
  }
  if (record->isLambda()) {
    value.name = Name("<lambda>");
    return builder.add(value);
  }
  value.name = Name(qualifiedName(*record));
  std::vector<facts::ValueId> arguments;
  if (const auto *special = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(record))
    for (const clang::TemplateArgument &argument : special->getTemplateArgs().asArray()) {
      if (argument.getKind() == clang::TemplateArgument::Type)
        arguments.push_back(typeValue(builder, argument.getAsType(), depth + 1));
      else if (argument.getKind() == clang::TemplateArgument::Pack)
        for (const clang::TemplateArgument &packed : argument.pack_elements())
          if (packed.getKind() == clang::TemplateArgument::Type)
            arguments.push_back(typeValue(builder, packed.getAsType(), depth + 1));
    }
  value.operands = builder.operands(arguments);
  return builder.add(value);
}

} // namespace clearway::frontend::cpp
