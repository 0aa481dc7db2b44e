// The node types and fields of the Python grammar that extraction looks at.
#pragma once

#include "frontend/treesitter/SyntaxTree.h"

#include <cstdint>

namespace clearway::python {

using treesitter::kNoNode;
using treesitter::NodeId;
using treesitter::SyntaxTree;

// clang-format off: one name per line would hide the groups
enum class Kind : uint16_t {
  Other, // a named node that nothing here asks for
  Module, Block,
  // simple statements
  ExpressionStatement, Assignment, AugmentedAssignment, Return, Delete, Raise, Assert, Pass, Break, Continue,
  Global, Nonlocal, TypeAlias, Import, ImportFrom, FutureImport, AliasedImport, WildcardImport, RelativeImport,
  ImportPrefix, DottedName,
  // compound statements
  If, Elif, Else, For, While, Try, Except, Finally, With, WithClause, WithItem, Match, Case, Function, Class,
  Decorated, Decorator,
  // parameters and targets
  Parameters, LambdaParameters, TypedParameter, DefaultParameter, TypedDefaultParameter, ListSplatPattern,
  DictionarySplatPattern, KeywordSeparator, PositionalSeparator, TuplePattern, ListPattern, PatternList,
  // expressions
  Identifier, Attribute, Subscript, Slice, Call, ArgumentList, KeywordArgument, ListSplat, DictionarySplat, Await,
  Yield, Lambda, NamedExpression, Conditional, BooleanOperator, BinaryOperator, NotOperator, Comparison,
  Parenthesized, Tuple, List, Set, Dictionary, Pair, ListComprehension, DictionaryComprehension,
  SetComprehension, GeneratorExpression, ForIn, IfClause, String, ConcatenatedString, Interpolation,
  FormatSpecifier, Integer, Float, True, False, None, Ellipsis, ExpressionList, AsPattern, AsPatternTarget,
  // types
  Type, GenericType, UnionType, ConstrainedType, MemberType, SplatType, TypeParameter,
  // patterns of match
  CasePattern, ClassPattern, KeywordPattern, SplatPattern, UnionPattern, DictPattern,
  // tokens
  AsyncToken, AndToken, OrToken, PipeToken, SlashToken, EqualToken, IsToken, IsNotToken, FromToken,
  Error = treesitter::kErrorKind,
};

enum class Field : uint8_t {
  None, Alias, Alternative, Arguments, Attribute, Body, Cause, Condition, Consequence, Definition, Function, Guard,
  Left, ModuleName, Name, Object, Parameters, ReturnType, Right, Subject, Subscript, Superclasses, Type,
  TypeParameters, Value, Key, Argument, Operator,
};
// clang-format on

inline Kind kindOf(const SyntaxTree &tree, NodeId node) { return static_cast<Kind>(tree[node].kind); }
inline NodeId childOf(const SyntaxTree &tree, NodeId node, Field field) {
  return tree.child(node, static_cast<uint8_t>(field));
}

/// Made once; safe to use from any thread.
const treesitter::Grammar &grammar();

} // namespace clearway::python
