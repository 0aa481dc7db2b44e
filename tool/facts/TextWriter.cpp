#include "facts/Text.h"
#include "facts/TextLine.h"
#include "facts/Words.h"

#include <cstdio>

namespace clearway::facts {
namespace {

bool isBare(std::string_view text) {
  if (text.empty())
    return false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 0x7F || c == '"' || c == '#' || c == '=' || c == '(' || c == ')' || c == ',' ||
        c == '\\')
      return false;
  }
  return true;
}

std::string quoted(std::string_view text) {
  if (isBare(text))
    return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < ' ' || byte == 0x7F) {
      char escape[5];
      std::snprintf(escape, sizeof escape, "\\x%02x", byte);
      out += escape;
    } else {
      out += c;
    }
  }
  return out + '"';
}

class Writer {
public:
  explicit Writer(const FileFacts &facts) : facts_(facts) {}

  std::string write() {
    header();
    each(facts_.scopes, &Writer::scope);
    for (ValueId id = 1; id < facts_.values.size(); ++id)
      value(id);
    each(facts_.imports, &Writer::import);
    each(facts_.bindings, &Writer::binding);
    each(facts_.classes, &Writer::classRecord);
    each(facts_.functions, &Writer::function);
    each(facts_.loops, &Writer::loop);
    each(facts_.calls, &Writer::call);
    each(facts_.objects, &Writer::object);
    each(facts_.suspensions, &Writer::suspension);
    each(facts_.blocks, &Writer::block);
    each(facts_.directives, &Writer::directive);
    each(facts_.expansions, &Writer::expansion);
    each(facts_.diagnostics, &Writer::diagnostic);
    return std::move(out_);
  }

private:
  template <class T> void each(const std::vector<T> &records, void (Writer::*line)(uint32_t, const T &)) {
    for (uint32_t id = 0; id < records.size(); ++id) {
      (this->*line)(id, records[id]);
      out_ += '\n';
    }
  }

  // ---- pieces of a line
  void word(std::string_view text) { (out_ += ' ') += text; }
  void id(char prefix, uint32_t number) { ((out_ += ' ') += prefix) += std::to_string(number); }
  void key(std::string_view name, std::string_view text) {
    if (!text.empty())
      (((out_ += ' ') += name) += '=') += text;
  }
  void name(std::string_view keyword, Name text) {
    if (!text.empty())
      key(keyword, quoted(text.view()));
  }
  void refer(std::string_view keyword, char prefix, uint32_t number, uint32_t absent = kNone) {
    if (number != absent)
      key(keyword, prefix + std::to_string(number));
  }
  void number(std::string_view keyword, uint32_t number) {
    if (number != 0)
      key(keyword, std::to_string(number));
  }
  void flags(uint32_t set, FlagWords names) {
    std::string text;
    for (size_t bit = 0; bit < names.words.size(); ++bit)
      if (set >> bit & 1)
        (text += text.empty() ? "" : ",") += names.words[bit];
    key("flags", text);
  }
  void range(std::string_view keyword, const SourceRange &r) {
    if (r.valid())
      key(keyword, std::to_string(r.beginLine) + ':' + std::to_string(r.beginColumn) + '-' +
                       std::to_string(r.endLine) + ':' + std::to_string(r.endColumn));
  }
  std::string list(Span span) {
    std::string text = "(";
    for (const ValueId operand : facts_.operandsOf(span))
      ((text += text.size() > 1 ? "," : "") += 'v') += std::to_string(operand);
    return text + ')';
  }
  void operands(std::string_view keyword, Span span) {
    if (span.count != 0)
      key(keyword, list(span));
  }
  void comment(std::string_view text) { (out_ += "  # ") += text; }

  // ---- records
  void header() {
    out_ += "clearway-facts 1\nfile";
    word(facts::word(facts_.language));
    word(quoted(facts_.path));
    name("module", facts_.module);
    char digest[17];
    std::snprintf(digest, sizeof digest, "%016llx", static_cast<unsigned long long>(facts_.digest));
    key("digest", digest);
    number("lines", facts_.lineCount);
    number("edition", facts_.edition);
    constexpr std::string_view kWords[] = {"package", "test", "errors"};
    flags(facts_.isPackage | facts_.isTest << 1 | facts_.hadErrors << 2, {kWords});
    out_ += '\n';
    for (const Dependency &dependency : facts_.dependencies) {
      std::snprintf(digest, sizeof digest, "%016llx", static_cast<unsigned long long>(dependency.digest));
      ((out_ += "dependency ") += quoted(dependency.file.view()) += ' ') += digest;
      out_ += '\n';
    }
  }

