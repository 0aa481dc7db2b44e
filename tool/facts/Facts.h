// What the source of one file (in C++: one translation unit) says. A front end fills a FileFacts; nothing
// here knows what blocks, what a lock is, or what a name in another file means: that is the business of the
// catalogue and of linking. All records are trivially copyable and live in arenas of their FileFacts; ids are
// dense indices into those arenas, so a file can be written as a binary shard as it stands.
#pragma once

#include "facts/Name.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace clearway::facts {

enum class Language : uint8_t { Cpp, Rust, Python };

/// 1-based lines and 1-based columns counted in bytes of UTF-8; the end is exclusive.
/// Reports convert columns to the unit they announce. In C++ this is the expansion location.
struct SourceRange {
  uint32_t beginLine = 0, beginColumn = 0, endLine = 0, endColumn = 0;
  bool valid() const { return beginLine != 0; }
  friend auto operator<=>(const SourceRange &, const SourceRange &) = default;
};

using FunctionId = uint32_t;
using ClassId = uint32_t;
using ScopeId = uint32_t;
using ValueId = uint32_t;
using CallId = uint32_t;
using ObjectId = uint32_t;
using SuspensionId = uint32_t;
using LoopId = uint32_t;
inline constexpr uint32_t kNone = UINT32_MAX;

/// A run of consecutive elements of one arena.
struct Span {
  uint32_t first = 0, count = 0;
};

// ---- Values: expressions, as far as names, types and calls need them --------------------------------------

enum class ValueKind : uint8_t {
  Unknown,  // nothing useful is known; value 0 of every file
  Literal,  // name = source text (strings: their contents, at most 256 bytes), flag = LiteralKind
  Ref,      // a = ScopeId where it stands, name = identifier; looked up from that scope outwards
  Variable, // a = BindingId: a local whose definitions could not be told apart by flow; all its values join
  Param,    // a = FunctionId, b = parameter index
  Self,     // a = ClassId: the receiver (`self`, `this`); flag 1: the class itself (`cls`, `Self`)
  Super,    // a = ClassId: `super()`
  Attr,     // a = base, name = attribute; flag 1: path separator `::` (Rust, C++), 0: `.` or `->`
  Apply,    // a = base, operands = arguments: subscription `x[i]`, generic arguments `Vec<T>`, `Optional[T]`
  CallResult, // a = CallId
  Await,    // a = operand
  Element,  // a = operand: one item of an iteration over it
  Enter,    // a = operand: what `with operand as x` binds; flag 1: `async with`
  Display,  // operands = items; flag = DisplayKind
  Join,     // operands = alternatives (branches, conditional expressions, `x or y`)
  Closure,  // a = FunctionId: a lambda, closure or async block used as a value
  Cast,     // a = expression, b = type value: `typing.cast`, `as`, narrowing by isinstance
  Type,     // name = canonical qualified type name, operands = type arguments: the *type*, from real types (Clang)
  Instance, // a = type value: some object of that type (annotation or declared type used as evidence)
  Symbol,   // name = qualified name, b = FunctionId in this file or kNone; flag 1: name is a USR-disambiguated link key
  Deref,    // a = operand: `*x`, `&*x`, `&x`, `&mut x` (Rust, C++)
};

enum class LiteralKind : uint8_t { None, Bool, Int, Float, String, Bytes, Other };
enum class DisplayKind : uint8_t { Tuple, List, Set, Dict, Struct };

struct Value {
  ValueKind kind = ValueKind::Unknown;
  uint8_t flag = 0;
  Name name;
  uint32_t a = kNone;
  uint32_t b = kNone;
  Span operands; // in FileFacts::operands
};

// ---- Scopes and bindings ---------------------------------------------------------------------------------

enum class ScopeKind : uint8_t { Module, Class, Function, Block };

struct Scope {
  ScopeKind kind = ScopeKind::Module;
  ScopeId parent = kNone;
  uint32_t index = kNone; // FunctionId, ClassId, or kNone for a module
  Name qualifiedName;     // dotted (Python) or `::`-separated (Rust, C++) path of the scope
};

enum class BindingKind : uint8_t { Variable, Function, Class, Import, Parameter, Module };

