#include "catalog/Catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clearway::catalog {
namespace {

using facts::Language;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Loaded {
  Catalog catalog;
  std::vector<Error> errors;

  explicit Loaded(std::string_view yaml, std::string_view file = "own.yaml") { errors = catalog.add(file, yaml); }
  const Entry *find(std::string_view name, Language language = Language::Python) const {
    return catalog.find(language, Name(name));
  }
};

constexpr std::string_view kRequests = R"(
library: requests
language: python
source: https://example.org/api
defaults: {effect: http, use_instead: {asyncio: "await client.get", any: a thread}}
calls:
  requests.{get,post}: {returns: requests.Response}
  requests.session: {effect: none, returns: requests.Session}
  requests.nothing.*:
types:
  requests.Session requests.sessions.Session:
    members:
      "{get,post}": {returns: requests.Response}
      close: none
  requests.Cached: {bases: requests.Session, members: {flush: file-io}}
)";

TEST(Catalog, ExpandsNamesAndAppliesDefaults) {
  const Loaded c(kRequests);
  ASSERT_THAT(c.errors, IsEmpty());
  const Entry *get = c.find("requests.get");
  ASSERT_TRUE(get);
  EXPECT_EQ(get->effect, EffectKind::Http);
  EXPECT_EQ(get->weight, Weight::High); // HTTP is slow unless an entry says otherwise
  EXPECT_EQ(get->returns.view(), "requests.Response");
  EXPECT_EQ(get->library.view(), "requests");
  EXPECT_EQ(get->provenance.view(), "https://example.org/api");
  EXPECT_EQ(get->line, 7u);
  ASSERT_THAT(get->useInstead, SizeIs(2));
  EXPECT_EQ(get->useInstead[0].framework.view(), "asyncio");
  EXPECT_TRUE(get->useInstead[1].framework.empty());
  EXPECT_EQ(c.find("requests.session")->effect, EffectKind::None);
  EXPECT_TRUE(c.find("requests.sessions.Session.post"));
}

TEST(Catalog, FindsNothingUnderOtherNames) {
  const Loaded c(kRequests);
  for (const char *name : {"requests", "requests.put", "get", "requests.Session.put", "myrequests.get", "requests.get.x",
                           "requests.nothing", ""})
    EXPECT_EQ(c.find(name), nullptr) << name;
  EXPECT_EQ(c.find("requests.get", Language::Rust), nullptr);
}

TEST(Catalog, ConstructingATypeTakesNoDefaultEffect) {
  const Loaded c(kRequests);
  EXPECT_EQ(c.find("requests.Session")->effect, EffectKind::None);
  EXPECT_TRUE(c.find("requests.Session")->isType);
  EXPECT_EQ(c.find("requests.Session.close")->effect, EffectKind::None);
}

TEST(Catalog, MembersAreInheritedThroughBases) {
  const Loaded c(kRequests);
  const Entry *get = c.catalog.findMember(Language::Python, Name("requests.Cached"), Name("get"));
  ASSERT_TRUE(get);
  EXPECT_EQ(get->name.view(), "requests.Session.get");
  EXPECT_EQ(c.catalog.findMember(Language::Python, Name("requests.Session"), Name("flush")), nullptr);
}

TEST(Catalog, TheLongestPatternWinsAndExactNamesBeatPatterns) {
  const Loaded c(R"(
language: python
calls:
  a.*: http
  a.b.*: file-io
  a.b.c: none
)");
  EXPECT_EQ(c.find("a.x.y")->effect, EffectKind::Http);
  EXPECT_EQ(c.find("a.b.x")->effect, EffectKind::FileIo);
  EXPECT_EQ(c.find("a.b.c")->effect, EffectKind::None);
  EXPECT_EQ(c.find("a"), nullptr);
  EXPECT_EQ(c.find("ab.c"), nullptr);
}

TEST(Catalog, AnInheritedMemberBeatsAPatternFurtherOut) {
  const Loaded c(R"(
language: python
calls: {lib.*: http}
types:
  other.Base: {members: {run: none}}
  lib.T: {bases: other.Base}
)");
  EXPECT_EQ(c.find("lib.T.run")->effect, EffectKind::None);
  EXPECT_EQ(c.find("lib.T.other")->effect, EffectKind::Http);
}

