#include "facts/Text.h"
#include "facts/TextLine.h"
#include "facts/Validate.h"
#include "facts/Words.h"

#include <utility>

namespace clearway::facts {
namespace {

class Reader {
public:
  tl::expected<FileFacts, TextError> read(std::string_view text) {
    facts_.values.clear();
    facts_.values.emplace_back();
    for (uint32_t number = 1; !text.empty(); ++number) {
      const size_t end = text.find('\n');
      std::string error = readLine(text.substr(0, end), number);
      if (!error.empty())
        return tl::unexpected(TextError{number, std::move(error)});
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    finishFunctions();
    if (std::string wrong = validate(facts_); !wrong.empty())
      return tl::unexpected(TextError{0, std::move(wrong)});
    return std::move(facts_);
  }

private:
  using Record = void (Reader::*)(TextLine &);
  struct Kind {
    std::string_view name;
    Record read;
  };

  std::string readLine(std::string_view text, uint32_t number) {
    TextLine line(text);
    const std::string_view what = line.word();
    if (what.empty())
      return line.error();
    if (number == 1 && what == "clearway-facts")
      return line.word() == "1" ? "" : "this format is not version 1";
    static constexpr Kind kKinds[] = {{"file", &Reader::file},           {"dependency", &Reader::dependency},
                                      {"scope", &Reader::scope},         {"value", &Reader::value},
                                      {"import", &Reader::import},       {"binding", &Reader::binding},
                                      {"class", &Reader::classRecord},   {"function", &Reader::function},
                                      {"parameter", &Reader::parameter}, {"loop", &Reader::loop},
                                      {"call", &Reader::call},           {"object", &Reader::object},
                                      {"suspend", &Reader::suspension},  {"block", &Reader::block},
                                      {"directive", &Reader::directive}, {"expansion", &Reader::expansion}, {"diagnostic", &Reader::diagnostic}};
    for (const Kind &kind : kKinds)
      if (kind.name == what) {
        (this->*kind.read)(line);
        line.finish();
        return line.error();
      }
    return "unknown record '" + std::string(what) + "'";
  }

  Span operands(const std::vector<uint32_t> &ids) {
    const Span span{static_cast<uint32_t>(facts_.operands.size()), static_cast<uint32_t>(ids.size())};
    facts_.operands.insert(facts_.operands.end(), ids.begin(), ids.end());
    return span;
  }
  Span operands(TextLine &line, std::string_view key) { return operands(line.ids(key, 'v')); }

  void file(TextLine &line) {
    facts_.language = line.oneOf<Language>();
    facts_.path = line.text();
    facts_.module = line.name("module");
    facts_.digest = line.hex("digest");
    facts_.lineCount = line.number("lines");
    facts_.edition = static_cast<uint16_t>(line.number("edition"));
    constexpr std::string_view kWords[] = {"package", "test", "errors"};
    const uint32_t set = line.flags({kWords});
    facts_.isPackage = set & 1;
    facts_.isTest = set & 2;
    facts_.hadErrors = set & 4;
  }

  void dependency(TextLine &line) {
    const std::string path = line.text();
    facts_.dependencies.push_back({Name(path), line.hexWord()});
  }

  void scope(TextLine &line) {
    line.newId('s', facts_.scopes.size());
    Scope s;
    s.kind = line.oneOf<ScopeKind>();
    s.index = line.optionalId(s.kind == ScopeKind::Class ? 'c' : 'f');
    s.parent = line.id("parent", 's', kNone);
    s.qualifiedName = line.name("name");
    facts_.scopes.push_back(s);
  }

  void value(TextLine &line) {
    line.newId('v', facts_.values.size());
    Value v;
    v.kind = line.oneOf<ValueKind>();
    if (v.kind == ValueKind::Literal)
      v.flag = static_cast<uint8_t>(line.oneOf<LiteralKind>());
    else if (v.kind == ValueKind::Display)
      v.flag = static_cast<uint8_t>(line.oneOf<DisplayKind>());
    else
      v.flag = static_cast<uint8_t>(line.number("flag"));
    if (const char prefix = operandPrefix(v.kind))
      v.a = line.optionalId(prefix);
    v.name = v.kind == ValueKind::Literal ? Name(line.text()) : line.name("name");
    if (v.kind == ValueKind::Param)
      v.b = line.number("index");
    else
      v.b = v.kind == ValueKind::Cast ? line.id("type", 'v', kNone) : line.id("function", 'f', kNone);
    v.operands = operands(line, "of");
    facts_.values.push_back(v);
  }

  void import(TextLine &line) {
    line.newId('i', facts_.imports.size());
    Import i;
    i.scope = line.requiredId('s');
    i.module = line.name("module");
    i.item = line.name("item");
    i.alias = line.name("alias");
    i.level = static_cast<uint8_t>(line.number("level"));
    i.flags = static_cast<uint8_t>(line.flags(importFlagWords()));
    i.range = line.range("at");
    facts_.imports.push_back(i);
  }

  void binding(TextLine &line) {
    line.newId('n', facts_.bindings.size());
    Binding b;
    b.scope = line.requiredId('s');
    b.name = Name(line.text());
    b.kind = line.oneOf<BindingKind>();
    b.index = line.number("index", kNone);
    b.value = line.id("value", 'v', 0);
    b.annotation = line.id("annotation", 'v', 0);
    b.flags = static_cast<uint8_t>(line.flags(bindingFlagWords()));
    b.range = line.range("at");
    facts_.bindings.push_back(b);
  }

  void classRecord(TextLine &line) {
    line.newId('c', facts_.classes.size());
    Class c;
    c.kind = line.oneOf<ClassKind>();
    c.name = line.name("name");
    c.qualifiedName = line.name("qualified");
    c.isProtocol = static_cast<uint8_t>(line.number("protocol"));
    c.scope = line.id("scope", 's', kNone);
    c.bases = operands(line, "bases");
    c.self = line.id("self", 'v', 0);
    c.decorators = operands(line, "decorators");
    c.typeParameters = operands(line, "types");
    c.range = line.range("at");
    c.nameRange = line.range("name-at");
    facts_.classes.push_back(c);
  }

  void function(TextLine &line) {
    line.newId('f', facts_.functions.size());
    Function f;
    f.kind = line.oneOf<FunctionKind>();
    f.name = line.name("name");
    f.qualifiedName = line.name("qualified");
    f.disambiguator = line.name("disambiguator");
    f.linkName = line.name("link");
    f.file = line.name("file");
    if (f.file.empty())
      f.file = Name(facts_.path);
    f.flags = line.flags(functionFlagWords());
    f.parent = line.id("parent", 'f', kNone);
    f.enclosingClass = line.id("class", 'c', kNone);
    f.scope = line.id("scope", 's', kNone);
    f.decorators = operands(line, "decorators");
    f.returnType = line.id("returns-type", 'v', 0);
    f.returns = operands(line, "returns");
    f.overrides = operands(line, "overrides");
    f.blocks = line.run("blocks", 'b');
    f.range = line.range("at");
    f.nameRange = line.range("name-at");
    f.parameters.first = static_cast<uint32_t>(facts_.parameters.size());
    facts_.functions.push_back(f);
  }

  void parameter(TextLine &line) {
    if (facts_.functions.empty())
      return line.fail("a parameter has to follow its function");
    Parameter p;
    p.name = Name(line.text());
    p.annotation = line.id("annotation", 'v', 0);
    p.defaultValue = line.id("default", 'v', 0);
    p.variadic = static_cast<uint8_t>(line.number("variadic"));
    p.keywordOnly = line.number("keyword-only") != 0;
    facts_.parameters.push_back(p);
    ++facts_.functions.back().parameters.count;
  }

  void loop(TextLine &line) {
    line.newId('l', facts_.loops.size());
    Loop l;
    l.function = line.requiredId('f');
    l.kind = line.oneOf<LoopKind>();
    l.parent = line.id("parent", 'l', kNone);
    l.subject = line.id("subject", 'v', 0);
    l.range = line.range("at");
    facts_.loops.push_back(l);
  }

  void call(TextLine &line) {
    line.newId('k', facts_.calls.size());
    CallSite c;
    c.caller = line.requiredId('f');
    c.block = line.optionalId('b');
    c.kind = line.oneOf<CallKind>();
    c.callee = line.requiredId('v');
    const std::vector<Argument> passed = line.arguments("args");
    c.arguments = {static_cast<uint32_t>(facts_.arguments.size()), static_cast<uint32_t>(passed.size())};
    facts_.arguments.insert(facts_.arguments.end(), passed.begin(), passed.end());
    c.use = line.oneOf<ResultUse>("use", ResultUse::Other);
    c.flags = static_cast<uint16_t>(line.flags(callFlagWords()));
    c.loop = line.id("loop", 'l', kNone);
    c.awaitedBy = line.id("awaited-by", 'k', kNone);
    c.boundTo = line.id("bound", 'n', kNone);
    c.range = line.range("at");
    c.nameRange = line.range("name-at");
    facts_.calls.push_back(c);
  }

  void object(TextLine &line) {
    line.newId('o', facts_.objects.size());
    ScopedObject o;
    o.function = line.requiredId('f');
    o.name = line.name("name");
    o.initializer = line.id("value", 'v', 0);
    o.type = line.id("type", 'v', 0);
    o.isParameter = static_cast<uint8_t>(line.number("parameter"));
    o.isAsync = static_cast<uint8_t>(line.number("async"));
    o.range = line.range("at");
    facts_.objects.push_back(o);
  }

  void suspension(TextLine &line) {
    line.newId('p', facts_.suspensions.size());
    Suspension s;
    s.function = line.requiredId('f');
    s.kind = line.oneOf<SuspensionKind>();
    s.operand = line.id("operand", 'v', 0);
    s.loop = line.id("loop", 'l', kNone);
    s.range = line.range("at");
    facts_.suspensions.push_back(s);
  }

  void block(TextLine &line) {
    line.newId('b', facts_.blocks.size());
    Block b;
    b.events.first = static_cast<uint32_t>(facts_.events.size());
    while (const std::optional<Event> event = line.event()) {
      facts_.events.push_back(*event);
      ++b.events.count;
    }
    const std::vector<uint32_t> next = line.ids("next", 'b');
    b.successors = {static_cast<uint32_t>(facts_.successors.size()), static_cast<uint32_t>(next.size())};
    facts_.successors.insert(facts_.successors.end(), next.begin(), next.end());
    facts_.blocks.push_back(b);
  }

  void directive(TextLine &line) {
    Directive d;
    d.text = Name(line.text());
    d.ownLine = line.number("own-line") != 0;
    d.range = line.range("at");
    facts_.directives.push_back(d);
  }

  void expansion(TextLine &line) {
    MacroExpansion e;
    e.macro = Name(line.text());
    e.file = Name(line.text());
    e.line = static_cast<uint32_t>(line.number("line"));
    e.range = line.range("at");
    facts_.expansions.push_back(e);
  }

  void diagnostic(TextLine &line) {
    Diagnostic d;
    d.level = line.oneOf<DiagnosticLevel>();
    d.id = Name(line.text());
    d.message = Name(line.text());
    d.range = line.range("at");
    facts_.diagnostics.push_back(d);
  }

  void finishFunctions() {
    for (Function &f : facts_.functions)
      if (f.parameters.count == 0)
        f.parameters.first = 0;
  }

  FileFacts facts_;
};

} // namespace

tl::expected<FileFacts, TextError> parse(std::string_view text) {
  return Reader().read(text);
}

} // namespace clearway::facts
