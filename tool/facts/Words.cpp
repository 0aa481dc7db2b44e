#include "facts/Words.h"

namespace clearway::facts {
namespace {

using Text = std::string_view;

constexpr Text kLanguages[] = {"cpp", "rust", "python"};
constexpr Text kValueKinds[] = {"unknown", "literal", "ref",    "variable", "param",    "self",   "super",
                                "attr",    "apply",   "result", "await",    "element",  "enter",  "display",
                                "join",    "closure", "cast",   "type",     "instance", "symbol", "deref"};
constexpr Text kLiteralKinds[] = {"none", "bool", "int", "float", "string", "bytes", "other"};
constexpr Text kDisplayKinds[] = {"tuple", "list", "set", "dict", "struct"};
constexpr Text kScopeKinds[] = {"module", "class", "function", "block"};
constexpr Text kBindingKinds[] = {"variable", "function", "class", "import", "parameter", "module"};
constexpr Text kFunctionKinds[] = {"plain", "coroutine", "generator", "async-generator", "module"};
constexpr Text kClassKinds[] = {"class", "struct", "enum", "trait", "impl", "alias"};
constexpr Text kCallKinds[] = {"call",  "attribute", "construct", "destroy",
                               "enter", "exit",      "iterate",   "operator"};
constexpr Text kResultUses[] = {"discarded", "awaited", "assigned", "stored",   "returned", "argument",
                                "receiver",  "operand", "element",  "iterated", "entered",  "other"};
constexpr Text kSuspensionKinds[] = {"await", "async-for", "async-with", "yield", "co_await", "co_yield"};
constexpr Text kLoopKinds[] = {"while", "for", "infinite"};
constexpr Text kDiagnosticLevels[] = {"note", "warning", "error"};

constexpr Text kBindingFlags[] = {"instance", "type-only", "exported", "constant", "conditional", "unused", "indirect", "stored"};
constexpr Text kImportFlags[] = {"star", "type-only", "public"};
constexpr Text kFunctionFlags[] = {"lambda",      "async-block", "static",      "class-method", "property",
                                   "abstract",    "virtual",     "constructor", "destructor",   "test",
                                   "unsafe",      "macro",       "has-await",   "overload",     "approximate",
                                   "header-copy", "nonblocking", "blocking",    "main-guard",  "consumes-receiver",
                                   "discarded"};
constexpr Text kCallFlags[] = {"awaited",     "implicit",        "from-macro",
                               "main-guard",  "no-running-loop", "virtual-dispatch",
                               "conditional", "in-finally",      "deferred"};

} // namespace

template <> std::span<const Text> wordsOf<Language>() {
  return kLanguages;
}
template <> std::span<const Text> wordsOf<ValueKind>() {
  return kValueKinds;
}
template <> std::span<const Text> wordsOf<LiteralKind>() {
  return kLiteralKinds;
}
template <> std::span<const Text> wordsOf<DisplayKind>() {
  return kDisplayKinds;
}
template <> std::span<const Text> wordsOf<ScopeKind>() {
  return kScopeKinds;
}
template <> std::span<const Text> wordsOf<BindingKind>() {
  return kBindingKinds;
}
template <> std::span<const Text> wordsOf<FunctionKind>() {
  return kFunctionKinds;
}
template <> std::span<const Text> wordsOf<ClassKind>() {
  return kClassKinds;
}
template <> std::span<const Text> wordsOf<CallKind>() {
  return kCallKinds;
}
template <> std::span<const Text> wordsOf<ResultUse>() {
  return kResultUses;
}
template <> std::span<const Text> wordsOf<SuspensionKind>() {
  return kSuspensionKinds;
}
template <> std::span<const Text> wordsOf<LoopKind>() {
  return kLoopKinds;
}
template <> std::span<const Text> wordsOf<DiagnosticLevel>() {
  return kDiagnosticLevels;
}

FlagWords bindingFlagWords() {
  return {kBindingFlags};
}
FlagWords importFlagWords() {
  return {kImportFlags};
}
FlagWords functionFlagWords() {
  return {kFunctionFlags};
}
FlagWords callFlagWords() {
  return {kCallFlags};
}

} // namespace clearway::facts
