// Macro calls. The grammar gives their arguments as tokens; those that contain calls, awaits or closures are parsed
// again as expressions, in place, so that positions stay true.
#include "frontend/rust/Body.h"

#include "frontend/rust/Types.h"
#include "frontend/rust/macros/MacroCalls.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace clearway::frontend::rust {

using facts::kNone;
using facts::ValueId;
using facts::ValueKind;

ValueId Body::macroCallee(NodeId node) {
  const NodeId path = syntax_.get(node, Field::Macro);
  const std::string last = std::string(lastName(unit_, path)) + "!";
  if (syntax_.kind(path) != Kind::ScopedIdentifier)
    return record_.ref(scope_, last);
  const NodeId base = syntax_.get(path, Field::Path);
  const ValueId value = base == kNoNode ? record_.ref(scope_, "::") : pathValue(unit_, scope_, base);
  return value ? record_.attribute(value, last, true) : 0;
}

namespace {

bool neverReturns(std::string_view macro) {
  return macro == "panic" || macro == "unreachable" || macro == "todo" || macro == "unimplemented" || macro == "bail";
}

} // namespace

Result Body::macro(NodeId node) {
  const NodeId tokens = syntax_.child(node, Kind::TokenTree);
  const std::string_view name = lastName(unit_, syntax_.get(node, Field::Macro));
  if (tokens == kNoNode || macroDepth_ > 16)
    return {};
  ++macroDepth_;
  Result result;
  if (name == "vec")
    result = vectorMacro(node, tokens);
  else if (name == "select" || name == "select_biased")
    result = selectMacro(node, tokens, macroCallee(node));
  else if (name == "join" || name == "try_join")
    result = joinMacro(node, tokens, macroCallee(node));
  else if (name == "stream" || name == "try_stream")
    result = streamMacro(node, tokens);
  else if (name.starts_with("debug_assert")) // not in what is shipped
    mentionTokens({0, syntax_.tree[tokens].end, kNoNode, tokens, false});
  else if (const NodeId body = expanded(node); body != kNoNode)
    result = givenBy(body);
  else
    result = operandMacro(node, tokens, name);
  if (neverReturns(name))
    diverge();
  --macroDepth_;
  return result;
}

// ---- macros of the program

namespace {

bool isSpecial(std::string_view macro) {
  static constexpr std::array<std::string_view, 7> kNames = {"vec", "select", "select_biased", "join", "try_join", "stream", "try_stream"};
  return std::find(kNames.begin(), kNames.end(), macro) != kNames.end();
}

} // namespace

// What the macro makes of its arguments may name their variables in ways that are not seen.
NodeId Body::expanded(NodeId invocation) {
  const NodeId tokens = syntax_.child(invocation, Kind::TokenTree);
  if (tokens == kNoNode || isSpecial(lastName(unit_, syntax_.get(invocation, Field::Macro))))
    return kNoNode;
  const NodeId body = MacroCalls(unit_).body(invocation);
  if (body != kNoNode)
    mentionTokens({0, syntax_.tree[tokens].end, kNoNode, tokens, false});
  return body;
}

// A single expression is one of the statement around the call: its temporaries live as long.
Result Body::givenBy(NodeId body) {
  const NodeId only = syntax_.inner(body);
  if (only == kNoNode || !isLast(only, syntax_.tree[body].next) || syntax_.kind(only) == Kind::LetDeclaration)
    return block(body);
  if (syntax_.kind(only) != Kind::ExpressionStatement)
    return evaluate(only);
  if (syntax_.has(only, Kind::TokSemicolon))
    return block(body);
  return evaluate(syntax_.inner(only));
}

// ---- arguments

namespace {

bool isOpen(Kind kind) { return kind == Kind::TokOpenParen || kind == Kind::TokOpenBracket || kind == Kind::TokOpenBrace; }
bool isClose(Kind kind) {
  return kind == Kind::TokCloseParen || kind == Kind::TokCloseBracket || kind == Kind::TokCloseBrace;
}

// Whether something may happen in there: a call, an await, a closure, another macro.
bool isInteresting(const Syntax &syntax, NodeId token) {
  switch (syntax.kind(token)) {
  case Kind::TokenTree: return true;
  case Kind::TokAwait:
  case Kind::TokPipe:
  case Kind::TokOrOr: return true;
  default: return false;
  }
}

} // namespace

