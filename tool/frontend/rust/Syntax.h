// The kinds of syntax nodes and fields of the Rust grammar that the front end reads.
#pragma once

#include "frontend/treesitter/FlatTree.h"

namespace clearway::frontend::rust {

using treesitter::FlatTree;
using treesitter::kNoNode;
using treesitter::NodeId;

#define CLEARWAY_RUST_KINDS(X) \
  X(Error, "ERROR") X(Comment, "line_comment") X(BlockComment, "block_comment") \
  X(AbstractType, "abstract_type") X(Arguments, "arguments") X(ArrayExpression, "array_expression") \
  X(ArrayType, "array_type") X(AssignmentExpression, "assignment_expression") \
  X(AssociatedType, "associated_type") X(AsyncBlock, "async_block") X(Attribute, "attribute") \
  X(AttributeItem, "attribute_item") X(AwaitExpression, "await_expression") \
  X(BaseFieldInitializer, "base_field_initializer") X(BinaryExpression, "binary_expression") X(Block, "block") \
  X(BooleanLiteral, "boolean_literal") X(BoundedType, "bounded_type") X(BracketedType, "bracketed_type") \
  X(BreakExpression, "break_expression") X(CallExpression, "call_expression") \
  X(CapturedPattern, "captured_pattern") X(CharLiteral, "char_literal") \
  X(ClosureExpression, "closure_expression") X(ClosureParameters, "closure_parameters") \
  X(CompoundAssignmentExpr, "compound_assignment_expr") X(ConstBlock, "const_block") \
  X(ConstItem, "const_item") X(ConstParameter, "const_parameter") X(ContinueExpression, "continue_expression") \
  X(CrateWord, "crate") X(DeclarationList, "declaration_list") X(DynamicType, "dynamic_type") \
  X(ElseClause, "else_clause") X(EmptyStatement, "empty_statement") X(EnumItem, "enum_item") \
  X(EnumVariant, "enum_variant") X(EnumVariantList, "enum_variant_list") X(EscapeSequence, "escape_sequence") \
  X(ExpressionStatement, "expression_statement") X(ExternCrateDeclaration, "extern_crate_declaration") \
  X(FieldDeclaration, "field_declaration") X(FieldDeclarationList, "field_declaration_list") \
  X(FieldExpression, "field_expression") X(FieldIdentifier, "field_identifier") \
  X(FieldInitializer, "field_initializer") X(FieldInitializerList, "field_initializer_list") \
  X(FieldPattern, "field_pattern") X(FloatLiteral, "float_literal") X(ForExpression, "for_expression") \
  X(ForeignModItem, "foreign_mod_item") X(FunctionItem, "function_item") \
  X(FunctionModifiers, "function_modifiers") X(FunctionSignatureItem, "function_signature_item") \
  X(FunctionType, "function_type") X(GenBlock, "gen_block") X(GenericFunction, "generic_function") \
  X(GenericPattern, "generic_pattern") X(GenericType, "generic_type") \
  X(GenericTypeWithTurbofish, "generic_type_with_turbofish") \
  X(HigherRankedTraitBound, "higher_ranked_trait_bound") X(Identifier, "identifier") \
  X(IfExpression, "if_expression") X(ImplItem, "impl_item") X(IndexExpression, "index_expression") \
  X(InnerAttributeItem, "inner_attribute_item") X(IntegerLiteral, "integer_literal") X(Label, "label") \
  X(LetChain, "let_chain") X(LetCondition, "let_condition") X(LetDeclaration, "let_declaration") \
  X(Lifetime, "lifetime") X(LifetimeParameter, "lifetime_parameter") X(LoopExpression, "loop_expression") \
  X(MacroDefinition, "macro_definition") X(MacroInvocation, "macro_invocation") X(MacroRule, "macro_rule") \
  X(MatchArm, "match_arm") X(MatchBlock, "match_block") X(MatchExpression, "match_expression") \
  X(MatchPattern, "match_pattern") X(Metavariable, "metavariable") X(ModItem, "mod_item") \
  X(MutPattern, "mut_pattern") X(MutableSpecifier, "mutable_specifier") X(NegativeLiteral, "negative_literal") \
  X(NeverType, "never_type") X(OrPattern, "or_pattern") \
  X(OrderedFieldDeclarationList, "ordered_field_declaration_list") X(Parameter, "parameter") \
  X(Parameters, "parameters") X(ParenthesizedExpression, "parenthesized_expression") \
  X(PointerType, "pointer_type") X(PrimitiveType, "primitive_type") X(QualifiedType, "qualified_type") \
  X(RangeExpression, "range_expression") X(RangePattern, "range_pattern") \
  X(RawStringLiteral, "raw_string_literal") X(RefPattern, "ref_pattern") \
  X(ReferenceExpression, "reference_expression") X(ReferencePattern, "reference_pattern") \
  X(ReferenceType, "reference_type") X(RemainingFieldPattern, "remaining_field_pattern") \
  X(RemovedTraitBound, "removed_trait_bound") X(ReturnExpression, "return_expression") \
  X(ScopedIdentifier, "scoped_identifier") X(ScopedTypeIdentifier, "scoped_type_identifier") \
  X(ScopedUseList, "scoped_use_list") X(SelfWord, "self") X(SelfParameter, "self_parameter") \
  X(ShorthandFieldIdentifier, "shorthand_field_identifier") \
  X(ShorthandFieldInitializer, "shorthand_field_initializer") X(SlicePattern, "slice_pattern") \
  X(SourceFile, "source_file") X(StaticItem, "static_item") X(StringContent, "string_content") \
  X(StringLiteral, "string_literal") X(StructExpression, "struct_expression") X(StructItem, "struct_item") \
  X(StructPattern, "struct_pattern") X(SuperWord, "super") X(TokenTree, "token_tree") \
  X(TraitBounds, "trait_bounds") X(TraitItem, "trait_item") X(TryBlock, "try_block") \
  X(TryExpression, "try_expression") X(TupleExpression, "tuple_expression") X(TuplePattern, "tuple_pattern") \
  X(TupleStructPattern, "tuple_struct_pattern") X(TupleType, "tuple_type") X(TypeArguments, "type_arguments") \
  X(TypeBinding, "type_binding") X(TypeCastExpression, "type_cast_expression") \
  X(TypeIdentifier, "type_identifier") X(TypeItem, "type_item") X(TypeParameter, "type_parameter") \
  X(TypeParameters, "type_parameters") X(UnaryExpression, "unary_expression") X(UnionItem, "union_item") \
  X(UnitExpression, "unit_expression") X(UnitType, "unit_type") X(UnsafeBlock, "unsafe_block") \
  X(UseAsClause, "use_as_clause") X(UseDeclaration, "use_declaration") X(UseList, "use_list") \
  X(UseWildcard, "use_wildcard") X(VariadicParameter, "variadic_parameter") \
  X(VisibilityModifier, "visibility_modifier") X(WhereClause, "where_clause") \
  X(WherePredicate, "where_predicate") X(WhileExpression, "while_expression") \
  X(YieldExpression, "yield_expression") X(TokAsync, "'async'") X(TokAwait, "'await'") X(TokMove, "'move'") \
  X(TokRef, "'ref'") X(TokAndAnd, "'&&'") X(TokOrOr, "'||'") X(TokAnd, "'&'") X(TokStar, "'*'") \
  X(TokQuestion, "'?'") X(TokPercent, "'%'") X(TokComma, "','") X(TokSemicolon, "';'") X(TokFatArrow, "'=>'") \
  X(TokEqual, "'='") X(TokDot, "'.'") X(TokPathSeparator, "'::'") X(TokBang, "'!'") X(TokOpenParen, "'('") \
  X(TokCloseParen, "')'") X(TokOpenBracket, "'['") X(TokCloseBracket, "']'") X(TokOpenBrace, "'{'") \
  X(TokCloseBrace, "'}'") X(TokIf, "'if'") X(TokElse, "'else'") X(TokLoop, "'loop'") X(TokPipe, "'|'") \
  X(TokColon, "':'") X(TokAt, "'@'") X(TokUnderscore, "'_'") X(TokUnsafe, "'unsafe'") X(TokConst, "'const'") \
  X(TokDollar, "'$'") X(TokLet, "'let'") X(TokIn, "'in'") X(TokFor, "'for'") X(TokMinus, "'-'") \
  X(TokArrow, "'->'") X(TokMatch, "'match'") X(TokFn, "'fn'") X(TokWhile, "'while'")

#define CLEARWAY_RUST_FIELDS(X) \
  X(Alias, "alias") X(Alternative, "alternative") X(Argument, "argument") X(Arguments, "arguments") \
  X(Body, "body") X(Bounds, "bounds") X(Condition, "condition") X(Consequence, "consequence") \
  X(Element, "element") X(Field, "field") X(Function, "function") X(Left, "left") X(Length, "length") \
  X(List, "list") X(Macro, "macro") X(Name, "name") X(Operator, "operator") X(Parameters, "parameters") \
  X(Path, "path") X(Pattern, "pattern") X(ReturnType, "return_type") X(Right, "right") X(Trait, "trait") \
  X(Type, "type") X(TypeArguments, "type_arguments") X(TypeParameters, "type_parameters") X(Value, "value")

#define CLEARWAY_ENUMERATOR(name, text) name,
enum class Kind : uint16_t { None, CLEARWAY_RUST_KINDS(CLEARWAY_ENUMERATOR) };
enum class Field : uint8_t { None, CLEARWAY_RUST_FIELDS(CLEARWAY_ENUMERATOR) };
#undef CLEARWAY_ENUMERATOR

/// The grammar's tables; built on first use.
const treesitter::Vocabulary &vocabulary();

/// A FlatTree read with Rust's kinds.
class Syntax {
public:
  explicit Syntax(std::string_view text) : tree(vocabulary(), text) {}

  Kind kind(NodeId node) const { return node == kNoNode ? Kind::None : static_cast<Kind>(tree[node].kind); }
  Field fieldOf(NodeId node) const { return static_cast<Field>(tree[node].field); }
  NodeId get(NodeId node, Field field) const { return tree.field(node, static_cast<uint8_t>(field)); }
  NodeId child(NodeId node, Kind kind) const { return tree.child(node, static_cast<uint16_t>(kind)); }
  bool has(NodeId node, Kind kind) const { return child(node, kind) != kNoNode; }
  std::string_view text(NodeId node) const { return node == kNoNode ? std::string_view() : tree.text(node); }
  treesitter::Children children(NodeId node) const { return {tree, node}; }
  /// First child that is an expression, pattern or type: no token and no attribute.
  NodeId inner(NodeId node, unsigned index = 0) const;

  FlatTree tree;
};

/// Punctuation and keywords, attributes, labels, lifetimes: what is passed over when looking for operands.
bool isToken(Kind kind);

} // namespace clearway::frontend::rust