TEST(Catalog, CyclicBasesEnd) {
  const Loaded c("{language: python, types: {a.A: {bases: a.B}, a.B: {bases: a.A}}}");
  EXPECT_EQ(c.find("a.A.x"), nullptr);
}

TEST(Catalog, KnowsPrefixes) {
  const Loaded c(kRequests);
  const auto knows = [&](std::string_view n) { return c.catalog.knowsPrefix(Language::Python, Name(n)); };
  EXPECT_TRUE(knows("requests"));
  EXPECT_TRUE(knows("requests.sessions"));
  EXPECT_TRUE(knows("requests.nothing.at.all"));
  EXPECT_FALSE(knows("request"));
  EXPECT_FALSE(knows("requests.sess"));
}

TEST(Catalog, LaterFilesOverrideAndRemove) {
  Loaded c(kRequests);
  ASSERT_THAT(c.catalog.add("b.yaml", "{language: python, calls: {requests.get: none}, remove: requests.post}"), IsEmpty());
  EXPECT_EQ(c.find("requests.get")->effect, EffectKind::None);
  EXPECT_EQ(c.find("requests.get")->file.view(), "b.yaml");
  EXPECT_EQ(c.find("requests.post"), nullptr);
  EXPECT_TRUE(c.find("requests.Session.post"));
  for (const Entry &entry : c.catalog.entries())
    EXPECT_EQ(c.catalog.find(entry.language, entry.name), &entry) << entry.name.view();
}

TEST(Catalog, ARemovedNameIsNotBroughtBackByAPattern) {
  Loaded c("{language: python, calls: {a.*: http}}");
  ASSERT_THAT(c.catalog.add("b.yaml", "{language: python, remove: a.quick}"), IsEmpty());
  EXPECT_EQ(c.find("a.quick"), nullptr);
  EXPECT_TRUE(c.find("a.slow"));
  ASSERT_THAT(c.catalog.add("c.yaml", "{language: python, calls: {a.quick: cpu}}"), IsEmpty());
  EXPECT_TRUE(c.find("a.quick"));
}

TEST(Catalog, AFileWithMistakesAddsNothing) {
  Loaded c("{language: python, calls: {a.b: http, a.c: htp}}");
  EXPECT_THAT(c.errors, SizeIs(1));
  EXPECT_THAT(c.catalog.entries(), IsEmpty());
}

TEST(Catalog, RustAndCppNames) {
  const Loaded c(R"(
language: rust
types:
  std::sync::Mutex:
    lock: thread
    members:
      lock: {effect: lock, guard: true}
      try_lock: {guard: true, try: true}
calls: {"std::fs::*": file-io}
---
language: cpp
calls: {"{boost::,}asio::read": net-io, "operator delete": none}
)");
  ASSERT_THAT(c.errors, IsEmpty());
  const Entry *lock = c.find("std::sync::Mutex::lock", Language::Rust);
  ASSERT_TRUE(lock);
  EXPECT_EQ(lock->lock, LockKind::ThreadBlocking); // from its type
  EXPECT_TRUE(lock->guardedLock.receiver);
  EXPECT_TRUE(c.find("std::fs::read_to_string", Language::Rust));
  EXPECT_TRUE(c.find("asio::read", Language::Cpp));
  EXPECT_TRUE(c.find("boost::asio::read", Language::Cpp));
}

