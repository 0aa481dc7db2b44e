#include "LinkedSources.h"

#include <gmock/gmock.h>

namespace clearway::python {
namespace {

using ::testing::IsEmpty;

TEST(Annotations, EveryWayToWriteAType) {
  EXPECT_THAT(
      surprises({{"m.py", "class W:\n  def go(self): pass\nclass V:\n  def go(self): pass\n"}, {"a.py", R"(
import m
import typing as t
from typing import Annotated, Any, Awaitable, Callable, Optional, Type, Union, ClassVar
from m import W, V
Alias = Union[W, V]
Maybe = Optional[W]
def f(a: W, b: "W", c: Optional[W], d: W | None, e: "W | None", g: Union[W, None], h: m.W, i: "m.W",
      j: Annotated[W, 1], k: Maybe, l: t.Optional["W"], n: Alias, o: Any, p: Type[W], q: Callable[[], W],
      r: type[W], s: object, u: Undefined):
    a.go()      # -> m.W.go
    b.go()      # -> m.W.go
    c.go()      # -> m.W.go
    d.go()      # -> m.W.go
    e.go()      # -> m.W.go
    g.go()      # -> m.W.go
    h.go()      # -> m.W.go
    i.go()      # -> m.W.go
    j.go()      # -> m.W.go
    k.go()      # -> m.W.go
    l.go()      # -> m.W.go
    n.go()      # -> m.W.go?, m.V.go?
    o.go()      # -> nothing
    p().go()    # -> m.W.go
    q().go()    # -> m.W.go
    r().go()    # -> m.W.go
    s.go()      # -> nothing
    u.go()      # -> nothing
class K:
    x: W
    y: ClassVar[W]
    z: Optional["W"] = None
    def run(self):
        self.x.go()  # -> m.W.go
        self.y.go()  # -> m.W.go
        self.z.go()  # -> m.W.go
)"}}),
      IsEmpty());
}

TEST(Annotations, ReturnsAndYields) {
  EXPECT_THAT(surprises({{"a.py", R"(
from typing import AsyncIterator, Generator, Iterator, Self, Awaitable
class W:
    def go(self): pass
    def chain(self) -> Self: ...
    def same(self):
        return self
    @classmethod
    def make(cls):
        return cls()
class Sub(W):
    def own(self): pass
def one() -> W: ...
def many() -> Iterator[W]:
    yield unknown
async def amany() -> AsyncIterator[W]:
    yield unknown
def lazy() -> Awaitable[W]: ...
async def f():
    one().go()                    # -> a.one, a.W.go
    for w in many():              # -> a.many
        w.go()                    # -> a.W.go
    async for w in amany():       # -> a.amany
        w.go()                    # -> a.W.go
    (await lazy()).go()           # -> a.lazy, a.W.go
    Sub().chain().own()           # -> a.W.chain, a.Sub.own
    Sub().same().own()            # -> a.W.same, a.Sub.own
    Sub.make().own()              # -> a.W.make, a.Sub.own
    W().chain().own()             # -> a.W.chain
)"}}),
              IsEmpty());
}

TEST(Annotations, FastApiDependencies) {
  EXPECT_THAT(surprises({{"a.py", R"(
from typing import Annotated
from fastapi import Depends
class Db:
    def query(self): pass
def get_db():
    db = Db()
    yield db
def factory() -> Db: ...
async def a(db=Depends(get_db)):
    db.query()                   # -> a.Db.query
async def b(db: Annotated[object, Depends(factory)]):
    db.query()                   # -> a.Db.query
async def c(db: Db = Depends(get_db)):
    db.query()                   # -> a.Db.query
async def d(db=Depends(Db)):
    db.query()                   # -> a.Db.query
)"}}),
              IsEmpty());
}

TEST(Annotations, DataclassFieldsAndDefaults) {
  EXPECT_THAT(surprises({{"a.py", R"(
from dataclasses import dataclass, field
class W:
    def go(self): pass
@dataclass
class D:
    a: W
    b: list[W] = field(default_factory=list)
    c = field(default_factory=W)
def f(d: D, w=W()):
    d.a.go()      # -> a.W.go
    d.b[0].go()   # -> a.W.go
    d.c.go()      # -> a.W.go
    w.go()        # -> a.W.go?
)"}}),
              IsEmpty());
}

TEST(Annotations, TypesOfLibraries) {
  EXPECT_THAT(surprises({{"a.py", R"(
import queue, sqlite3, threading
from concurrent.futures import Future, ThreadPoolExecutor
import asyncio
def f(q: queue.Queue, t: threading.Thread, e: "threading.Event", a: asyncio.Queue, x: Future, y: asyncio.Future):
    q.get()       # -> queue.Queue.get
    t.join()      # -> threading.Thread.join
    e.wait()      # -> threading.Event.wait
    a.get()       # -> asyncio.Queue.get
    x.result()    # -> concurrent.futures.Future.result
    y.result()    # -> asyncio.Future.result
)"}}),
              IsEmpty());
}

} // namespace
} // namespace clearway::python
