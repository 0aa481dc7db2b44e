#include "analysis/Literals.h"

#include "analysis/ValueTrace.h"

#include <algorithm>
#include <cstdlib>

namespace clearway::analysis {

using facts::FileFacts;
using facts::Value;
using facts::ValueKind;

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

/// "0", "0.0", "0ms", "0_u64": any number that is zero, whatever its suffix.
bool isZero(std::string_view text) {
  if (text.ends_with("::ZERO"))
    return true;
  char *end = nullptr;
  const std::string copy(text);
  return !copy.empty() && isdigit(static_cast<unsigned char>(copy[0])) &&
         std::strtod(copy.c_str(), &end) == 0 && end != copy.c_str();
}

bool isNull(std::string_view text) {
  return text == "None" || text == "nullptr" || text == "NULL";
}

/// `timeval none{}`: nothing but zeros.
bool isAllZero(const FileFacts &file, const Value &fields) {
  const auto items = file.operandsOf(fields.operands);
  return std::all_of(items.begin(), items.end(), [&](facts::ValueId item) { return isZero(literalText(file, item)); });
}

/// What a C++ variable is whose fields are known: `&none`, where `timeval none = {0, 0};`
const Value *fieldsOf(const FileFacts &file, facts::ValueId id) {
  for (unsigned depth = 0; id < file.values.size() && file.language == facts::Language::Cpp && depth < 4; ++depth) {
    const Value &value = file.values[id];
    if (value.kind == ValueKind::Display)
      return &value;
    if (value.kind == ValueKind::Deref || value.kind == ValueKind::Cast)
      id = value.a;
    else if (value.kind == ValueKind::Variable && value.a < file.bindings.size())
      id = file.bindings[value.a].value;
    else
      break;
  }
  return nullptr;
}

} // namespace

bool sameLiteral(std::string_view written, std::string_view wanted) {
  if (wanted == "{0}" || written == "{0}")
    return wanted == written;
  if (wanted == "0")
    return isZero(written);
  if (wanted == "None")
    return isNull(written);
  return written == wanted || lower(written) == lower(wanted);
}

std::string_view literalText(const FileFacts &file, facts::ValueId id) {
  if (const Value *literal = constantOf(file, id))
    return literal->name.view();
  const Value &value = file.values[id];
  if (const Value *fields = fieldsOf(file, id); fields && isAllZero(file, *fields))
    return "{0}";
  if (value.kind == ValueKind::Cast && value.a < id) // with its type, as C++ variables come
    return literalText(file, value.a);
  if (value.kind == ValueKind::CallResult && value.a < file.calls.size()) {
    const auto arguments = file.argumentsOf(file.calls[value.a]);
    if (arguments.size() == 1 && file.values[arguments[0].value].kind == ValueKind::Literal &&
        isZero(file.values[arguments[0].value].name.view()))
      return "0";
  }
  if (value.kind == ValueKind::Ref || value.kind == ValueKind::Attr || value.kind == ValueKind::Symbol)
    return value.name.view();
  return {};
}

} // namespace clearway::analysis