  void scope(uint32_t number, const Scope &s) {
    out_ += "scope";
    id('s', number);
    word(facts::word(s.kind));
    if (s.index != kNone)
      id(s.kind == ScopeKind::Class ? 'c' : 'f', s.index);
    refer("parent", 's', s.parent);
    name("name", s.qualifiedName);
  }

  void value(ValueId number);
  void valueOperands(const Value &v);

  void import(uint32_t number, const Import &i) {
    out_ += "import";
    id('i', number);
    id('s', i.scope);
    name("module", i.module);
    name("item", i.item);
    name("alias", i.alias);
    this->number("level", i.level);
    flags(i.flags, importFlagWords());
    range("at", i.range);
  }

  void binding(uint32_t number, const Binding &b) {
    out_ += "binding";
    id('n', number);
    id('s', b.scope);
    word(quoted(b.name.view()));
    word(facts::word(b.kind));
    if (b.index != kNone)
      key("index", std::to_string(b.index));
    refer("value", 'v', b.value, 0);
    refer("annotation", 'v', b.annotation, 0);
    flags(b.flags, bindingFlagWords());
    range("at", b.range);
  }

  void classRecord(uint32_t number, const Class &c) {
    out_ += "class";
    id('c', number);
    word(facts::word(c.kind));
    name("name", c.name);
    name("qualified", c.qualifiedName);
    this->number("protocol", c.isProtocol);
    refer("scope", 's', c.scope);
    operands("bases", c.bases);
    refer("self", 'v', c.self, 0);
    operands("decorators", c.decorators);
    operands("types", c.typeParameters);
    range("at", c.range);
    range("name-at", c.nameRange);
  }

  void function(uint32_t number, const Function &f);
  void parameters(const Function &f);

  void loop(uint32_t number, const Loop &l) {
    out_ += "loop";
    id('l', number);
    id('f', l.function);
    word(facts::word(l.kind));
    refer("parent", 'l', l.parent);
    refer("subject", 'v', l.subject, 0);
    range("at", l.range);
  }

  void call(uint32_t number, const CallSite &c);

  void object(uint32_t number, const ScopedObject &o) {
    out_ += "object";
    id('o', number);
    id('f', o.function);
    name("name", o.name);
    refer("value", 'v', o.initializer, 0);
    refer("type", 'v', o.type, 0);
    this->number("parameter", o.isParameter);
    this->number("async", o.isAsync);
    range("at", o.range);
    comment(describe(facts_, o.initializer));
  }

  void suspension(uint32_t number, const Suspension &s) {
    out_ += "suspend";
    id('p', number);
    id('f', s.function);
    word(facts::word(s.kind));
    refer("operand", 'v', s.operand, 0);
    refer("loop", 'l', s.loop);
    range("at", s.range);
    comment(describe(facts_, s.operand));
  }

  void block(uint32_t number, const Block &b);

  void directive(uint32_t, const Directive &d) {
    out_ += "directive";
    word(quoted(d.text.view()));
    number("own-line", d.ownLine);
    range("at", d.range);
  }

  void expansion(uint32_t, const MacroExpansion &e) {
    out_ += "expansion";
    word(quoted(e.macro.view()));
    word(quoted(e.file.view()));
    number("line", e.line);
    range("at", e.range);
  }

  void diagnostic(uint32_t, const Diagnostic &d) {
    out_ += "diagnostic";
    word(facts::word(d.level));
    word(quoted(d.id.view()));
    word(quoted(d.message.view()));
    range("at", d.range);
  }

  const FileFacts &facts_;
  std::string out_;
};

void Writer::value(ValueId number) {
  const Value &v = facts_.values[number];
  out_ += "value";
  id('v', number);
  word(facts::word(v.kind));
  valueOperands(v);
  if (v.kind != ValueKind::Literal && v.kind != ValueKind::Ref && v.kind != ValueKind::Unknown)
    comment(describe(facts_, number));
  out_ += '\n';
}