namespace BindingFlag {
inline constexpr uint8_t Instance = 1;     // `self.x = …`: attribute of instances of the class scope
inline constexpr uint8_t TypeOnly = 2;     // under `if TYPE_CHECKING`
inline constexpr uint8_t Exported = 4;     // `pub`, or named in `__all__`
inline constexpr uint8_t Constant = 8;     // `const`, `static`, `constexpr`, `Final`
inline constexpr uint8_t Conditional = 16; // in a branch: another binding of the name may exist
}

/// One binding of a name in a scope; a name may have several (all count).
struct Binding {
  ScopeId scope = kNone;
  Name name;
  BindingKind kind = BindingKind::Variable;
  uint8_t flags = 0;
  ValueId value = 0;      // Variable: what is assigned
  ValueId annotation = 0; // declared type, as a value read as a type; 0 if none
  uint32_t index = kNone; // Function, Class, Import: index in its arena; Parameter: its position
  SourceRange range;
};

namespace ImportFlag {
inline constexpr uint8_t Star = 1;     // from m import *, use m::*
inline constexpr uint8_t TypeOnly = 2; // under `if TYPE_CHECKING`
inline constexpr uint8_t Public = 4;   // pub use, re-export
}

struct Import {
  ScopeId scope = kNone;
  Name module; // Python: dotted text without leading dots; Rust: `::` path of the parent as written
  Name item;   // the imported item; empty for `import m`
  Name alias;  // the name that is bound (for `import a.b` without `as`: "a")
  uint8_t level = 0; // Python: number of leading dots
  uint8_t flags = 0;
  SourceRange range;
};

// ---- Functions and classes -------------------------------------------------------------------------------

enum class FunctionKind : uint8_t { Plain, Coroutine, Generator, AsyncGenerator, Module };

namespace FunctionFlag {
inline constexpr uint32_t Lambda = 1u << 0;    // lambda or closure expression
inline constexpr uint32_t AsyncBlock = 1u << 1; // Rust `async {}`; Python async comprehension/generator expr.
inline constexpr uint32_t Static = 1u << 2;
inline constexpr uint32_t ClassMethod = 1u << 3;
inline constexpr uint32_t Property = 1u << 4; // reading the attribute calls it
inline constexpr uint32_t Abstract = 1u << 5; // no body of its own, or raises NotImplementedError only
inline constexpr uint32_t Virtual = 1u << 6;
inline constexpr uint32_t Constructor = 1u << 7;
inline constexpr uint32_t Destructor = 1u << 8;
inline constexpr uint32_t Test = 1u << 9; // #[test], #[cfg(test)], test_*.py and the like
inline constexpr uint32_t Unsafe = 1u << 10;
inline constexpr uint32_t Macro = 1u << 11;      // body comes from a macro's token tree
inline constexpr uint32_t HasAwait = 1u << 12;   // at least one suspension in the body
inline constexpr uint32_t Overload = 1u << 13;   // typing.overload stub
inline constexpr uint32_t Approximate = 1u << 14; // extracted without types (fallback front end)
inline constexpr uint32_t HeaderCopy = 1u << 15; // C++: may be repeated by other units; deduplicated at link
inline constexpr uint32_t Nonblocking = 1u << 16; // [[clang::nonblocking]] or the comment form
inline constexpr uint32_t Blocking = 1u << 17;    // [[clang::blocking]] or the comment form
inline constexpr uint32_t MainGuard = 1u << 18;   // only reached from `if __name__ == "__main__"` / main()
inline constexpr uint32_t ConsumesReceiver = 1u << 19; // Rust: takes `self` by value
inline constexpr uint32_t HandlesWouldBlock = 1u << 20; // deals with EAGAIN, BlockingIOError, ErrorKind::WouldBlock
}

struct Parameter {
  Name name;
  ValueId annotation = 0;
  ValueId defaultValue = 0;
  uint8_t variadic = 0; // 1: *args, 2: **kwargs
  bool keywordOnly = false;
};

struct Function {
  Name name;          // "<lambda>", "<async block>", "<module>" where there is none
  Name qualifiedName; // module.Class.method / crate::module::Type::method / ns::Class::method
  Name disambiguator; // USR or signature, where the qualified name alone is not unique
  Name linkName;      // mangled or exported name, when known
  Name file;          // path as given to the front end
  FunctionKind kind = FunctionKind::Plain;
  uint32_t flags = 0;
  FunctionId parent = kNone;  // lexically enclosing function
  ClassId enclosingClass = kNone; // the class or impl block it is a member of
  ScopeId scope = kNone;      // its own scope
  SourceRange range, nameRange;
  Span decorators; // operands: decorator, attribute or annotation values, outermost first
  Span parameters; // in FileFacts::parameters
  ValueId returnType = 0; // declared
  Span returns;    // operands: returned values (generators: yielded ones)
  Span overrides;  // operands: Symbol values of the methods it overrides (Clang)
  Span blocks;     // control flow; block 0 of the span is the entry
};