TEST(Catalog, ReadsEveryProperty) {
  const Loaded c(R"(
language: python
calls:
  m.f:
    effect: wait
    weight: low
    bounded: true
    nonblocking_if: ["0/blocking == False", "called setblocking with 0 == False"]
    only_if: created with 0/maxsize != 0
    bounded_if: 1/timeout present
    lazy: true
    returns: m.T
    yields: m.U
    property: true
    note: A note.
    use_instead: another
    source: https://example.org/
    runs:
    - {0/func: {context: event-loop, runtime: asyncio, only_if: "0 is m.Loop"}}
    - {0/func: blocking-pool, all: {context: worker, async_is_bug: true}}
    context: worker
    runtime: trio
    starts_loop: true
    serves: true
    suspends: true
    spawns: true
    keeps: true
    replies_later: true
    gives_timeout: true
    buffers_stream: true
types:
  m.Guard: {guard: true, guards: 1/lock, lock: async, acquires: true, releases: true, defers: true, try: true, bases: "m.{T,U}"}
)");
  ASSERT_THAT(c.errors, IsEmpty());
  const Entry &f = *c.find("m.f");
  EXPECT_TRUE(f.bounded && f.lazy && f.isProperty && f.startsLoop && f.serves && f.suspends && f.spawnsTask && f.keepsTasks &&
              f.repliesLater && f.givesTimeout && f.buffersStream);
  EXPECT_EQ(f.weight, Weight::Low);
  EXPECT_EQ(f.note.view(), "A note.");
  EXPECT_EQ(f.yields.view(), "m.U");
  EXPECT_EQ(f.provenance.view(), "https://example.org/");
  EXPECT_EQ(f.membersRunIn, ExecutionContext::Worker);
  ASSERT_THAT(f.conditions, SizeIs(4));
  EXPECT_EQ(f.conditions[0].argument.position, 0);
  EXPECT_EQ(f.conditions[0].argument.keyword.view(), "blocking");
  EXPECT_EQ(f.conditions[0].value.view(), "False");
  EXPECT_EQ(f.conditions[1].subject, ConditionSubject::Configuration);
  EXPECT_EQ(f.conditions[1].method.view(), "setblocking");
  EXPECT_EQ(f.conditions[2].subject, ConditionSubject::Construction);
  EXPECT_EQ(f.conditions[2].kind, ConditionKind::ArgumentDiffers);
  EXPECT_EQ(f.conditions[2].role, ConditionRole::OnlyIf);
  EXPECT_EQ(f.conditions[3].role, ConditionRole::BoundedIf);
  EXPECT_EQ(f.conditions[3].kind, ConditionKind::ArgumentPresent);
  ASSERT_THAT(f.runs, SizeIs(3));
  EXPECT_EQ(f.runs[0].context, ExecutionContext::EventLoop);
  EXPECT_FALSE(f.runs[0].asyncIsBug);
  EXPECT_EQ(f.runs[0].conditions.at(0).kind, ConditionKind::ArgumentTypeIs);
  EXPECT_TRUE(f.runs[1].asyncIsBug); // handing a coroutine function to a thread
  EXPECT_EQ(f.runs[1].runtime.view(), "trio");
  EXPECT_TRUE(f.runs[2].argument.all && f.runs[2].asyncIsBug);
  const Entry &guard = *c.find("m.Guard");
  EXPECT_TRUE(guard.isGuard && guard.acquires && guard.releases && guard.defers && guard.tryOnly && guard.isType);
  EXPECT_EQ(guard.guardedLock.position, 1);
  EXPECT_EQ(guard.lock, LockKind::AsyncAware);
  EXPECT_THAT(guard.bases, ElementsAre(Name("m.T"), Name("m.U")));
}

TEST(Catalog, DefaultsAreMeantForPlainCalls) {
  const Loaded c(R"(
language: python
defaults: {effect: net-io, weight: low, nonblocking_if: "0 == 0"}
calls:
  m.plain:
  m.later: {suspends: true}
  m.task: {spawns: true}
  m.own: {effect: file-io}
  m.condition: {only_if: 1 present}
)");
  EXPECT_EQ(c.find("m.plain")->effect, EffectKind::NetIo);
  EXPECT_EQ(c.find("m.plain")->weight, Weight::Low);
  EXPECT_THAT(c.find("m.plain")->conditions, SizeIs(1));
  EXPECT_EQ(c.find("m.later")->effect, EffectKind::None);
  EXPECT_THAT(c.find("m.later")->conditions, IsEmpty());
  EXPECT_EQ(c.find("m.task")->effect, EffectKind::None);
  EXPECT_EQ(c.find("m.own")->effect, EffectKind::FileIo);
  EXPECT_THAT(c.find("m.own")->conditions, IsEmpty());
  ASSERT_THAT(c.find("m.condition")->conditions, SizeIs(1));
  EXPECT_EQ(c.find("m.condition")->conditions[0].role, ConditionRole::OnlyIf);
}

} // namespace
} // namespace clearway::catalog
