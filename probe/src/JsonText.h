// Writes JSON: one object or array at a time, commas and escapes looked after.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace clearway::probe {

class JsonText {
public:
  JsonText &begin_object() { return open('{'); }
  JsonText &end_object() { return shut('}'); }
  JsonText &begin_array() { return open('['); }
  JsonText &end_array() { return shut(']'); }

  JsonText &key(std::string_view name) {
    string(name);
    text_ += ':';
    fresh_ = true;
    return *this;
  }

  JsonText &string(std::string_view value);
  JsonText &string_or_null(const char *value) { return value == nullptr ? raw("null") : string(value); }
  JsonText &number(uint64_t value) { return raw(std::to_string(value)); }
  JsonText &signed_number(int64_t value) { return raw(std::to_string(value)); }
  JsonText &boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonText &hex(uint64_t value);
  JsonText &raw(std::string_view value) {
    comma();
    text_ += value;
    return *this;
  }

  const std::string &text() const { return text_; }

private:
  void comma() {
    if (!fresh_) {
      text_ += ',';
    }
    fresh_ = false;
  }
  JsonText &open(char bracket) {
    comma();
    text_ += bracket;
    fresh_ = true;
    return *this;
  }
  JsonText &shut(char bracket) {
    text_ += bracket;
    fresh_ = false;
    return *this;
  }

  std::string text_;
  bool fresh_ = true;
};

} // namespace clearway::probe
