// Plain variables: what they may be after assignments.
#include "facts/Stored.h"
#include "frontend/cpp/Variables.h"
#include "frontend/cpp/clang/BodyExtractor.h"
#include "frontend/cpp/clang/Types.h"

namespace clearway::frontend::cpp {

using facts::ValueId;
using facts::ValueKind;

namespace {

bool isOfTimeSpan(const clang::VarDecl &var) {
  const clang::CXXRecordDecl *record = var.getType()->getAsCXXRecordDecl();
  return record && isTimeSpan(qualifiedName(*record));
}

} // namespace

/// What may be called later is put somewhere: `this->handler = &onRead;`. Classes such as std::function say so by their operator.
void BodyExtractor::stored(const clang::Expr *target, ValueId value) {
  const clang::QualType type = target->getType();
  if (!value || !maybeCallable(type))
    return;
  if (const ValueId place = this->value(target))
    facts_.bindings.push_back({.scope = facts_.functions[function_].scope, .flags = facts::BindingFlag::Stored, .value = value,
                               .annotation = place, .range = unit_.range(target->getSourceRange())});
}

/// A variable or a field gets another value; 0: nobody knows which.
void BodyExtractor::changed(const clang::Expr *target, ValueId value) {
  const clang::Expr *written = target->IgnoreParenImpCasts();
  if (value)
    stored(written, value);
  if (const auto *field = clang::dyn_cast<clang::MemberExpr>(written))
    return fieldChanged(*field, value);
  const auto *reference = clang::dyn_cast<clang::DeclRefExpr>(written);
  const auto *var = reference ? clang::dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
  if (var && var->isLocalVarDecl() && !recordOf(var->getType()))
    reassign(facts_, bindingFor(*var), value, !var->hasInit(), [&](const facts::Value &made) { return file_.add(made); },
             [&](std::span<const ValueId> ids) { return file_.operands(ids); });
}

/// `patience.tv_sec = 1;`, and `this->wakeup_ = eventfd(0, EFD_NONBLOCK);`
void BodyExtractor::fieldChanged(const clang::MemberExpr &field, ValueId value) {
  const clang::Expr *base = field.getBase()->IgnoreParenImpCasts();
  if (clang::isa<clang::CXXThisExpr>(base) && class_ != facts::kNone && facts_.values[value].kind == ValueKind::CallResult)
    facts_.bindings.push_back({.scope = facts_.classes[class_].scope, .name = Name(field.getMemberDecl()->getNameAsString()),
                               .flags = facts::BindingFlag::Instance, .value = value, .range = unit_.range(field.getSourceRange())});
  const auto *reference = clang::dyn_cast<clang::DeclRefExpr>(base);
  const auto *var = reference ? clang::dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
  if (!var || !var->isLocalVarDecl() || !isOfTimeSpan(*var))
    return;
  const uint32_t binding = bindingFor(*var);
  std::vector<ValueId> fields;
  if (const facts::Value &known = facts_.values[facts_.bindings[binding].value]; known.kind == ValueKind::Display)
    for (const ValueId one : facts_.operandsOf(known.operands))
      fields.push_back(one);
  fields.push_back(value);
  facts_.bindings[binding].value =
      file_.add({.kind = ValueKind::Display, .flag = static_cast<uint8_t>(facts::DisplayKind::Struct), .operands = file_.operands(fields)});
}

/// `timeval none = {0, 0};`: its fields, and nothing where they were not written.
void BodyExtractor::noteFields(const clang::VarDecl &var) {
  if (!isOfTimeSpan(var))
    return;
  const uint32_t binding = bindingFor(var);
  facts_.bindings[binding].value = 0;
  const auto *list = clang::dyn_cast_or_null<clang::InitListExpr>(var.getInit() ? var.getInit()->IgnoreParenImpCasts() : nullptr);
  if (!list)
    return;
  std::vector<ValueId> fields;
  for (const clang::Expr *item : list->inits())
    if (!clang::isa<clang::ImplicitValueInitExpr>(item))
      fields.push_back(value(item));
  facts_.bindings[binding].value =
      file_.add({.kind = ValueKind::Display, .flag = static_cast<uint8_t>(facts::DisplayKind::Struct), .operands = file_.operands(fields)});
}

} // namespace clearway::frontend::cpp
