#include "frontend/rust/macros/Rules.h"

#include <algorithm>
#include <utility>

namespace clearway::frontend::rust {
namespace {

constexpr unsigned kDeepest = 32;

Fragment fragmentNamed(std::string_view name) {
  static constexpr std::pair<std::string_view, Fragment> kNames[] = {
      {"block", Fragment::Block},     {"expr", Fragment::Expression},      {"expr_2021", Fragment::Expression},
      {"ident", Fragment::Identifier}, {"item", Fragment::Item},           {"lifetime", Fragment::Lifetime},
      {"literal", Fragment::Literal}, {"meta", Fragment::Meta},            {"path", Fragment::Path},
      {"pat", Fragment::Pattern},     {"pat_param", Fragment::Pattern},    {"stmt", Fragment::Statement},
      {"ty", Fragment::Type},         {"vis", Fragment::Visibility}};
  for (const auto &[spelling, fragment] : kNames)
    if (spelling == name)
      return fragment;
  return Fragment::Tree;
}

bool isRepeat(std::string_view text) { return text == "*" || text == "+" || text == "?"; }

} // namespace

MacroRules::MacroRules(std::string text) : text_(std::move(text)), tokens_(text_) {
  if (!tokens_.isSound())
    return;
  for (uint32_t at = 0; at < tokens_.size();) { // (pattern) => {body};
    const uint32_t arrow = tokens_.after(at);
    const uint32_t body = arrow + 1;
    if (tokens_[at].kind != TokenKind::Open || !tokens_.is(arrow, "=>") || body >= tokens_.size() || tokens_[body].kind != TokenKind::Open)
      break;
    const TokenRange inside{body + 1, tokens_[body].partner};
    rules_.push_back({parts({at + 1, tokens_[at].partner}, true, 0), parts(inside, false, 0)});
    findBindings(inside);
    at = tokens_.after(body);
    at += tokens_.is(at, ";");
  }
}

std::vector<RulePart> MacroRules::parts(TokenRange range, bool isPattern, unsigned depth) {
  std::vector<RulePart> found;
  if (depth > kDeepest)
    return found;
  for (uint32_t at = range.begin; at < range.end;) {
    RulePart part;
    part.token = at;
    if (tokens_.is(at, "$") && at + 1 < range.end) {
      found.push_back(dollar(at, range.end, isPattern, depth));
      continue;
    }
    if (tokens_[at].kind == TokenKind::Open) {
      part.kind = RulePart::Kind::Group;
      part.parts = parts({at + 1, tokens_[at].partner}, isPattern, depth + 1);
    }
    at = tokens_.after(at);
    found.push_back(std::move(part));
  }
  return found;
}

// After a `$`: `name`, `name:fragment`, `crate` or `( … ) separator repeat`.
RulePart MacroRules::dollar(uint32_t &at, uint32_t end, bool isPattern, unsigned depth) {
  ++at;
  if (tokens_[at].kind == TokenKind::Open)
    return repetition(at, end, isPattern, depth);
  RulePart part;
  part.token = at;
  part.name = tokens_.text(at);
  part.kind = part.name == "crate" ? RulePart::Kind::Crate : RulePart::Kind::Variable;
  ++at;
  if (isPattern && tokens_.is(at, ":") && at + 1 < end) {
    part.fragment = fragmentNamed(tokens_.text(at + 1));
    at += 2;
  }
  return part;
}

RulePart MacroRules::repetition(uint32_t &at, uint32_t end, bool isPattern, unsigned depth) {
  RulePart part;
  part.kind = RulePart::Kind::Repetition;
  part.parts = parts({at + 1, tokens_[at].partner}, isPattern, depth + 1);
  at = tokens_.after(at);
  if (at + 1 < end && isRepeat(tokens_.text(at + 1)) && !(isRepeat(tokens_.text(at)) && !tokens_.isJoined(at + 1))) {
    part.separated = true;
    part.token = at++;
  }
  if (at < end)
    part.repeat = tokens_.text(at++).front();
  return part;
}

void MacroRules::findBindings(TokenRange body) {
  for (uint32_t at = body.begin; at + 1 < body.end; ++at) {
    if (!tokens_.is(at, "let"))
      continue;
    const uint32_t name = at + 1 + (tokens_.is(at + 1, "mut") || tokens_.is(at + 1, "ref"));
    if (tokens_.isIdentifier(name))
      bindings_.push_back(tokens_.text(name));
  }
}

bool MacroRules::binds(std::string_view name) const {
  return std::find(bindings_.begin(), bindings_.end(), name) != bindings_.end();
}

} // namespace clearway::frontend::rust
