#include "frontend/rust/macros/Transcription.h"

#include <algorithm>
#include <array>

namespace clearway::frontend::rust {
namespace {

/// The variables that repeat, at the place of the repetitions that are being written.
using Places = std::vector<std::pair<std::string_view, const Match *>>;

class Transcriber {
public:
  explicit Transcriber(const Transcribing &what) : what_(what) {}

  std::optional<Expansion> run(const std::vector<RulePart> &body) {
    parts(body);
    if (failed_)
      return {};
    return std::move(made_);
  }

private:
  void parts(const std::vector<RulePart> &list) {
    for (size_t i = 0; i < list.size() && !failed_; ++i)
      part(list[i], i + 1 < list.size() ? &list[i + 1] : nullptr);
  }

  void part(const RulePart &part, const RulePart *next) {
    switch (part.kind) {
    case RulePart::Kind::Token: token(part.token); break;
    case RulePart::Kind::Group:
      token(part.token);
      parts(part.parts);
      token(what_.macro.tokens()[part.token].partner);
      break;
    case RulePart::Kind::Crate: write(what_.crate, false); break;
    case RulePart::Kind::Variable: variable(part, next); break;
    case RulePart::Kind::Repetition: repetition(part); break;
    }
  }

  // ---- text

  void beginPiece(uint32_t source) {
    const auto at = static_cast<uint32_t>(made_.text.size());
    if (made_.pieces.empty() || made_.pieces.back().source != ExpansionPiece::kFromRules || source != ExpansionPiece::kFromRules)
      made_.pieces.push_back({at, source});
  }

  void write(std::string_view text, bool isJoined, uint32_t source = ExpansionPiece::kFromRules) {
    failed_ |= made_.text.size() + text.size() > what_.limit;
    if (failed_)
      return;
    if (!isJoined) {
      beginPiece(ExpansionPiece::kFromRules);
      made_.text += ' ';
    }
    beginPiece(source);
    made_.text += text;
  }

  void token(uint32_t index) {
    const Tokens &tokens = what_.macro.tokens();
    const std::string_view text = tokens.text(index);
    const bool isJoined = tokens.isJoined(index) && tokens.text(index - 1) != "$" && !tokens.is(index - 2, "$");
    if (tokens[index].kind == TokenKind::Identifier && !isMember(index) && collides(text))
      return write(std::string(text) + "_of_macro", isJoined);
    write(text, isJoined);
  }

  /// `.name`, `::name`: no variable.
  bool isMember(uint32_t index) const {
    const Tokens &tokens = what_.macro.tokens();
    return index > 0 && (tokens.is(index - 1, ".") || tokens.is(index - 1, "::"));
  }

  /// A variable of the macro is another one than a variable of that name in the arguments.
  bool collides(std::string_view name) const {
    if (!what_.macro.binds(name))
      return false;
    for (uint32_t i = 0; i < what_.arguments.size(); ++i)
      if (what_.arguments.isIdentifier(i) && what_.arguments.text(i) == name)
        return true;
    return false;
  }

  // ---- variables

  const Match *find(std::string_view name) const {
    for (auto place = places_.rbegin(); place != places_.rend(); ++place)
      if (place->first == name)
        return place->second;
    const auto found = what_.matches.find(name);
    return found == what_.matches.end() ? nullptr : &found->second;
  }

  void variable(const RulePart &part, const RulePart *next) {
    const Match *match = find(part.name);
    if (!match) { // no variable of the pattern: a `$` of an inner macro
      failed_ = true;
      return;
    }
    failed_ |= match->repeats;
    if (failed_ || match->tokens.empty())
      return;
    const Tokens &arguments = what_.arguments;
    const uint32_t begin = arguments[match->tokens.begin].begin, end = arguments[match->tokens.end - 1].end;
    const bool isGrouped = match->fragment == Fragment::Expression && next && bindsCloser(*next) && isCompound(match->tokens);
    if (isGrouped)
      write("(", false);
    write(arguments.source().substr(begin, end - begin), false, begin);
    if (isGrouped)
      write(")", true);
  }

  /// What stands after the variable would take but the last part of an expression of several.
  bool bindsCloser(const RulePart &next) const {
    if (next.kind != RulePart::Kind::Token && next.kind != RulePart::Kind::Group)
      return false;
    const std::string_view text = what_.macro.tokens().text(next.token);
    return text == "." || text == "?" || text == "(" || text == "[" || text == "as";
  }

  bool isCompound(TokenRange range) const {
    static constexpr std::array<std::string_view, 4> kParts = {".", "::", "?", "!"};
    const Tokens &arguments = what_.arguments;
    for (uint32_t at = range.begin; at < range.end; at = arguments.after(at))
      if (arguments[at].kind == TokenKind::Punctuation &&
          (at == range.begin || std::find(kParts.begin(), kParts.end(), arguments.text(at)) == kParts.end()))
        return true;
    return arguments.is(range.begin, "move") || arguments.is(range.begin, "async");
  }

  // ---- repetitions

  void collect(const std::vector<RulePart> &list, std::vector<std::string_view> &names) const {
    for (const RulePart &part : list) {
      if (part.kind == RulePart::Kind::Variable)
        names.push_back(part.name);
      else
        collect(part.parts, names);
    }
  }

  void repetition(const RulePart &part) {
    std::vector<std::string_view> names;
    collect(part.parts, names);
    std::erase_if(names, [&](std::string_view name) {
      const Match *match = find(name);
      return !match || !match->repeats;
    });
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    failed_ |= names.empty();
    if (failed_)
      return;
    size_t count = SIZE_MAX;
    for (const std::string_view name : names)
      count = std::min(count, find(name)->each.size());
    const size_t outer = places_.size();
    for (size_t i = 0; i < count && !failed_; ++i) {
      if (i > 0 && part.separated)
        token(part.token);
      for (const std::string_view name : names)
        places_.emplace_back(name, &find(name)->each[i]);
      parts(part.parts);
      places_.resize(outer);
    }
  }

  const Transcribing &what_;
  Expansion made_;
  Places places_;
  bool failed_ = false;
};

} // namespace

std::optional<Expansion> transcribe(const std::vector<RulePart> &body, const Transcribing &what) {
  return Transcriber(what).run(body);
}

} // namespace clearway::frontend::rust
