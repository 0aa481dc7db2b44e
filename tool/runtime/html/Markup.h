// HTML in which no text from a file can become markup.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace clearway::runtime::html {

/// Text as it has to stand in an element or in a quoted attribute; control characters are replaced.
std::string escape(std::string_view text);

/// A page, written from the front: what is opened has to be closed. Elements are well-formed XML, too.
class Markup {
public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string>>;

  Markup &open(std::string_view element, Attributes attributes = {});
  Markup &close(std::string_view element);
  /// An element without content.
  Markup &empty(std::string_view element, Attributes attributes = {});
  Markup &text(std::string_view text);
  /// An element with text in it.
  Markup &leaf(std::string_view element, std::string_view text, Attributes attributes = {});
  /// Markup that is a part of the program.
  Markup &trusted(std::string_view markup);

  std::string take() { return std::move(markup_); }

private:
  void begin(std::string_view element, Attributes attributes);
  std::string markup_;
};

} // namespace clearway::runtime::html
