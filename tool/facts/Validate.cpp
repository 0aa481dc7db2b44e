#include "facts/Validate.h"

#include "facts/TextLine.h"

namespace clearway::facts {
namespace {

class Validator {
public:
  explicit Validator(const FileFacts &facts) : facts_(facts) {}

  std::string run() {
    if (facts_.values.empty() || facts_.values[0].kind != ValueKind::Unknown)
      return "value v0 has to be the unknown value";
    each(facts_.values, 'v', &Validator::value);
    each(facts_.operands, 'v', &Validator::operand);
    each(facts_.scopes, 's', &Validator::scope);
    each(facts_.bindings, 'n', &Validator::binding);
    each(facts_.imports, 'i', &Validator::import);
    each(facts_.functions, 'f', &Validator::function);
    each(facts_.parameters, 'f', &Validator::parameter);
    each(facts_.classes, 'c', &Validator::classRecord);
    each(facts_.calls, 'k', &Validator::call);
    each(facts_.arguments, 'k', &Validator::argument);
    each(facts_.objects, 'o', &Validator::object);
    each(facts_.suspensions, 'p', &Validator::suspension);
    each(facts_.loops, 'l', &Validator::loop);
    each(facts_.blocks, 'b', &Validator::block);
    each(facts_.successors, 'b', &Validator::successor);
    each(facts_.events, 'b', &Validator::event);
    return std::move(error_);
  }

private:
  template <class T>
  void each(const std::vector<T> &records, char prefix, void (Validator::*check)(const T &)) {
    prefix_ = prefix;
    for (index_ = 0; index_ < records.size() && error_.empty(); ++index_)
      (this->*check)(records[index_]);
  }

  void wrong(std::string_view what, uint32_t id) {
    if (error_.empty())
      error_ = std::string("record ") + std::to_string(index_) + " of kind " + prefix_ + " refers to " +
               std::string(what) + ' ' + std::to_string(id) + ", which is not there";
  }
  void within(uint32_t id, size_t size, std::string_view what) {
    if (id >= size)
      wrong(what, id);
  }
  void optional(uint32_t id, size_t size, std::string_view what) {
    if (id != kNone)
      within(id, size, what);
  }
  void span(Span s, size_t size, std::string_view what) {
    if (s.count != 0 && (s.first >= size || s.count > size - s.first))
      wrong(what, s.first);
  }
  void operands(Span s) { span(s, facts_.operands.size(), "operand"); }
  void valueId(ValueId id) { within(id, facts_.values.size(), "value"); }
  void functionId(FunctionId id) { within(id, facts_.functions.size(), "function"); }
  void scopeId(ScopeId id) { within(id, facts_.scopes.size(), "scope"); }

  size_t sizeFor(char prefix) const {
    switch (prefix) {
    case 's':
      return facts_.scopes.size();
    case 'n':
      return facts_.bindings.size();
    case 'f':
      return facts_.functions.size();
    case 'c':
      return facts_.classes.size();
    case 'k':
      return facts_.calls.size();
    default:
      return facts_.values.size();
    }
  }

  void value(const Value &v) {
    if (static_cast<size_t>(v.kind) >= wordsOf<ValueKind>().size())
      return wrong("value kind", static_cast<uint32_t>(v.kind));
    if (const char prefix = operandPrefix(v.kind))
      optional(v.a, sizeFor(prefix), "operand");
    if (v.kind == ValueKind::Cast)
      optional(v.b, facts_.values.size(), "value");
    if (v.kind == ValueKind::Symbol)
      optional(v.b, facts_.functions.size(), "function");
    operands(v.operands);
  }
  void operand(const ValueId &id) { valueId(id); }

  void scope(const Scope &s) {
    optional(s.parent, facts_.scopes.size(), "scope");
    if (s.parent != kNone && s.parent >= index_)
      wrong("an outer scope behind it,", s.parent);
    optional(s.index, s.kind == ScopeKind::Class ? facts_.classes.size() : facts_.functions.size(), "owner");
  }

  void binding(const Binding &b) {
    scopeId(b.scope);
    valueId(b.value);
    valueId(b.annotation);
    if (b.kind == BindingKind::Function)
      optional(b.index, facts_.functions.size(), "function");
    if (b.kind == BindingKind::Class)
      optional(b.index, facts_.classes.size(), "class");
    if (b.kind == BindingKind::Import)
      optional(b.index, facts_.imports.size(), "import");
  }

  void import(const Import &i) { scopeId(i.scope); }

  void function(const Function &f) {
    optional(f.parent, facts_.functions.size(), "function");
    optional(f.enclosingClass, facts_.classes.size(), "class");
    optional(f.scope, facts_.scopes.size(), "scope");
    valueId(f.returnType);
    operands(f.decorators);
    operands(f.returns);
    operands(f.overrides);
    span(f.parameters, facts_.parameters.size(), "parameter");
    span(f.blocks, facts_.blocks.size(), "block");
  }

  void parameter(const Parameter &p) {
    valueId(p.annotation);
    valueId(p.defaultValue);
  }

  void classRecord(const Class &c) {
    optional(c.scope, facts_.scopes.size(), "scope");
    valueId(c.self);
    operands(c.bases);
    operands(c.decorators);
    operands(c.typeParameters);
  }

  void call(const CallSite &c) {
    functionId(c.caller);
    optional(c.block, facts_.blocks.size(), "block");
    valueId(c.callee);
    span(c.arguments, facts_.arguments.size(), "argument");
    optional(c.loop, facts_.loops.size(), "loop");
    optional(c.awaitedBy, facts_.calls.size(), "call");
    optional(c.boundTo, facts_.bindings.size(), "binding");
  }
  void argument(const Argument &a) { valueId(a.value); }

  void object(const ScopedObject &o) {
    functionId(o.function);
    valueId(o.initializer);
    valueId(o.type);
  }

  void suspension(const Suspension &s) {
    functionId(s.function);
    valueId(s.operand);
    optional(s.loop, facts_.loops.size(), "loop");
  }

  void loop(const Loop &l) {
    functionId(l.function);
    optional(l.parent, facts_.loops.size(), "loop");
    if (l.parent != kNone && l.parent >= index_)
      wrong("an outer loop behind it,", l.parent);
    valueId(l.subject);
  }

  void block(const Block &b) {
    span(b.events, facts_.events.size(), "event");
    span(b.successors, facts_.successors.size(), "successor");
  }
  void successor(const uint32_t &id) { within(id, facts_.blocks.size(), "block"); }

  void event(const Event &e) {
    switch (e.kind) {
    case EventKind::Call:
      return within(e.index, facts_.calls.size(), "call");
    case EventKind::Suspend:
      return within(e.index, facts_.suspensions.size(), "suspension");
    case EventKind::Birth:
    case EventKind::Death:
    case EventKind::Move:
      within(e.index, facts_.objects.size(), "object");
      return optional(e.other, facts_.objects.size(), "object");
    case EventKind::Refused:
      if (e.index == kNone)
        return within(e.other, facts_.objects.size(), "object");
      return within(e.index, facts_.calls.size(), "call");
    }
    wrong("event kind", static_cast<uint32_t>(e.kind));
  }

  const FileFacts &facts_;
  std::string error_;
  size_t index_ = 0;
  char prefix_ = 'v';
};

} // namespace

std::string validate(const FileFacts &facts) {
  return Validator(facts).run();
}

} // namespace clearway::facts
