#include "frontend/treesitter/SyntaxTree.h"

#include "facts/NameCache.h"
#include "frontend/treesitter/NodePool.h"
#include "frontend/treesitter/TreeWalk.h"

namespace clearway::treesitter {
namespace {

constexpr TSSymbol kErrorSymbol = static_cast<TSSymbol>(-1);

// tree-sitter's recovery from errors can be quadratic. The parser reports every hundred steps; ordinary code
// takes about one step per two bytes, so a file that needs this many steps per byte is beyond hope. Counting
// steps rather than seconds keeps the result the same on every machine.
constexpr uint64_t kStepsPerReport = 100, kMaxStepsPerByte = 100, kStepsForAnyFile = 10'000'000;

struct Input {
  std::string_view source;
  uint64_t reportsLeft;
};

const char *readChunk(void *payload, uint32_t offset, TSPoint, uint32_t *length) {
  const std::string_view source = static_cast<Input *>(payload)->source;
  if (offset >= source.size()) {
    *length = 0;
    return "";
  }
  *length = static_cast<uint32_t>(source.size() - offset);
  return source.data() + offset;
}

bool outOfSteps(TSParseState *state) {
  auto *input = static_cast<Input *>(state->payload);
  return input->reportsLeft-- == 0;
}

} // namespace

void SyntaxTree::reset(std::string_view source) {
  source_ = source;
  nodes_.clear();
  directives_.clear();
  errors_.clear();
  lines_.reset(source);
}

NodeId SyntaxTree::child(NodeId parent, uint8_t field) const {
  for (const NodeId id : children(parent))
    if (nodes_[id].field == field)
      return id;
  return kNoNode;
}

NodeId SyntaxTree::lastChild(NodeId parent) const {
  NodeId last = kNoNode;
  for (const NodeId id : children(parent))
    last = id;
  return last;
}

class Flattener {
public:
  Flattener(const Grammar &grammar, SyntaxTree &tree, TSNode root)
      : grammar_(grammar), tree_(tree), root_(root), hasErrors_(ts_node_has_error(root)) {}

  void run() {
    TreeWalk(root_, *this).run();
    if (hasErrors_ && tree_.errors_.empty() && !excused_) // something invisible is missing, such as a newline
      tree_.errors_.push_back({0, 0, true, ""});
  }

  /// Adds the node. True if what is below it is wanted, too.
  bool enter(const TreeVisit &visit) {
    const TSSymbol id = visit.symbol();
    const bool error = id == kErrorSymbol;
    const Grammar::Symbol &symbol = grammar_.symbol(id);
    if (hasErrors_)
      noteError(visit, error);
    if (error || (symbol.descent != Descent::Drop && !symbol.comment))
      return add(visit, symbol, error);
    if (symbol.comment)
      noteComment(visit.begin(), visit.end());
    return false;
  }

  void leave() {
    tree_.nodes_[open_.back()].next = tree_.size();
    open_.pop_back();
  }

private:
  bool add(const TreeVisit &visit, const Grammar::Symbol &symbol, bool error) {
    const uint32_t begin = visit.begin(), end = visit.end();
    const std::string_view text = tree_.source_.substr(begin, end - begin);
    const NodeId id = tree_.size();
    tree_.nodes_.push_back({.kind = error ? kErrorKind : symbol.kind,
                            .field = grammar_.field(visit.field()),
                            .begin = begin,
                            .end = end,
                            .next = id + 1,
                            .name = symbol.identifier ? facts::cachedName(text) : Name()});
    const bool descends =
        error || symbol.descent == Descent::Keep || (symbol.descent == Descent::Ask && grammar_.descend(text));
    if (descends)
      open_.push_back(id);
    return descends;
  }

  void noteComment(uint32_t begin, uint32_t end) {
    if (grammar_.isDirective(tree_.source_.substr(begin, end - begin)))
      tree_.directives_.push_back({begin, end});
  }

  void noteError(const TreeVisit &visit, bool error) {
    const uint32_t begin = visit.begin(), end = visit.end();
    const bool missing = visit.isMissing();
    if ((!error && !missing) || begin < errorsSeenTo_ || tree_.errors_.size() == SyntaxTree::kMaxErrors)
      return;
    errorsSeenTo_ = std::max(end, begin + 1);
    if (isDefaultOfTypeParameter(visit.node()))
      excused_ = true;
    else
      tree_.errors_.push_back({begin, end, missing, missing ? ts_node_type(visit.node()) : ""});
  }

  /// `class Box[T = int]` is Python from 3.13; the grammar only knows what comes before the default.
  bool isDefaultOfTypeParameter(TSNode error) const {
    const uint32_t begin = ts_node_start_byte(error);
    if (tree_.source_.substr(begin, ts_node_end_byte(error) - begin).find('=') == std::string_view::npos)
      return false;
    for (TSNode above = ts_node_parent(error); !ts_node_is_null(above); above = ts_node_parent(above))
      if (const std::string_view type = ts_node_type(above); type == "type_parameter")
        return true;
      else if (type.ends_with("_definition"))
        return false;
    return false;
  }

  const Grammar &grammar_;
  SyntaxTree &tree_;
  TSNode root_;
  bool hasErrors_;
  std::vector<NodeId> open_; // the nodes above the one that is visited
  uint32_t errorsSeenTo_ = 0;
  bool excused_ = false; // the grammar's error, not the source's
};

namespace {

const TSTree *parseTree(ParseMemory &memory, const Grammar &grammar, std::string_view source) {
  const uint64_t steps = kStepsForAnyFile + source.size() * kMaxStepsPerByte;
  Input input{source, steps / kStepsPerReport};
  return ts_parser_parse_with_options(memory.parser(grammar.language()), nullptr,
                                      {&input, readChunk, TSInputEncodingUTF8, nullptr},
                                      {.payload = &input, .progress_callback = outOfSteps});
}

} // namespace

ParseResult parse(const Grammar &grammar, std::string_view source, SyntaxTree &tree) {
  tree.reset(source);
  ParseMemory memory;
  const TSTree *parsed = parseTree(memory, grammar, source);
  if (!parsed) {
    tree.addRoot();
    return ParseResult::Abandoned;
  }
  Flattener(grammar, tree, ts_tree_root_node(parsed)).run();
  return ParseResult::Complete;
}

} // namespace clearway::treesitter
