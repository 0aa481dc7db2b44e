// Knowledge about APIs, as data. Entries are keyed by the qualified name a resolved call or type has
// ("requests.Session.get", "std::sync::Mutex::lock"); they say what the API does, never where it is used.
#pragma once

#include "facts/Facts.h"

#include <tl/expected.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace clearway::catalog {

/// Why a call may keep its thread. The first group waits, the second computes.
enum class EffectKind : uint8_t {
  Lock, Wait, Join, Future, Channel, Sleep,
  FileIo, NetIo, Dns, Process, Database, Http, Stdio,
  Bridge,     // runs a nested event loop: block_on, asyncio.run, sync_wait
  Cpu, Device,
  None,
};

/// How long it typically takes: decides levels. Low: metadata calls, short output.
enum class Weight : uint8_t { Low, Middle, High };

enum class ExecutionContext : uint8_t { Unknown, EventLoop, Worker, BlockingPool, NewThread, SyncMain };

/// Which argument an effect, boundary or condition talks about. Position counts from 0 without the receiver.
struct ArgumentRef {
  int position = -1; // -1: none
  Name keyword;      // name of the same parameter; may be empty
  bool receiver = false;
  bool all = false;  // every callable argument
};

enum class ConditionKind : uint8_t {
  ArgumentEquals,    // argument has this literal value
  ArgumentPresent,   // argument is passed at all
  ArgumentAbsent,
  ArgumentContains,  // literal or flag expression names this (O_NONBLOCK, MSG_DONTWAIT)
  ReceiverCreatedWith, // the receiver's constructor got this literal (Queue() unbounded, setblocking(False))
  ArgumentCount,     // number of positional arguments equals `value`
};

/// A circumstance under which the entry's effect does not happen (`nonblocking_if`) or only happens (`only_if`).
struct Condition {
  ConditionKind kind = ConditionKind::ArgumentEquals;
  bool required = false; // only_if
  ArgumentRef argument;
  Name value;
};

struct RunsArgument {
  ArgumentRef argument;
  ExecutionContext context = ExecutionContext::Unknown;
  Name runtime;         // for EventLoop: asyncio, tokio, asio …
  bool asyncIsBug = false; // handing it an async callable only creates a coroutine
};

enum class LockKind : uint8_t { None, ThreadBlocking, AsyncAware };

struct UseInstead {
  Name framework; // empty: general advice
  Name text;      // what to write, e.g. "await asyncio.sleep(…)"
};

struct Entry {
  facts::Language language = facts::Language::Python;
  Name name;             // qualified; a trailing ".*" / "::*" matches any member
  EffectKind effect = EffectKind::None;
  Weight weight = Weight::Middle;
  bool bounded = false;  // has a timeout or is short by nature
  // Locks. A guard is an object whose life is the critical section; acquire/release are calls on the lock itself.
  LockKind lock = LockKind::None; // for a type: it is a lock; for a call: it takes one
  bool isGuard = false;   // for a type: guard; for a call: its result is one
  ArgumentRef guardedLock; // the argument that is the lock (constructor), or the receiver
  bool acquires = false, releases = false, defers = false;
  bool tryOnly = false;   // does not block, but its guard counts
  // Boundaries and contexts
  std::vector<RunsArgument> runs;
  ExecutionContext membersRunIn = ExecutionContext::Unknown; // for a base class or decorator: where methods / the decorated function run
  Name runtime;
  bool startsLoop = false; // the call's body is where sync main becomes event loop
  // Async semantics
  bool suspends = false;   // returns an awaitable that must be awaited
  bool spawnsTask = false; // schedules; the returned handle must be kept
  bool keepsTasks = false; // handing a handle or awaitable to it keeps and awaits it (gather, TaskGroup.create_task)
  bool repliesLater = false; // awaiting it waits for a peer: untimed-wait
  bool givesTimeout = false; // wait_for, timeout()
  bool lazy = false;       // the effect happens where the result is iterated
  bool buffersStream = false;
  // Types
  Name returns;            // qualified type of the result ("sqlite3.Connection"); awaited type for suspends
  std::vector<Name> bases; // for a type: base classes it inherits entries from
  bool isProperty = false;
  bool isType = false;
  std::vector<Condition> conditions;
  std::vector<UseInstead> useInstead;
  Name note;       // one sentence for the message
  Name library, provenance;
  bool removed = false; // a user's `remove:` entry
  Name file;
  uint32_t line = 0;
};

struct Error {
  std::string file;
  uint32_t line = 0, column = 0;
  std::string message; // what is wrong and what to do
};

class Catalog {
public:
  Catalog();
  ~Catalog();
  Catalog(Catalog &&) noexcept;
  Catalog &operator=(Catalog &&) noexcept;

  /// Loads the entries embedded in the binary for `languages`.
  static Catalog embedded(std::span<const facts::Language> languages);
  /// Adds a user's file; later entries override earlier ones of the same name, `remove:` deletes. All errors of the file are returned.
  std::vector<Error> add(std::string_view file, std::string_view yaml);

  /// The entry for exactly this name, else the longest `.*` / `::*` pattern that covers it, else one inherited
  /// through `bases`; nullptr if there is none. Thread-safe once loading is done.
  const Entry *find(facts::Language language, Name qualifiedName) const;
  /// Members known for a type, through its bases ("sqlite3.Connection" + "execute").
  const Entry *findMember(facts::Language language, Name type, Name member) const;
  /// True if the name or anything under it is known: lets resolution stop early.
  bool knowsPrefix(facts::Language language, Name qualifiedName) const;
  std::span<const Entry> entries() const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

std::string_view toString(EffectKind);
std::string_view toString(ExecutionContext);

} // namespace clearway::catalog
