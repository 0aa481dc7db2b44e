// The fields of every record of Facts.h, listed once for whatever has to go through all of them.
#pragma once

#include "facts/Facts.h"

namespace clearway::facts {

template <class V> void fields(V &v, Span &x) {
  v(x.first, x.count);
}
template <class V> void fields(V &v, SourceRange &x) {
  v(x.beginLine, x.beginColumn, x.endLine, x.endColumn);
}
template <class V> void fields(V &v, Value &x) {
  v(x.kind, x.flag, x.name, x.a, x.b, x.operands);
}
template <class V> void fields(V &v, Scope &x) {
  v(x.kind, x.parent, x.index, x.qualifiedName);
}
template <class V> void fields(V &v, Binding &x) {
  v(x.scope, x.name, x.kind, x.flags, x.value, x.annotation, x.index, x.range);
}
template <class V> void fields(V &v, Import &x) {
  v(x.scope, x.module, x.item, x.alias, x.level, x.flags, x.range);
}
template <class V> void fields(V &v, Parameter &x) {
  v(x.name, x.annotation, x.defaultValue, x.variadic, x.keywordOnly);
}
template <class V> void fields(V &v, Function &x) {
  v(x.name, x.qualifiedName, x.disambiguator, x.linkName, x.file, x.kind, x.flags, x.parent, x.enclosingClass,
    x.scope, x.range, x.nameRange, x.decorators, x.parameters, x.returnType, x.returns, x.overrides,
    x.blocks);
}
template <class V> void fields(V &v, Class &x) {
  v(x.name, x.qualifiedName, x.kind, x.isProtocol, x.scope, x.bases, x.self, x.decorators, x.typeParameters,
    x.range, x.nameRange);
}
template <class V> void fields(V &v, Argument &x) {
  v(x.keyword, x.value, x.spread);
}
template <class V> void fields(V &v, CallSite &x) {
  v(x.caller, x.block, x.kind, x.use, x.flags, x.callee, x.arguments, x.loop, x.awaitedBy, x.boundTo, x.range,
    x.nameRange);
}
template <class V> void fields(V &v, ScopedObject &x) {
  v(x.function, x.name, x.initializer, x.type, x.isParameter, x.isAsync, x.range);
}
template <class V> void fields(V &v, Suspension &x) {
  v(x.function, x.kind, x.operand, x.loop, x.range);
}
template <class V> void fields(V &v, Loop &x) {
  v(x.function, x.parent, x.kind, x.subject, x.range);
}
template <class V> void fields(V &v, Event &x) {
  v(x.kind, x.index, x.other);
}
template <class V> void fields(V &v, Block &x) {
  v(x.events, x.successors);
}
template <class V> void fields(V &v, Directive &x) {
  v(x.range, x.text, x.ownLine);
}
template <class V> void fields(V &v, Diagnostic &x) {
  v(x.level, x.range, x.id, x.message);
}
template <class V> void fields(V &v, MacroExpansion &x) {
  v(x.range, x.macro, x.file, x.line);
}
template <class V> void fields(V &v, Dependency &x) {
  v(x.file, x.digest);
}
template <class V> void fields(V &v, FileFacts &x) {
  v(x.language, x.path, x.module, x.digest, x.hadErrors, x.isPackage, x.isTest, x.edition, x.lineCount,
    x.dependencies, x.values, x.operands, x.scopes, x.bindings, x.imports, x.functions, x.parameters,
    x.classes, x.calls, x.arguments, x.objects, x.suspensions, x.loops, x.blocks, x.successors, x.events,
    x.directives, x.expansions, x.diagnostics);
}

} // namespace clearway::facts