enum class ClassKind : uint8_t { Class, Struct, Enum, Trait, Impl, Alias };

struct Class {
  Name name, qualifiedName;
  ClassKind kind = ClassKind::Class;
  uint8_t isProtocol = 0; // structural: typing.Protocol
  ScopeId scope = kNone; // fields are Bindings of this scope, methods are Functions of this class
  Span bases;      // operands: base classes; for Impl: the trait; for Trait: supertraits
  ValueId self = 0; // Impl: the type it is for; Alias: what it stands for
  Span decorators; // operands
  Span typeParameters; // operands: Ref/Apply values (name, bounds)
  SourceRange range, nameRange;
};

// ---- What happens inside a function ----------------------------------------------------------------------

enum class CallKind : uint8_t {
  Call,       // f(x), x.f(), macro call
  Attribute,  // x.f read: a call if f is a property
  Construct,  // C++ constructor
  Destroy,    // implicit or explicit destructor
  Enter,      // with x: __enter__ ; async with: __aenter__ (awaited)
  Exit,       // end of with
  Iterate,    // for … in x: __iter__/__next__ ; async for (awaited); range-based for
  Operator,   // overloaded operator
};

enum class ResultUse : uint8_t {
  Discarded, // expression statement
  Awaited,   // directly awaited (also `.await` after ?/combinators: `f(x)?.await` is not)
  Assigned,  // bound to a local (CallSite::boundTo)
  Stored,    // attribute, subscript, global
  Returned,  // also yielded
  Argument,  // argument of another call
  Receiver,  // x in f().x, f()(), f()[i]
  Operand,   // operator, condition, comparison
  Element,   // in a display
  Iterated,
  Entered,
  Other,
};

namespace CallFlag {
inline constexpr uint16_t Awaited = 1;       // the result is awaited at once
inline constexpr uint16_t Implicit = 2;      // no call syntax in the source
inline constexpr uint16_t FromMacro = 4;
inline constexpr uint16_t MainGuard = 8;     // under `if __name__ == "__main__"`
inline constexpr uint16_t NoRunningLoop = 16; // in `except RuntimeError:` of a get_running_loop() try, `if not loop.is_running()`, or what never runs at all, as `if False:`
inline constexpr uint16_t VirtualDispatch = 32;
inline constexpr uint16_t Conditional = 64;  // not on every path through the function
inline constexpr uint16_t InFinally = 128;   // finally, except, or a destructor
inline constexpr uint16_t Deferred = 256;    // inside a generator expression or lazily evaluated argument
}

struct Argument {
  Name keyword; // empty when positional
  ValueId value = 0;
  uint8_t spread = 0; // 1: *x, 2: **x
};

struct CallSite {
  FunctionId caller = kNone;
  uint32_t block = kNone; // index in FileFacts::blocks
  CallKind kind = CallKind::Call;
  ResultUse use = ResultUse::Other;
  uint16_t flags = 0;
  ValueId callee = 0;    // Call: the called expression; Attribute: the Attr; Enter/Exit/Iterate: the operand
  Span arguments;        // in FileFacts::arguments
  LoopId loop = kNone;   // innermost loop around it
  CallId awaitedBy = kNone; // call whose argument it is (gather(f()), wait_for(f()), create_task(f())), if any
  uint32_t boundTo = kNone; // BindingId when use is Assigned
  SourceRange range;     // the whole call
  SourceRange nameRange; // the callee's last name: where a caret belongs
};

/// A value with a lifetime that may matter: a `with` item, a C++ local, a Rust binding or temporary.
struct ScopedObject {
  FunctionId function = kNone;
  Name name;              // empty: a temporary
  ValueId initializer = 0;
  ValueId type = 0;       // declared type, if written or known
  uint8_t isParameter = 0;
  uint8_t isAsync = 0;    // `async with`
  SourceRange range;
};

enum class SuspensionKind : uint8_t { Await, AsyncFor, AsyncWith, Yield, CoAwait, CoYield };

struct Suspension {
  FunctionId function = kNone;
  SuspensionKind kind = SuspensionKind::Await;
  ValueId operand = 0;
  LoopId loop = kNone;
  SourceRange range;
};

