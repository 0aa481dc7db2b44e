// The kinds of syntax nodes and fields of the C++ grammar that the front end reads.
#pragma once

#include "frontend/treesitter/FlatTree.h"

namespace clearway::frontend::cpp::syntax {

using treesitter::FlatTree;
using treesitter::kNoNode;
using treesitter::NodeId;

#define CLEARWAY_CPP_KINDS(X) \
  X(Error, "ERROR") X(Comment, "comment") X(Namespace, "namespace_definition") \
  X(NamespaceAlias, "namespace_alias_definition") X(Using, "using_declaration") X(Alias, "alias_declaration") \
  X(Class, "class_specifier") X(Struct, "struct_specifier") X(Union, "union_specifier") \
  X(Enum, "enum_specifier") X(Bases, "base_class_clause") X(Field, "field_declaration") \
  X(Function, "function_definition") X(Declaration, "declaration") X(InitDeclarator, "init_declarator") \
  X(FunctionDeclarator, "function_declarator") X(PointerDeclarator, "pointer_declarator") \
  X(ReferenceDeclarator, "reference_declarator") X(ArrayDeclarator, "array_declarator") \
  X(StructuredBinding, "structured_binding_declarator") X(ParameterList, "parameter_list") \
  X(Parameter, "parameter_declaration") X(OptionalParameter, "optional_parameter_declaration") \
  X(VariadicParameter, "variadic_parameter_declaration") X(AbstractReference, "abstract_reference_declarator") \
  X(AbstractPointer, "abstract_pointer_declarator") X(AbstractFunction, "abstract_function_declarator") X(Friend, "friend_declaration") \
  X(Qualified, "qualified_identifier") X(TemplateFunction, "template_function") \
  X(TemplateType, "template_type") X(TemplateMethod, "template_method") X(DependentName, "dependent_name") \
  X(DependentType, "dependent_type") X(Identifier, "identifier") X(FieldIdentifier, "field_identifier") \
  X(TypeIdentifier, "type_identifier") X(NamespaceIdentifier, "namespace_identifier") \
  X(NestedNamespace, "nested_namespace_specifier") X(DestructorName, "destructor_name") X(OperatorName, "operator_name") X(Attribute, "attribute_declaration") \
  X(Auto, "placeholder_type_specifier") X(Primitive, "primitive_type") X(SizedType, "sized_type_specifier") \
  X(TypeDescriptor, "type_descriptor") X(TrailingReturn, "trailing_return_type") X(TemplateArguments, "template_argument_list") \
  X(Compound, "compound_statement") X(ExpressionStatement, "expression_statement") X(Return, "return_statement") \
  X(CoReturn, "co_return_statement") X(CoYield, "co_yield_statement") X(CoAwait, "co_await_expression") \
  X(If, "if_statement") X(ConditionClause, "condition_clause") X(While, "while_statement") X(Do, "do_statement") \
  X(For, "for_statement") X(ForRange, "for_range_loop") X(Switch, "switch_statement") X(Case, "case_statement") \
  X(Break, "break_statement") X(Continue, "continue_statement") X(Throw, "throw_statement") X(Try, "try_statement") \
  X(Catch, "catch_clause") X(Call, "call_expression") X(ArgumentList, "argument_list") \
  X(InitializerList, "initializer_list") X(FieldExpression, "field_expression") \
  X(Subscript, "subscript_expression") X(Unary, "unary_expression") X(UpdateExpression, "update_expression") X(PointerExpression, "pointer_expression") X(Binary, "binary_expression") \
  X(Assignment, "assignment_expression") X(Conditional, "conditional_expression") X(CastExpression, "cast_expression") \
  X(New, "new_expression") X(Parenthesized, "parenthesized_expression") X(Lambda, "lambda_expression") \
  X(CaptureInitializer, "lambda_capture_initializer") X(CompoundLiteral, "compound_literal_expression") \
  X(String, "string_literal") X(RawString, "raw_string_literal") X(Number, "number_literal") X(True, "true") \
  X(False, "false") X(Null, "null") X(This, "this") X(UserLiteral, "user_defined_literal") \
  X(SizeOf, "sizeof_expression") X(Decltype, "decltype") X(StorageClass, "storage_class_specifier") \
  X(FieldInitializers, "field_initializer_list") X(FieldInitializer, "field_initializer") X(Include, "preproc_include") \
  X(TemplateParameters, "template_parameter_list") X(Virtual, "virtual") X(VirtualSpecifier, "virtual_specifier") X(DeclarationList, "declaration_list") \
  X(TokNamespace, "'namespace'") X(TokArrow, "'->'") X(TokVirtual, "'virtual'") X(TokAndAnd, "'&&'") \
  X(TokOrOr, "'||'") X(TokComma, "','") X(TokOpen, "'('") X(TokClose, "')'")

#define CLEARWAY_CPP_FIELDS(X) \
  X(Alternative, "alternative") X(Argument, "argument") X(Arguments, "arguments") X(Body, "body") \
  X(Condition, "condition") X(Consequence, "consequence") X(Declarator, "declarator") X(FieldName, "field") \
  X(Function, "function") X(Initializer, "initializer") X(Left, "left") X(Name, "name") \
  X(Operator, "operator") X(Parameters, "parameters") X(Path, "path") X(Right, "right") X(Scope, "scope") \
  X(Type, "type") X(Update, "update") X(Value, "value") X(Captures, "captures") X(DefaultValue, "default_value")

#define CLEARWAY_ENUMERATOR(name, text) name,
enum class Kind : uint16_t { None, CLEARWAY_CPP_KINDS(CLEARWAY_ENUMERATOR) };
enum class Part : uint8_t { None, CLEARWAY_CPP_FIELDS(CLEARWAY_ENUMERATOR) };
#undef CLEARWAY_ENUMERATOR

/// The grammar's tables; built on first use.
const treesitter::Vocabulary &vocabulary();

/// A FlatTree read with C++'s kinds.
class Syntax {
public:
  explicit Syntax(std::string_view text) : tree(vocabulary(), text) {}

  Kind kind(NodeId node) const { return node == kNoNode ? Kind::None : static_cast<Kind>(tree[node].kind); }
  NodeId get(NodeId node, Part part) const {
    return node == kNoNode ? kNoNode : tree.field(node, static_cast<uint8_t>(part));
  }
  Part partOf(NodeId node) const { return static_cast<Part>(tree[node].field); }
  NodeId child(NodeId node, Kind kind) const {
    return node == kNoNode ? kNoNode : tree.child(node, static_cast<uint16_t>(kind));
  }
  bool has(NodeId node, Kind kind) const { return child(node, kind) != kNoNode; }
  std::string_view text(NodeId node) const { return node == kNoNode ? std::string_view() : tree.text(node); }
  treesitter::Children children(NodeId node) const { return {tree, node}; }

  FlatTree tree;
};

} // namespace clearway::frontend::cpp::syntax
