#include "ProgramBuilder.h"

#include <gmock/gmock.h>

namespace clearway::test {
namespace {

using catalog::EffectKind;
using catalog::LockKind;
using facts::FunctionKind;

class LockFlowTest : public testing::Test {
protected:
  ProgramBuilder build;
  catalog::Entry &lock = build.entry("threading.Lock");
  catalog::Entry &acquire = build.entry("threading.Lock.acquire", EffectKind::Lock);
  catalog::Entry &release = build.entry("threading.Lock.release");

  void SetUp() override {
    lock.lock = LockKind::ThreadBlocking;
    lock.isType = true;
    acquire.lock = LockKind::ThreadBlocking;
    acquire.acquires = true;
    release.releases = true;
    build.function("f", FunctionKind::Coroutine);
  }

  size_t heldSuspensions() { return build.analyse().locks.suspensions.size(); }
};

TEST_F(LockFlowTest, AnAwaitInsideTheSectionIsHeld) {
  const auto guard = build.birth(lock, "self.lock");
  build.await();
  build.death(guard);
  const auto flow = build.analyse().locks;
  ASSERT_EQ(flow.suspensions.size(), 1u);
  EXPECT_TRUE(flow.suspensions[0].held[0].onAllPaths);
  ASSERT_EQ(flow.acquisitions.size(), 1u);
  EXPECT_EQ(flow.acquisitions[0].suspensions.size(), 1u);
}

TEST_F(LockFlowTest, AnAwaitAfterTheSectionIsNot) {
  build.death(build.birth(lock, "self.lock"));
  build.await();
  EXPECT_EQ(heldSuspensions(), 0u);
}

TEST_F(LockFlowTest, AMovedGuardIsGone) {
  build.move(build.birth(lock, "self.lock"));
  build.await();
  EXPECT_EQ(heldSuspensions(), 0u);
}

TEST_F(LockFlowTest, RawPairsMatchByPath) {
  build.acquire(acquire, "self.a");
  build.acquire(release, "self.b");
  build.await();
  build.acquire(release, "self.a");
  build.await();
  EXPECT_EQ(heldSuspensions(), 1u);
}

TEST_F(LockFlowTest, ReleasingThroughTheGuardEndsIt) {
  const auto guard = build.birth(lock, "mutex_");
  build.acquire(release, build.file().objects[guard].name.view());
  build.await();
  build.death(guard);
  EXPECT_EQ(heldSuspensions(), 0u);
}

TEST_F(LockFlowTest, LockingAgainThroughTheGuardCountsUntilItDies) {
  const auto guard = build.birth(lock, "mutex_");
  const auto name = build.file().objects[guard].name.view();
  build.acquire(release, name);
  build.acquire(acquire, name);
  build.await();
  build.death(guard);
  build.await();
  EXPECT_EQ(heldSuspensions(), 1u);
}

TEST_F(LockFlowTest, HeldOnOneBranchIsHeldOnSomePath) {
  build.edge(0, 0); // a loop around the entry must not confuse the merge
  build.block();
  build.acquire(acquire, "self.a");
  build.block();
  build.await();
  build.edge(0, 1);
  build.edge(0, 2);
  build.edge(1, 2);
  const auto flow = build.analyse().locks;
  ASSERT_EQ(flow.suspensions.size(), 1u);
  EXPECT_FALSE(flow.suspensions[0].held[0].onAllPaths);
}

TEST_F(LockFlowTest, UnreachableBlocksHoldNothing) {
  build.acquire(acquire, "self.a");
  build.block();
  build.await();
  EXPECT_EQ(heldSuspensions(), 0u);
}

TEST_F(LockFlowTest, ALockTakenInALoopIsHeldAtTheTop) {
  build.await();
  build.edge(0, 1);
  build.block();
  build.acquire(acquire, "self.a");
  build.edge(1, 0);
  EXPECT_EQ(heldSuspensions(), 1u);
}

TEST_F(LockFlowTest, GuardsThatMoveAroundInALoopStayOneEach) {
  const auto first = build.birth(lock, "self.a");
  const auto second = build.birth(lock, "self.b");
  build.edge(0, 1);
  build.block();
  build.move(first, second);
  build.await();
  build.edge(1, 1);
  build.edge(1, 2);
  build.block();
  build.move(second, first);
  build.edge(2, 1);
  const auto flow = build.analyse().locks;
  ASSERT_EQ(flow.suspensions.size(), 1u);
  EXPECT_EQ(flow.suspensions[0].held.size(), 2u);
}

TEST_F(LockFlowTest, CallsInTheSectionBelongToIt) {
  const auto &work = build.entry("requests.get", EffectKind::Http);
  const auto guard = build.birth(lock, "self.lock");
  const auto inside = build.call(work);
  build.death(guard);
  build.call(work);
  const auto flow = build.analyse().locks;
  ASSERT_EQ(flow.calls.size(), 1u);
  EXPECT_EQ(flow.calls[0].call, inside);
  EXPECT_THAT(flow.acquisitions[0].calls, testing::ElementsAre(inside));
}

TEST_F(LockFlowTest, ATryDoesNotWait) {
  catalog::Condition condition;
  condition.argument.position = 0;
  condition.value = Name("False");
  acquire.conditions = {condition};
  build.acquire(acquire, "self.a");
  build.argument("False", facts::LiteralKind::Bool);
  const auto flow = build.analyse().locks;
  ASSERT_EQ(flow.acquisitions.size(), 1u);
  EXPECT_FALSE(flow.acquisitions[0].waits);
}

TEST_F(LockFlowTest, DeferredGuardsHoldNothing) {
  catalog::Entry &guard = build.entry("std::unique_lock");
  guard.isGuard = guard.defers = true;
  guard.lock = LockKind::ThreadBlocking;
  build.birth(guard, "mutex_");
  build.await();
  EXPECT_EQ(heldSuspensions(), 0u);
}

} // namespace
} // namespace clearway::test
