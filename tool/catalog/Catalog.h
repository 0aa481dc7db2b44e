// Knowledge about APIs, as data. Entries are keyed by the qualified name a resolved call or type has
// ("requests.Session.get", "std::sync::Mutex::lock"); they say what the API does, never where it is used.
#pragma once

#include "facts/Facts.h"

#include <tl/expected.hpp>

#include <cstdint>
#include <memory>
#include <span>
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
  int position = -1; // -1: none; with a keyword, either counts
  Name keyword;      // name of the same parameter; may be empty
  bool receiver = false;
  bool all = false;  // every callable argument
};

/// What a condition decides.
enum class ConditionRole : uint8_t {
  NonblockingIf, // the effect does not happen if any of these holds
  OnlyIf,        // the effect (or the boundary) happens only if all of these hold
  BoundedIf,     // the wait has a limit if any of these holds
};

/// Which call the condition looks at.
enum class ConditionSubject : uint8_t {
  Call,         // the call itself
  Construction, // the call that constructed the receiver, when the receiver's value shows one ("created with …")
  Configuration, // a call of `method` on the same receiver in the same function or class ("called setblocking with …")
  Question,      // the same, earlier in the same function ("asked done with …")
};

/// A condition holds only if the source shows it; what is not known does not hold. Literals compare by value: "0" is any
/// zero (0.0, 0ms, Duration::ZERO, std::chrono::seconds(0)), "None" any null (nullptr, NULL), True and False in any case,
/// strings without their quotes. `value` may list alternatives separated by '|'.
enum class ConditionKind : uint8_t {
  ArgumentEquals,   // the argument is passed as one of these literals
  ArgumentDiffers,  // the argument is passed and is none of these literals (it need not be a literal)
  ArgumentPresent,  // the argument is passed at all
  ArgumentAbsent,   // it is not, and no *args or **kwargs could bring it
  ArgumentContains, // the literal or flag expression names this (O_NONBLOCK, MSG_DONTWAIT)
  ArgumentTypeIs,   // the argument's type is, or derives from, this qualified name
  ArgumentCount,    // the number of positional arguments is `value`, or one of its alternatives
  RuntimeIs,        // the code is known to run on this runtime (Reach::runtime); `argument` is unused
  WouldBlockHandled, // the calling function deals with EAGAIN and its like; `argument` and `value` are unused
};

struct Condition {
  ConditionKind kind = ConditionKind::ArgumentEquals;
  ConditionRole role = ConditionRole::NonblockingIf;
  ConditionSubject subject = ConditionSubject::Call;
  ArgumentRef argument;
  Name value;
  Name method; // for Configuration and Question
};

/// A callable handed over as `argument` runs in `context`. The first of an entry's elements for an argument whose
/// conditions (all OnlyIf) hold counts.
struct RunsArgument {
  ArgumentRef argument;
  ExecutionContext context = ExecutionContext::Unknown;
  Name runtime;         // for EventLoop: asyncio, tokio, asio …
  bool asyncIsBug = false; // handing it an async callable only creates a coroutine
  std::vector<Condition> conditions;
};

enum class LockKind : uint8_t { None, ThreadBlocking, AsyncAware };

struct UseInstead {
  Name framework; // empty: general advice
  Name text;      // what to write, e.g. "await asyncio.sleep(…)"
};

struct Entry {
  facts::Language language = facts::Language::Python;
  Name name;             // qualified; a trailing ".*" / "::*" covers everything below
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
  // For a base class: where methods run that a user's class overrides. For a member of a base class: the same for this
  // method alone. For a decorator: where a plain function so decorated runs (an async one runs on the loop anyway). Conditions
  // of an entry with a context and no effect are about the context, as arguments of the decorator's call.
  ExecutionContext membersRunIn = ExecutionContext::Unknown;
  Name runtime;
  bool startsLoop = false; // the call's body is where sync main becomes event loop
  bool serves = false;     // from this call on others are served; what comes before is start-up
  bool polls = false;      // waits for events of many descriptors: a loop around it that calls somebody for each is an event loop
  // Async semantics
  bool suspends = false;   // returns an awaitable that must be awaited; of a type: its objects are such
  bool eager = false;      // with `suspends`: it runs whether or not anybody awaits it; only its end and its error are lost
  bool spawnsTask = false; // schedules; the returned handle must be kept
  bool keepsTasks = false; // handing a handle or awaitable to it keeps and awaits it (gather, TaskGroup.create_task)
  bool repliesLater = false; // awaiting it waits for a peer: untimed-wait
  bool givesTimeout = false; // wait_for, timeout()
  bool lazy = false;       // the effect happens where the result is iterated
  bool buffersStream = false;
  // Types
  // Qualified type of the result ("sqlite3.Connection"); the awaited type for `suspends`. "$receiver" is the receiver's own
  // type, "$0" the type of argument 0. A type's constructor returns the type: nothing is written there.
  Name returns;
  Name yields;             // qualified type of the items when the result (for a type: an object of it) is iterated
  std::vector<Name> bases; // for a type: base classes it inherits entries from
  bool isProperty = false; // reading the attribute is the call; an entry without this never takes effect on a mere read
  bool isType = false;
  std::vector<Condition> conditions;
  std::vector<UseInstead> useInstead;
  Name note;       // one sentence for the message
  Name library, provenance;
  bool removed = false; // a user's `remove:` entry
  Name file;
  uint32_t line = 0;
};

/// A mistake in a catalogue file.
struct Error {
  std::string file;
  uint32_t line = 0, column = 0; // 1-based; the column counts bytes
  std::string message; // what is wrong and what to do
};

/// Not thread-safe while it is being loaded; every const member function may be called from any thread afterwards.
class Catalog {
public:
  Catalog();
  ~Catalog();
  Catalog(Catalog &&) noexcept;
  Catalog &operator=(Catalog &&) noexcept;

  /// Loads the entries embedded in the binary for `languages`.
  static Catalog embedded(std::span<const facts::Language> languages);
  /// Adds a user's file; its entries override earlier ones of the same name, `remove:` deletes. All errors of the file are
  /// returned, and a file with errors adds nothing.
  std::vector<Error> add(std::string_view file, std::string_view yaml);

  /// The entry for exactly this name, else the longest `.*` / `::*` pattern that covers it, else one inherited
  /// through `bases`; nullptr if there is none or it was removed.
  const Entry *find(facts::Language language, Name qualifiedName) const;
  /// Members known for a type, through its bases ("sqlite3.Connection" + "execute"). A type with a member `__getattr__` gives
  /// attributes nobody knows the type that one returns; asking for it is up to the caller.
  const Entry *findMember(facts::Language language, Name type, Name member) const;
  /// True if the name or anything under it is known: lets resolution stop early.
  bool knowsPrefix(facts::Language language, Name qualifiedName) const;
  /// All entries in the order they were loaded, without those that were overridden or removed.
  std::span<const Entry> entries() const;

private:
  void addEntries(std::vector<Entry> entries);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

std::string_view toString(EffectKind);
std::string_view toString(ExecutionContext);

} // namespace clearway::catalog
