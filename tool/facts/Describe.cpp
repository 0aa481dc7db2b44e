#include "facts/Text.h"

#include <utility>

namespace clearway::facts {
namespace {

constexpr unsigned kMaxNesting = 6;
constexpr size_t kMaxLength = 120;

class Describer {
public:
  explicit Describer(const FileFacts &facts) : facts_(facts) {}

  std::string text(ValueId id) {
    value(id, 0);
    if (out_.size() > kMaxLength)
      out_.replace(kMaxLength, std::string::npos, "...");
    return std::move(out_);
  }

private:
  void value(ValueId id, unsigned nesting) {
    if (nesting > kMaxNesting || out_.size() > kMaxLength || id >= facts_.values.size()) {
      out_ += '_';
      return;
    }
    const Value &v = facts_.values[id];
    const auto part = [&](uint32_t operand) { value(operand, nesting + 1); };
    const auto list = [&](char open, std::string_view separator, char close) {
      out_ += open;
      bool first = true;
      for (const ValueId operand : facts_.operandsOf(v.operands)) {
        out_ += std::exchange(first, false) ? "" : separator;
        part(operand);
      }
      out_ += close;
    };
    switch (v.kind) {
    case ValueKind::Unknown:
      out_ += '_';
      break;
    case ValueKind::Literal:
      literal(v);
      break;
    case ValueKind::Ref:
    case ValueKind::Symbol:
      out_ += v.name.view();
      break;
    case ValueKind::Variable:
      out_ += v.a < facts_.bindings.size() ? facts_.bindings[v.a].name.view() : "_";
      break;
    case ValueKind::Param:
      parameter(v);
      break;
    case ValueKind::Self:
      out_ += v.flag ? "cls" : "self";
      break;
    case ValueKind::Super:
      out_ += "super()";
      break;
    case ValueKind::Attr:
      part(v.a);
      out_ += v.flag ? "::" : ".";
      out_ += v.name.view();
      break;
    case ValueKind::Apply:
      part(v.a);
      list('[', ", ", ']');
      break;
    case ValueKind::CallResult:
      call(v.a, nesting);
      break;
    case ValueKind::Await:
      out_ += "await ";
      part(v.a);
      break;
    case ValueKind::Element:
      out_ += "each ";
      part(v.a);
      break;
    case ValueKind::Enter:
      out_ += v.flag ? "async with " : "with ";
      part(v.a);
      break;
    case ValueKind::Display:
      list(v.flag == static_cast<uint8_t>(DisplayKind::Tuple) ? '(' : '[', ", ",
           v.flag == static_cast<uint8_t>(DisplayKind::Tuple) ? ')' : ']');
      break;
    case ValueKind::Join:
      list('(', " | ", ')');
      break;
    case ValueKind::Closure:
      out_ += v.a < facts_.functions.size() ? facts_.functions[v.a].qualifiedName.view() : "_";
      break;
    case ValueKind::Cast:
      part(v.a);
      out_ += " as ";
      part(v.b);
      break;
    case ValueKind::Type:
      out_ += v.name.view();
      if (v.operands.count != 0)
        list('<', ", ", '>');
      break;
    case ValueKind::Instance:
      out_ += "a ";
      part(v.a);
      break;
    case ValueKind::Deref:
      out_ += '*';
      part(v.a);
      break;
    }
  }

  void literal(const Value &v) {
    const bool quoted = v.flag == static_cast<uint8_t>(LiteralKind::String) ||
                        v.flag == static_cast<uint8_t>(LiteralKind::Bytes);
    if (quoted)
      out_ += '\'';
    for (const char c : v.name.view())
      out_ += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    if (quoted)
      out_ += '\'';
  }

  void parameter(const Value &v) {
    const bool known = v.a < facts_.functions.size() && v.b < facts_.functions[v.a].parameters.count;
    out_ += known ? facts_.parameters[facts_.functions[v.a].parameters.first + v.b].name.view() : "_";
  }

  void call(CallId id, unsigned nesting) {
    if (id >= facts_.calls.size()) {
      out_ += '_';
      return;
    }
    const CallSite &site = facts_.calls[id];
    value(site.callee, nesting + 1);
    out_ += '(';
    bool first = true;
    for (const Argument &argument : facts_.argumentsOf(site)) {
      out_ += std::exchange(first, false) ? "" : ", ";
      out_.append(argument.spread, '*');
      if (!argument.keyword.empty())
        out_.append(argument.keyword.view()) += '=';
      value(argument.value, nesting + 1);
    }
    out_ += ')';
  }

  const FileFacts &facts_;
  std::string out_;
};

} // namespace

std::string describe(const FileFacts &facts, ValueId value) {
  return Describer(facts).text(value);
}

} // namespace clearway::facts
