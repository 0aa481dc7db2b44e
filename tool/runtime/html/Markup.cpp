#include "runtime/html/Markup.h"

#include "runtime/Format.h"

namespace clearway::runtime::html {

std::string escape(std::string_view text) {
  std::string result;
  for (char c : clean(text))
    switch (c) {
    case '&':
      result += "&amp;";
      break;
    case '<':
      result += "&lt;";
      break;
    case '>':
      result += "&gt;";
      break;
    case '"':
      result += "&quot;";
      break;
    case '\'':
      result += "&#39;";
      break;
    default:
      result += c;
    }
  return result;
}

void Markup::begin(std::string_view element, Attributes attributes) {
  markup_.append("<").append(element);
  for (const auto &[name, value] : attributes)
    markup_.append(" ").append(name).append("=\"").append(escape(value)).append("\"");
}

Markup &Markup::open(std::string_view element, Attributes attributes) {
  begin(element, attributes);
  markup_ += ">";
  return *this;
}

Markup &Markup::close(std::string_view element) {
  markup_.append("</").append(element).append(">\n");
  return *this;
}

Markup &Markup::empty(std::string_view element, Attributes attributes) {
  begin(element, attributes);
  markup_ += "/>";
  return *this;
}

Markup &Markup::text(std::string_view text) {
  markup_ += escape(text);
  return *this;
}

Markup &Markup::leaf(std::string_view element, std::string_view text, Attributes attributes) {
  begin(element, attributes);
  markup_.append(">").append(escape(text)).append("</").append(element).append(">");
  return *this;
}

Markup &Markup::trusted(std::string_view markup) {
  markup_ += markup;
  return *this;
}

} // namespace clearway::runtime::html