std::vector<Body::MacroArgument> Body::macroArguments(NodeId tokens) const {
  std::vector<MacroArgument> arguments;
  MacroArgument current;
  unsigned count = 0;
  const auto flush = [&] {
    if (count > 0) {
      if (count > 1)
        current.only = kNoNode;
      arguments.push_back(current);
    }
    current = {};
    count = 0;
  };
  for (const NodeId token : syntax_.children(tokens)) {
    const Kind kind = syntax_.kind(token);
    if (isOpen(kind) || isClose(kind))
      continue;
    if (kind == Kind::TokComma || kind == Kind::TokSemicolon) {
      flush();
      continue;
    }
    if (count == 0 && (kind == Kind::TokPercent || kind == Kind::TokQuestion)) // tracing's `%value`, `?value`
      continue;
    const bool isKey = kind == Kind::TokColon && count == 1 && syntax_.kind(current.only) == Kind::StringLiteral;
    if (isKey || (kind == Kind::TokEqual && !current.interesting)) { // `"key": value`, `name = value`
      current = {};
      count = 0;
      continue;
    }
    if (count++ == 0) {
      current.begin = syntax_.tree[token].begin;
      current.only = token;
      current.first = token;
    }
    current.end = syntax_.tree[token].end;
    current.interesting |= isInteresting(syntax_, token);
  }
  flush();
  return arguments;
}

// `{"key": value, …}`, and arrays of such: what `json!` takes is no expression, but its values are.
bool Body::isJson(NodeId tokens, unsigned depth) const {
  if (syntax_.kind(tokens) != Kind::TokenTree || depth > kMaxDepth)
    return false;
  const NodeId open = tokens + 1, end = syntax_.tree[tokens].next;
  const NodeId first = syntax_.tree[open].next;
  if (first >= end)
    return false;
  if (syntax_.kind(open) == Kind::TokOpenBracket)
    return isJson(first, depth + 1);
  const NodeId second = syntax_.tree[first].next;
  return syntax_.kind(open) == Kind::TokOpenBrace && syntax_.kind(first) == Kind::StringLiteral && second < end &&
         syntax_.kind(second) == Kind::TokColon;
}

Result Body::json(NodeId tokens, bool byReference) {
  Result result;
  std::vector<ValueId> items;
  ++macroDepth_;
  if (macroDepth_ <= 16)
    for (const MacroArgument &argument : macroArguments(tokens)) {
      Result item = argumentOf(argument, byReference);
      result.moved.insert(result.moved.end(), item.moved.begin(), item.moved.end());
      items.push_back(item.value);
    }
  --macroDepth_;
  result.value = record_.display(facts::DisplayKind::Dict, items);
  return result;
}

// The stretch as an expression: parsed with some `;` that stands after it, so that it is a whole statement.
NodeId Body::reparse(uint32_t begin, uint32_t end) {
  const auto [source, offset] = syntax_.tree.stretchAt(begin);
  const uint32_t from = end - offset;
  treesitter::ByteRange ranges[2] = {{begin, end}, {}};
  size_t count = 1;
  if (const void *found = std::memchr(source.data() + from, ';', source.size() - from)) {
    const auto at = static_cast<uint32_t>(static_cast<const char *>(found) - source.data()) + offset;
    ranges[count++] = {at, at + 1};
  }
  const NodeId root = unit_.syntax.tree.parseRanges(std::span(ranges, count));
  if (root == kNoNode)
    return kNoNode;
  const NodeId statement = syntax_.inner(root);
  return syntax_.kind(statement) == Kind::ExpressionStatement ? syntax_.inner(statement) : statement;
}

// Tokens that are read as no expression may still use what they name.
void Body::mentionTokens(const MacroArgument &argument) {
  for (NodeId at = argument.first; at < syntax_.tree.size() && syntax_.tree[at].begin < argument.end; ++at)
    if (syntax_.kind(at) == Kind::Identifier)
      if (const uint32_t local = find(Name(syntax_.text(at))); local != kNone)
        unit_.mentions.add(unit_.variables[local].binding);
}

Result Body::argumentOf(const MacroArgument &argument, bool byReference) {
  Result result;
  if (!argument.interesting) {
    if (argument.only != kNoNode)
      result.value = place(argument.only);
    else
      mentionTokens(argument);
    return result;
  }
  if (argument.only != kNoNode && isJson(argument.only))
    return json(argument.only, byReference);
  const NodeId expression = reparse(argument.begin, argument.end);
  if (expression == kNoNode || syntax_.kind(expression) == Kind::Error)
    mentionTokens(argument);
  if (byReference)
    result.value = place(expression);
  else
    result = evaluate(expression);
  return result;
}