enum class LoopKind : uint8_t { While, For, Infinite };

struct Loop {
  FunctionId function = kNone;
  LoopId parent = kNone;
  LoopKind kind = LoopKind::While;
  ValueId subject = 0; // condition, or what is iterated
  SourceRange range;
};

enum class EventKind : uint8_t {
  Call,    // index = CallId, in evaluation order
  Suspend, // index = SuspensionId
  Birth,   // index = ObjectId: initialized
  Death,   // index = ObjectId: dropped, destroyed, `with` left
  Move,    // index = ObjectId moved away; other = ObjectId it went to, or kNone (given away)
  Refused, // here a test has shown that nothing was taken: by the call `index` (`if not lock.acquire(False):`), or,
           // where that is kNone, by the guard `other` (`if (!guard.owns_lock())`)
};

struct Event {
  EventKind kind = EventKind::Call;
  uint32_t index = kNone;
  uint32_t other = kNone;
};

/// A straight run of events. Successors are indices into FileFacts::blocks.
struct Block {
  Span events;     // in FileFacts::events
  Span successors; // in FileFacts::successors
};

// ---- The file -------------------------------------------------------------------------------------------

/// A comment that may be addressed to the analyzer ("clearway:", "NOLINT…", "SYNC CONTEXT:"), as written.
struct Directive {
  SourceRange range;
  Name text;
  bool ownLine = false; // nothing but the comment on its line
};

enum class DiagnosticLevel : uint8_t { Note, Warning, Error };

/// Something that could not be analysed. Becomes a tool notification; never a finding.
struct Diagnostic {
  DiagnosticLevel level = DiagnosticLevel::Warning;
  SourceRange range; // invalid: the whole file
  Name id;           // stable kebab-case identifier: syntax-error, not-utf8, too-deep, unreadable, …
  Name message;      // what is wrong, and what to do
};

/// A macro call that was replaced by what the macro gives. What the macro wrote is said to be at the call.
struct MacroExpansion {
  SourceRange range;  // the call
  Name macro;
  Name file;          // of the definition
  uint32_t line = 0;
};

struct Dependency {
  Name file;
  uint64_t digest = 0;
};

struct FileFacts {
  Language language = Language::Python;
  std::string path;       // as reported: relative to the invocation's root, '/'-separated
  Name module;            // dotted or `::` module path ("" when unknown)
  uint64_t digest = 0;    // XXH3 of the contents
  bool hadErrors = false;
  bool isPackage = false; // Python: an __init__ file
  bool isTest = false;    // by path convention (tests/, test_*.py, benches/, examples/, build.rs)
  uint16_t edition = 0;   // Rust
  uint32_t lineCount = 0;
  std::vector<Dependency> dependencies;

  std::vector<Value> values{Value{}};
  std::vector<ValueId> operands;
  std::vector<Scope> scopes; // scope 0 is the module (crate root module of the file in Rust)
  std::vector<Binding> bindings;
  std::vector<Import> imports;
  std::vector<Function> functions; // function 0 is the module's top-level code (kind Module)
  std::vector<Parameter> parameters;
  std::vector<Class> classes;
  std::vector<CallSite> calls;
  std::vector<Argument> arguments;
  std::vector<ScopedObject> objects;
  std::vector<Suspension> suspensions;
  std::vector<Loop> loops;
  std::vector<Block> blocks;
  std::vector<uint32_t> successors;
  std::vector<Event> events;
  std::vector<Directive> directives;
  std::vector<MacroExpansion> expansions;
  std::vector<Diagnostic> diagnostics;

  std::span<const ValueId> operandsOf(Span s) const { return {operands.data() + s.first, s.count}; }
  std::span<const Argument> argumentsOf(const CallSite &c) const {
    return {arguments.data() + c.arguments.first, c.arguments.count};
  }
  std::span<const Parameter> parametersOf(const Function &f) const {
    return {parameters.data() + f.parameters.first, f.parameters.count};
  }
  std::span<const Block> blocksOf(const Function &f) const { return {blocks.data() + f.blocks.first, f.blocks.count}; }
  std::span<const Event> eventsOf(const Block &b) const { return {events.data() + b.events.first, b.events.count}; }
  std::span<const uint32_t> successorsOf(const Block &b) const {
    return {successors.data() + b.successors.first, b.successors.count};
  }
};

} // namespace clearway::facts
