#include "frontend/python/Syntax.h"

namespace clearway::python {
namespace {

using treesitter::Descent;
using treesitter::FieldType;
using treesitter::NodeType;

constexpr NodeType type(std::string_view name, Kind kind, Descent descent = Descent::Keep) {
  return {name, static_cast<uint16_t>(kind), descent};
}
constexpr NodeType token(std::string_view name, Kind kind) {
  return {name, static_cast<uint16_t>(kind), Descent::Leaf, true};
}
constexpr FieldType field(std::string_view name, Field id) {
  return {name, static_cast<uint8_t>(id)};
}
constexpr NodeType drop(std::string_view name) {
  return {name, 0, Descent::Drop};
}

constexpr NodeType kTypes[] = {
    type("module", Kind::Module),
    type("block", Kind::Block),
    type("expression_statement", Kind::ExpressionStatement),
    type("assignment", Kind::Assignment),
    type("augmented_assignment", Kind::AugmentedAssignment),
    type("return_statement", Kind::Return),
    type("delete_statement", Kind::Delete),
    type("raise_statement", Kind::Raise),
    type("assert_statement", Kind::Assert),
    type("pass_statement", Kind::Pass, Descent::Leaf),
    type("break_statement", Kind::Break, Descent::Leaf),
    type("continue_statement", Kind::Continue, Descent::Leaf),
    type("global_statement", Kind::Global),
    type("nonlocal_statement", Kind::Nonlocal),
    type("type_alias_statement", Kind::TypeAlias),
    type("import_statement", Kind::Import),
    type("import_from_statement", Kind::ImportFrom),
    type("future_import_statement", Kind::FutureImport, Descent::Leaf),
    type("aliased_import", Kind::AliasedImport),
    type("wildcard_import", Kind::WildcardImport, Descent::Leaf),
    type("relative_import", Kind::RelativeImport),
    type("import_prefix", Kind::ImportPrefix, Descent::Leaf),
    type("dotted_name", Kind::DottedName),
    type("if_statement", Kind::If),
    type("elif_clause", Kind::Elif),
    type("else_clause", Kind::Else),
    type("for_statement", Kind::For),
    type("while_statement", Kind::While),
    type("try_statement", Kind::Try),
    type("except_clause", Kind::Except),
    type("finally_clause", Kind::Finally),
    type("with_statement", Kind::With),
    type("with_clause", Kind::WithClause),
    type("with_item", Kind::WithItem),
    type("match_statement", Kind::Match),
    type("case_clause", Kind::Case),
    type("function_definition", Kind::Function),
    type("class_definition", Kind::Class),
    type("decorated_definition", Kind::Decorated),
    type("decorator", Kind::Decorator),
    type("parameters", Kind::Parameters),
    type("lambda_parameters", Kind::LambdaParameters),
    type("typed_parameter", Kind::TypedParameter),
    type("default_parameter", Kind::DefaultParameter),
    type("typed_default_parameter", Kind::TypedDefaultParameter),
    type("list_splat_pattern", Kind::ListSplatPattern),
    type("dictionary_splat_pattern", Kind::DictionarySplatPattern),
    type("keyword_separator", Kind::KeywordSeparator, Descent::Leaf),
    type("positional_separator", Kind::PositionalSeparator, Descent::Leaf),
    type("tuple_pattern", Kind::TuplePattern),
    type("list_pattern", Kind::ListPattern),
    type("pattern_list", Kind::PatternList),
    type("identifier", Kind::Identifier, Descent::Leaf),
    type("attribute", Kind::Attribute),
    type("subscript", Kind::Subscript),
    type("slice", Kind::Slice),
    type("call", Kind::Call),
    type("argument_list", Kind::ArgumentList),
    type("keyword_argument", Kind::KeywordArgument),
    type("list_splat", Kind::ListSplat),
    type("dictionary_splat", Kind::DictionarySplat),
    type("await", Kind::Await),
    type("yield", Kind::Yield),
    type("lambda", Kind::Lambda),
    type("named_expression", Kind::NamedExpression),
    type("conditional_expression", Kind::Conditional),
    type("boolean_operator", Kind::BooleanOperator),
    type("binary_operator", Kind::BinaryOperator),
    type("not_operator", Kind::NotOperator),
    type("comparison_operator", Kind::Comparison),
    type("parenthesized_expression", Kind::Parenthesized),
    type("tuple", Kind::Tuple),
    type("list", Kind::List),
    type("set", Kind::Set),
    type("dictionary", Kind::Dictionary),
    type("pair", Kind::Pair),
    type("list_comprehension", Kind::ListComprehension),
    type("dictionary_comprehension", Kind::DictionaryComprehension),
    type("set_comprehension", Kind::SetComprehension),
    type("generator_expression", Kind::GeneratorExpression),
    type("for_in_clause", Kind::ForIn),
    type("if_clause", Kind::IfClause),
    type("string", Kind::String, Descent::Ask),
    type("concatenated_string", Kind::ConcatenatedString),
    type("interpolation", Kind::Interpolation),
    type("format_expression", Kind::Interpolation),
    type("format_specifier", Kind::FormatSpecifier),
    drop("string_start"),
    drop("string_content"),
    drop("string_end"),
    drop("type_conversion"),
    drop("line_continuation"),
    type("integer", Kind::Integer, Descent::Leaf),
    type("float", Kind::Float, Descent::Leaf),
    type("true", Kind::True, Descent::Leaf),
    type("false", Kind::False, Descent::Leaf),
    type("none", Kind::None, Descent::Leaf),
    type("ellipsis", Kind::Ellipsis, Descent::Leaf),
    type("expression_list", Kind::ExpressionList),
    type("as_pattern", Kind::AsPattern),
    type("as_pattern_target", Kind::AsPatternTarget),
    type("type", Kind::Type),
    type("generic_type", Kind::GenericType),
    type("union_type", Kind::UnionType),
    type("constrained_type", Kind::ConstrainedType),
    type("member_type", Kind::MemberType),
    type("splat_type", Kind::SplatType),
    type("type_parameter", Kind::TypeParameter),
    type("case_pattern", Kind::CasePattern),
    type("class_pattern", Kind::ClassPattern),
    type("keyword_pattern", Kind::KeywordPattern),
    type("splat_pattern", Kind::SplatPattern),
    type("union_pattern", Kind::UnionPattern),
    type("dict_pattern", Kind::DictPattern),
    token("async", Kind::AsyncToken),
    token("and", Kind::AndToken),
    token("or", Kind::OrToken),
    token("|", Kind::PipeToken),
    token("/", Kind::SlashToken),
    token("==", Kind::EqualToken),
    token("is", Kind::IsToken),
    token("is not", Kind::IsNotToken),
    token("from", Kind::FromToken),
};

constexpr FieldType kFields[] = {
    field("alias", Field::Alias),
    field("alternative", Field::Alternative),
    field("arguments", Field::Arguments),
    field("argument", Field::Argument),
    field("attribute", Field::Attribute),
    field("body", Field::Body),
    field("cause", Field::Cause),
    field("condition", Field::Condition),
    field("consequence", Field::Consequence),
    field("definition", Field::Definition),
    field("function", Field::Function),
    field("guard", Field::Guard),
    field("key", Field::Key),
    field("left", Field::Left),
    field("module_name", Field::ModuleName),
    field("name", Field::Name),
    field("object", Field::Object),
    field("operator", Field::Operator),
    field("parameters", Field::Parameters),
    field("return_type", Field::ReturnType),
    field("right", Field::Right),
    field("subject", Field::Subject),
    field("subscript", Field::Subscript),
    field("superclasses", Field::Superclasses),
    field("type", Field::Type),
    field("type_parameters", Field::TypeParameters),
    field("value", Field::Value),
};

/// Only f-strings and t-strings contain expressions.
bool hasInterpolation(std::string_view text) {
  const std::string_view prefix = text.substr(0, text.find_first_of("'\""));
  return prefix.find_first_of("fFtT") != std::string_view::npos;
}

bool isDirective(std::string_view comment) {
  constexpr std::string_view kMarks[] = {"clearway:", "NOLINT", "SYNC CONTEXT:"};
  for (const std::string_view mark : kMarks)
    if (comment.find(mark) != std::string_view::npos)
      return true;
  return false;
}

} // namespace

const treesitter::Grammar &grammar() {
  static const treesitter::Grammar python(tree_sitter_python(), kTypes, kFields, "identifier",
                                          hasInterpolation, isDirective);
  return python;
}

} // namespace clearway::python