// Formatting, logging, assertions, users' macros: arguments are taken by reference, so their temporaries last.
Result Body::operandMacro(NodeId node, NodeId tokens, std::string_view name) {
  const bool firstOnly = name == "matches" || name == "assert_matches" || name == "debug_assert_matches";
  const bool isAssertion = name == "assert" || name == "debug_assert";
  Arguments handed;
  for (const MacroArgument &argument : macroArguments(tokens)) {
    if (isAssertion)
      openTemporaryScope();
    const Result one = argumentOf(argument, true);
    if (isAssertion)
      closeTemporaryScope({});
    facts::Argument recorded;
    recorded.value = one.value;
    handed.list.push_back(recorded);
    if (firstOnly)
      break;
  }
  addCaptures(tokens, handed);
  const bool writes = (name == "write" || name == "writeln") && !handed.list.empty() && isFirstWrite(tokens);
  Result result;
  result.call = recordCall(node, syntax_.get(node, Field::Macro), writes ? writer(handed) : macroCallee(node), handed, false);
  result.value = callResult(result.call);
  result.owned = true;
  return result;
}

// `{job}` in the format string names a variable; its argument is called so.
void Body::addCaptures(NodeId tokens, Arguments &handed) {
  const NodeId text = syntax_.child(tokens, Kind::StringLiteral);
  if (text == kNoNode)
    return;
  const std::string_view whole = syntax_.text(text);
  for (size_t at = whole.find('{'); at < whole.size(); at = whole.find('{', at + 1)) {
    const std::string_view rest = whole.substr(at + 1);
    const std::string_view captured = rest.substr(0, rest.find_first_of(":}"));
    if (captured.empty() || (captured[0] >= '0' && captured[0] <= '9'))
      continue;
    const uint32_t local = find(Name(captured));
    if (local == kNone)
      continue;
    unit_.mentions.add(unit_.variables[local].binding);
    handed.list.push_back({Name(captured), unit_.variables[local].value, 0});
  }
}

/// Thirty lines written to one file are one finding.
bool Body::isFirstWrite(NodeId tokens) {
  const auto arguments = macroArguments(tokens);
  const std::string_view to = arguments.empty() ? std::string_view() : syntax_.tree.text(arguments.front().begin, arguments.front().end);
  if (std::find(writtenTo_.begin(), writtenTo_.end(), to) != writtenTo_.end())
    return false;
  writtenTo_.push_back(to);
  return true;
}

/// `write!(to, …)` is `to.write_fmt(…)`: what `to` is decides where it goes.
ValueId Body::writer(Arguments &handed) {
  const ValueId to = handed.list.front().value;
  handed.list.erase(handed.list.begin());
  return record_.attribute(to, "write_fmt", false);
}

Result Body::vectorMacro(NodeId, NodeId tokens) {
  Result result;
  std::vector<ValueId> items;
  for (const MacroArgument &argument : macroArguments(tokens)) {
    Result item = argumentOf(argument, false);
    use(item, facts::ResultUse::Element);
    result.moved.insert(result.moved.end(), item.moved.begin(), item.moved.end());
    items.push_back(item.value);
  }
  result.owned = true;
  result.value = record_.display(facts::DisplayKind::List, items);
  return result;
}

// join!(a, b): the temporaries of the arguments end before they are polled; what their calls took over does not.
Result Body::joinMacro(NodeId node, NodeId tokens, ValueId callee) {
  const size_t futures = futures_.size();
  Arguments handed;
  std::vector<ValueId> values, outcomes;
  Result taken;
  for (const MacroArgument &argument : macroArguments(tokens)) {
    openTemporaryScope();
    Result one;
    if (argument.interesting)
      one = awaitOperand(reparse(argument.begin, argument.end));
    else
      one = argumentOf(argument, false);
    closeTemporaryScope(one);
    facts::Argument recorded;
    recorded.value = one.value;
    handed.list.push_back(recorded);
    values.push_back(one.value);
    outcomes.push_back(record_.unary(ValueKind::Await, one.value));
    taken.moved.insert(taken.moved.end(), one.moved.begin(), one.moved.end());
  }
  recordCall(node, syntax_.get(node, Field::Macro), callee, handed, false);
  suspend(node, facts::SuspensionKind::Await, record_.join(values));
  giveAway(taken);
  dropFutures(futures);
  Result result;
  result.value = record_.display(facts::DisplayKind::Tuple, outcomes);
  result.owned = true;
  return result;
}

// async_stream's macros: the body is an async generator.
Result Body::streamMacro(NodeId node, NodeId tokens) {
  if (!syntax_.text(tokens).starts_with('{'))
    return operandMacro(node, tokens, "stream");
  const NodeId body = reparse(syntax_.tree[tokens].begin, syntax_.tree[tokens].end);
  if (syntax_.kind(body) != Kind::Block)
    return {};
  const facts::FunctionId id =
      newLambda(node, "{stream}", facts::FunctionKind::AsyncGenerator, facts::FunctionFlag::AsyncBlock);
  unit_.jobs.push_back({id, body, locals_, false});
  facts::Value value;
  value.kind = ValueKind::Closure;
  value.a = id;
  Result result;
  result.value = record_.add(value);
  result.owned = true;
  return result;
}

} // namespace clearway::frontend::rust
