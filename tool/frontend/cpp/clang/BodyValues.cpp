#include "frontend/cpp/clang/BodyExtractor.h"
#include "frontend/cpp/clang/Types.h"

#include "llvm/ADT/SmallString.h"

namespace clearway::frontend::cpp {

using facts::ValueKind;

facts::ValueId BodyExtractor::typed(facts::ValueId path, clang::QualType type) {
  if (path == facts::kNone || !recordOf(type))
    return path;
  // It keeps the name, by which tags such as std::adopt_lock are known.
  return file_.add({.kind = ValueKind::Cast, .name = facts_.values[path].name, .a = path, .b = typeValue(file_, type)});
}

facts::ValueId BodyExtractor::symbolFor(const clang::FunctionDecl &callee, facts::ValueId receiver,
                                        clang::QualType result) {
  std::vector<facts::ValueId> keys = {file_.literal(facts::LiteralKind::String, usrOf(callee))};
  for (Name mark : marksOf(callee))
    keys.push_back(file_.literal(facts::LiteralKind::String, mark.view()));
  for (Name mark : unit_.awaitables.marksOf(result))
    keys.push_back(file_.literal(facts::LiteralKind::String, mark.view()));
  return file_.add({.kind = ValueKind::Symbol, .name = Name(qualifiedName(callee)), .a = receiver,
                    .operands = file_.operands(keys)});
}

facts::ValueId BodyExtractor::calleeOf(const clang::CallExpr &call) {
  using namespace clang;
  if (const FunctionDecl *callee = call.getDirectCallee()) {
    facts::ValueId receiver = facts::kNone;
    if (const auto *member = dyn_cast<CXXMemberCallExpr>(&call)) {
      // As written: the implicit cast to the base that declares the member would hide the object's own type.
      const Expr *object = member->getImplicitObjectArgument()->IgnoreParenImpCasts();
      receiver = typed(value(object), object->getType());
    } else if (const auto *op = dyn_cast<CXXOperatorCallExpr>(&call); op && op->getNumArgs()) {
      receiver = typed(value(op->getArg(0)), op->getArg(0)->getType());
    }
    return symbolFor(*callee, receiver, callee->getReturnType());
  }
  const Expr *callee = call.getCallee()->IgnoreParenImpCasts();
  if (const auto *member = dyn_cast<CXXDependentScopeMemberExpr>(callee)) {
    const std::string name = member->getMember().getAsString();
    if (member->isImplicitAccess())
      return file_.add({.kind = ValueKind::Ref, .name = Name(name), .a = 0});
    const facts::ValueId base = typed(value(member->getBase()), member->getBaseType());
    return file_.add({.kind = ValueKind::Attr, .name = Name(name), .a = base});
  }
  if (const auto *lookup = dyn_cast<UnresolvedLookupExpr>(callee)) {
    for (const NamedDecl *candidate : lookup->decls())
      return file_.add({.kind = ValueKind::Symbol, .name = Name(qualifiedName(*candidate->getUnderlyingDecl()))});
    return file_.add({.kind = ValueKind::Ref, .name = Name(lookup->getName().getAsString()), .a = 0});
  }
  return value(callee);
}

/// A constant that conditions of the catalogue can look at: numbers and flags, durations included.
std::optional<facts::ValueId> BodyExtractor::constant(const clang::Expr &written) {
  using namespace clang;
  const Expr *expr = written.IgnoreParenImpCasts();
  if (const auto *text = dyn_cast<clang::StringLiteral>(expr))
    return file_.literal(facts::LiteralKind::String, text->getCharByteWidth() == 1 ? text->getString() : "");
  if (const auto *boolean = dyn_cast<CXXBoolLiteralExpr>(expr))
    return file_.literal(facts::LiteralKind::Bool, boolean->getValue() ? "true" : "false");
  if (isa<CXXNullPtrLiteralExpr, GNUNullExpr>(expr))
    return file_.literal(facts::LiteralKind::None, "nullptr");
  if (expr->getType().isNull() || expr->isValueDependent() || expr->isTypeDependent() || expr->containsErrors())
    return std::nullopt;
  const QualType type = expr->getType();
  const CXXRecordDecl *record = type->getAsCXXRecordDecl();
  const bool duration = record && record->getDeclName().isIdentifier() && record->getName() == "duration";
  if (!duration && !type->isIntegralOrEnumerationType() && !type->isPointerType())
    return std::nullopt;
  Expr::EvalResult result;
  const bool known = duration ? expr->EvaluateAsConstantExpr(result, unit_.ast)
                              : written.EvaluateAsRValue(result, unit_.ast) && !result.HasSideEffects;
  if (!known)
    return std::nullopt;
  const APValue *at = &result.Val;
  while (at->isStruct() && at->getStructNumFields() == 1)
    at = &at->getStructField(0);
  if (type->isPointerType())
    return at->isLValue() && at->isNullPointer()
               ? std::optional(file_.literal(facts::LiteralKind::None, "nullptr"))
               : std::nullopt;
  if (!at->isInt())
    return std::nullopt;
  // Flags keep their spelling beside nothing else: `O_RDONLY | O_NONBLOCK` says more than its number.
  if (!duration && (expr->getBeginLoc().isMacroID() || isa<BinaryOperator>(expr) || type->isEnumeralType()))
    return file_.literal(facts::LiteralKind::Other, unit_.text(expr->getSourceRange()));
  llvm::SmallString<24> digits;
  at->getInt().toString(digits, 10);
  return file_.literal(facts::LiteralKind::Int, digits.str());
}

uint32_t BodyExtractor::bindingFor(const clang::VarDecl &var) {
  auto [it, fresh] = bindings_.try_emplace(&var, static_cast<uint32_t>(facts_.bindings.size()));
  if (fresh)
    facts_.bindings.push_back({.scope = facts_.functions[function_].scope,
                               .name = Name({var.getName().data(), var.getName().size()}),
                               .annotation = typeValue(file_, var.getType()),
                               .range = unit_.range(var.getSourceRange())});
  return it->second;
}

namespace {

/// What a copy or `std::move` of it is given.
const clang::Expr *withoutMove(const clang::Expr &given) {
  const clang::Expr *inner = given.IgnoreParenImpCasts();
  for (unsigned depth = 0; depth < 4; ++depth) {
    const auto *construct = clang::dyn_cast<clang::CXXConstructExpr>(inner);
    const auto *call = clang::dyn_cast<clang::CallExpr>(inner);
    if (construct && construct->getNumArgs() == 1)
      inner = construct->getArg(0)->IgnoreParenImpCasts();
    else if (call && call->getNumArgs() == 1 && call->getDirectCallee() && call->getDirectCallee()->isInStdNamespace())
      inner = call->getArg(0)->IgnoreParenImpCasts();
    else
      break;
  }
  return inner;
}

} // namespace

/// `[callback] { callback(); }`, `[run = std::move(callback)] { run(); }`: the parameter of a function around the lambda. 0 for anything else.
facts::ValueId BodyExtractor::captured(const clang::VarDecl &var) {
  const clang::VarDecl *given = &var;
  if (var.isInitCapture() && var.getInit())
    if (const auto *named = clang::dyn_cast<clang::DeclRefExpr>(withoutMove(*var.getInit())))
      given = clang::dyn_cast<clang::VarDecl>(named->getDecl());
  const auto *param = clang::dyn_cast_or_null<clang::ParmVarDecl>(given);
  if (!param || !maybeCallable(param->getType().getNonReferenceType()) || param->getDeclContext() == decl_)
    return 0;
  const clang::DeclContext *function = decl_;
  facts::FunctionId id = function_;
  while (function && function != param->getDeclContext() && id != facts::kNone) {
    const auto *lambda = clang::dyn_cast<clang::CXXMethodDecl>(function);
    function = lambda && lambda->getParent()->isLambda() ? lambda->getParent()->getParentFunctionOrMethod() : nullptr;
    id = facts_.functions[id].parent;
  }
  if (!function || id == facts::kNone)
    return 0;
  return typed(file_.add({.kind = ValueKind::Param, .name = Name({param->getName().data(), param->getName().size()}), .a = id,
                          .b = param->getFunctionScopeIndex()}),
               param->getType());
}

facts::ValueId BodyExtractor::value(const clang::Expr *expr, unsigned depth) {
  using namespace clang;
  if (!expr || depth > 16)
    return 0;
  if (auto it = calls_.find(expr); it != calls_.end())
    return file_.add({.kind = ValueKind::CallResult, .a = it->second});
  const Expr *inner = expr->IgnoreParenImpCasts();
  if (inner != expr)
    return value(inner, depth + 1);
  const auto text = [](llvm::StringRef name) { return Name({name.data(), name.size()}); };
  if (const auto *wrapped = dyn_cast<ExprWithCleanups>(expr))
    return value(wrapped->getSubExpr(), depth + 1);
  if (const auto *wrapped = dyn_cast<MaterializeTemporaryExpr>(expr))
    return value(wrapped->getSubExpr(), depth + 1);
  if (const auto *wrapped = dyn_cast<CXXBindTemporaryExpr>(expr))
    return value(wrapped->getSubExpr(), depth + 1);
  if (const auto *suspend = dyn_cast<CoroutineSuspendExpr>(expr)) {
    const facts::ValueId awaited =
        file_.add({.kind = ValueKind::Await, .a = value(suspend->getOperand(), depth + 1)});
    return typed(awaited, expr->getType());
  }
  if (const auto *lambda = dyn_cast<LambdaExpr>(expr)) {
    auto it = lambdas_.find(lambda);
    return it == lambdas_.end() ? 0 : file_.add({.kind = ValueKind::Closure, .a = it->second});
  }
  if (isa<CXXThisExpr>(expr))
    return file_.add({.kind = ValueKind::Self, .a = class_});
  if (const auto *ref = dyn_cast<DeclRefExpr>(expr)) {
    if (const auto *param = dyn_cast<ParmVarDecl>(ref->getDecl());
        param && !ref->refersToEnclosingVariableOrCapture() && param->getFunctionScopeDepth() == 0)
      return typed(file_.add({.kind = ValueKind::Param, .name = text(param->getName()), .a = function_,
                              .b = param->getFunctionScopeIndex()}),
                   param->getType());
    if (const auto *var = dyn_cast<VarDecl>(ref->getDecl())) {
      if (const facts::ValueId outer = captured(*var))
        return outer;
      if (var->isLocalVarDeclOrParm())
        return file_.add({.kind = ValueKind::Variable, .name = text(var->getName()), .a = bindingFor(*var)});
      if (auto fixed = constant(*expr))
        return *fixed;
      return typed(file_.add({.kind = ValueKind::Symbol, .name = Name(qualifiedName(*var))}), var->getType());
    }
    if (const auto *function = dyn_cast<FunctionDecl>(ref->getDecl()))
      return symbolFor(*function, facts::kNone);
    if (auto fixed = constant(*expr))
      return *fixed;
    return file_.add({.kind = ValueKind::Symbol, .name = Name(qualifiedName(*ref->getDecl()))});
  }
  if (auto fixed = constant(*expr))
    return *fixed;
  if (const auto *member = dyn_cast<MemberExpr>(expr)) {
    const facts::ValueId path = file_.add({.kind = ValueKind::Attr,
                                           .name = Name(member->getMemberDecl()->getNameAsString()),
                                           .a = value(member->getBase(), depth + 1)});
    return typed(path, member->getType());
  }
  if (const auto *list = dyn_cast<InitListExpr>(expr); list && recordOf(list->getType())) {
    std::vector<facts::ValueId> items;
    for (const Expr *item : list->inits())
      items.push_back(value(item, depth + 1));
    return typed(file_.add({.kind = ValueKind::Display, .flag = static_cast<uint8_t>(facts::DisplayKind::Struct),
                            .operands = file_.operands(items)}),
                 list->getType());
  }
  if (const auto *unary = dyn_cast<UnaryOperator>(expr);
      unary && (unary->getOpcode() == UO_AddrOf || unary->getOpcode() == UO_Deref))
    return file_.add({.kind = ValueKind::Deref, .a = value(unary->getSubExpr(), depth + 1)});
  if (const auto *item = dyn_cast<ArraySubscriptExpr>(expr))
    return file_.add({.kind = ValueKind::Element, .flag = 1, .a = value(item->getBase(), depth + 1)});
  if (const auto *combined = dyn_cast<BinaryOperator>(expr); combined && combined->isBitwiseOp()) // `flags | O_NONBLOCK`
    return file_.literal(facts::LiteralKind::Other, unit_.text(expr->getSourceRange()));
  if (const auto *either = dyn_cast<ConditionalOperator>(expr)) {
    const facts::ValueId both[] = {value(either->getTrueExpr(), depth + 1), value(either->getFalseExpr(), depth + 1)};
    return file_.add({.kind = ValueKind::Join, .operands = file_.operands(both)});
  }
  if (const auto *cast = dyn_cast<CXXFunctionalCastExpr>(expr))
    return value(cast->getSubExpr(), depth + 1);
  if (const auto *cast = dyn_cast<CXXNamedCastExpr>(expr); cast && recordOf(expr->getType()))
    if (const facts::ValueId object = value(cast->getSubExpr(), depth + 1))
      return typed(object, expr->getType());
  if (const auto *construct = dyn_cast<CXXConstructExpr>(expr); construct && construct->getNumArgs() >= 1)
    return value(construct->getArg(0), depth + 1); // copies, moves and conversions such as std::function from a lambda
  if (const auto *call = dyn_cast<CallExpr>(expr); call && call->getNumArgs() >= 1 && !isa<CXXMemberCallExpr>(call))
    return typed(value(call->getArg(0), depth + 1), expr->getType()); // std::move, std::forward
  if (const auto *call = dyn_cast<CXXMemberCallExpr>(expr)) // a conversion
    return typed(value(call->getImplicitObjectArgument(), depth + 1), expr->getType());
  if (!expr->getType().isNull() && recordOf(expr->getType()))
    return file_.add({.kind = ValueKind::Instance, .a = typeValue(file_, expr->getType())});
  return 0;
}

} // namespace clearway::frontend::cpp
