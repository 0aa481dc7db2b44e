// The whole program after linking: every function of every file under one dense id, every call with what it
// may call. Checks and analyses see this and the catalogue, never a syntax tree. Frozen once built.
#pragma once

#include "catalog/Catalog.h"
#include "facts/Facts.h"

#include <deque>
#include <span>
#include <string>
#include <vector>

namespace clearway::link {

using FileId = uint32_t;
using FunctionId = uint32_t;  // program-wide; facts::FunctionId is per file
using CallId = uint32_t;      // program-wide
using ObjectId = uint32_t;    // program-wide
using SuspensionId = uint32_t; // program-wide
inline constexpr uint32_t kNone = UINT32_MAX;

/// How sure a resolution is. Ordered: a chain is as sure as its weakest step.
enum class Confidence : uint8_t { Certain, Inferred, NameOnly };

/// A function of this program that a call may reach.
struct Target {
  FunctionId function = kNone;
  Confidence confidence = Confidence::Certain;
};

/// Something outside this program, or anything the catalogue knows, by qualified name.
struct External {
  Name name;
  const catalog::Entry *entry = nullptr; // nullptr: not in the catalogue
  Confidence confidence = Confidence::Certain;
};

/// An argument that can be called: what it refers to.
struct CallableArgument {
  uint32_t argument = 0; // index in CallSite::arguments
  std::vector<Target> targets;
  std::vector<External> externals;
  bool calledBack = false; // the callee, as far as it is known, calls it before it returns
};

struct Call {
  FileId file = kNone;
  facts::CallId site = kNone;
  FunctionId caller = kNone;
  std::vector<Target> targets;
  std::vector<External> externals;
  std::vector<CallableArgument> callables;
  std::vector<Target> handedIn; // the call is one of a parameter: what its function's callers hand over
  Name lockPath;    // receiver or operand as a stable path ("self._lock"), for raw lock()/unlock() pairs
  Name receiverType; // qualified type of the receiver when known
};

struct Object { // a resolved facts::ScopedObject
  FileId file = kNone;
  facts::ObjectId object = kNone;
  FunctionId function = kNone;
  std::vector<External> types;  // its type, or the lock type it guards: catalogue keys, best first
  CallId origin = kNone;        // the call whose result it is, if any
  Name lockPath;                // the lock it guards, as a path
  bool holdsNothing = false;    // of a type that is known and can hold no guard
  std::vector<Name> typeArguments; // qualified names: std::unique_lock<folly::coro::Mutex> → folly::coro::Mutex
};

struct Function {
  FileId file = kNone;
  facts::FunctionId local = kNone; // index in the file's functions
  const catalog::Entry *entry = nullptr; // catalogue entry for this very function (users' wrappers)
  std::vector<External> decorators;
  std::vector<External> bases;     // external base classes of its class, transitively, that the catalogue knows
  std::vector<FunctionId> overrides, overriders;
  FunctionId parent = kNone;
  uint32_t firstCall = 0, callCount = 0;       // its calls are consecutive in Program::calls
  uint32_t firstObject = 0, objectCount = 0;   // likewise
  std::vector<Target> returnsCallable;         // closures it returns, when known
};

class Program {
public:
  std::deque<facts::FileFacts> files; // in path order
  std::vector<Function> functions;    // in (file, position) order
  std::vector<Call> calls;            // grouped by caller, in source order
  std::vector<Object> objects;
  std::vector<uint32_t> functionBase; // per file: global id of its function 0
  std::vector<uint32_t> callBase;     // per file: global id of its call 0 (Call ids are callBase + facts::CallId)
  std::vector<uint32_t> objectBase;   // per file
  std::vector<uint32_t> suspensionBase; // per file

  const facts::FileFacts &fileOf(FunctionId f) const { return files[functions[f].file]; }
  const facts::Function &facts(FunctionId f) const { return fileOf(f).functions[functions[f].local]; }
  const facts::CallSite &site(CallId c) const { return files[calls[c].file].calls[calls[c].site]; }
  const facts::ScopedObject &scoped(ObjectId o) const { return files[objects[o].file].objects[objects[o].object]; }
  facts::Language language(FunctionId f) const { return fileOf(f).language; }
  FunctionId functionAt(FileId file, facts::FunctionId local) const { return functionBase[file] + local; }
  CallId callAt(FileId file, facts::CallId local) const { return callBase[file] + local; }
};

} // namespace clearway::link