void Writer::valueOperands(const Value &v) {
  const char a = operandPrefix(v.kind); // what `a` refers to
  if (v.kind == ValueKind::Literal)
    word(facts::word(static_cast<LiteralKind>(v.flag)));
  else if (v.kind == ValueKind::Display)
    word(facts::word(static_cast<DisplayKind>(v.flag)));
  else
    number("flag", v.flag);
  if (a != 0 && v.a != kNone)
    id(a, v.a);
  if (v.kind == ValueKind::Literal)
    word(quoted(v.name.view()));
  else
    name("name", v.name);
  if (v.kind == ValueKind::Param)
    key("index", std::to_string(v.b));
  refer("type", 'v', v.kind == ValueKind::Cast ? v.b : kNone);
  refer("function", 'f', v.kind == ValueKind::Symbol ? v.b : kNone);
  operands("of", v.operands);
}

void Writer::function(uint32_t number, const Function &f) {
  out_ += "function";
  id('f', number);
  word(facts::word(f.kind));
  name("name", f.name);
  name("qualified", f.qualifiedName);
  name("disambiguator", f.disambiguator);
  name("link", f.linkName);
  if (f.file.view() != facts_.path)
    name("file", f.file);
  flags(f.flags, functionFlagWords());
  refer("parent", 'f', f.parent);
  refer("class", 'c', f.enclosingClass);
  refer("scope", 's', f.scope);
  operands("decorators", f.decorators);
  refer("returns-type", 'v', f.returnType, 0);
  operands("returns", f.returns);
  operands("overrides", f.overrides);
  if (f.blocks.count != 0)
    key("blocks", 'b' + std::to_string(f.blocks.first) + '+' + std::to_string(f.blocks.count));
  range("at", f.range);
  range("name-at", f.nameRange);
  parameters(f);
}

void Writer::parameters(const Function &f) {
  for (const Parameter &p : facts_.parametersOf(f)) {
    out_ += "\n  parameter";
    word(quoted(p.name.view()));
    refer("annotation", 'v', p.annotation, 0);
    refer("default", 'v', p.defaultValue, 0);
    number("variadic", p.variadic);
    number("keyword-only", p.keywordOnly);
  }
}

void Writer::call(uint32_t number, const CallSite &c) {
  out_ += "call";
  id('k', number);
  id('f', c.caller);
  if (c.block != kNone)
    id('b', c.block);
  word(facts::word(c.kind));
  id('v', c.callee);
  std::string passed;
  for (const Argument &a : facts_.argumentsOf(c)) {
    passed += passed.empty() ? "" : ",";
    passed.append(a.spread, '*');
    if (!a.keyword.empty())
      (passed += quoted(a.keyword.view())) += ':';
    (passed += 'v') += std::to_string(a.value);
  }
  if (!passed.empty())
    key("args", '(' + passed + ')');
  key("use", facts::word(c.use));
  flags(c.flags, callFlagWords());
  refer("loop", 'l', c.loop);
  refer("awaited-by", 'k', c.awaitedBy);
  refer("bound", 'n', c.boundTo);
  range("at", c.range);
  range("name-at", c.nameRange);
  comment(describe(facts_, c.callee));
}

void Writer::block(uint32_t number, const Block &b) {
  out_ += "block";
  id('b', number);
  for (const Event &e : facts_.eventsOf(b)) {
    constexpr std::string_view kPrefix[] = {"k", "p", "+o", "-o", ">o", "!k"};
    if (e.kind == EventKind::Refused && e.index == kNone)
      word("!o" + std::to_string(e.other));
    else
      word(std::string(kPrefix[static_cast<size_t>(e.kind)]) + std::to_string(e.index));
    if (e.kind == EventKind::Move && e.other != kNone)
      (out_ += ":o") += std::to_string(e.other);
  }
  std::string next;
  for (const uint32_t successor : facts_.successorsOf(b))
    ((next += next.empty() ? "" : ",") += 'b') += std::to_string(successor);
  if (!next.empty())
    key("next", '(' + next + ')');
}

} // namespace

std::string dump(const FileFacts &facts) {
  return Writer(facts).write();
}

} // namespace clearway::facts
