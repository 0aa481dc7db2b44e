// Names and types as the catalogue spells them: qualified, without inline namespaces and template arguments.
#pragma once

#include "frontend/cpp/clang/FileBuilder.h"

#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Type.h"

#include <string>
#include <vector>

namespace clearway::frontend::cpp {

/// "std::unique_lock::lock" for any instantiation of it; anonymous and inline namespaces leave no trace.
std::string qualifiedName(const clang::NamedDecl &decl);
/// Unified symbol resolution string: equal in all units for the same entity. Empty if there is none.
std::string usrOf(const clang::Decl &decl);
/// Catalogue keys for attributes that say what a function does: clang's thread-safety attributes ("clang::acquire_capability")
/// and annotate("clearway::…").
std::vector<Name> marksOf(const clang::Decl &decl);
/// The class a value of this type is, seen through references, pointers and cv-qualifiers; nullptr if it is none.
const clang::CXXRecordDecl *recordOf(clang::QualType type);
/// A pointer to a function, a class with a call operator, or a type that nobody knows yet.
bool maybeCallable(clang::QualType type);
/// A Type value: qualified name, with template type arguments as operands.
facts::ValueId typeValue(FileBuilder &builder, clang::QualType type, unsigned depth = 0);

} // namespace clearway::frontend::cpp
