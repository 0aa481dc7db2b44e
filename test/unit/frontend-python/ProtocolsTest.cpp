#include "LinkedSources.h"

#include <gmock/gmock.h>

namespace clearway::python {
namespace {

using ::testing::IsEmpty;

TEST(Protocols, ContextManagers) {
  EXPECT_THAT(surprises({{"a.py", R"(
import contextlib, threading, sqlite3
from contextlib import asynccontextmanager
class Db:
    def query(self): pass
class Session:
    def __enter__(self): return Db()
    def __exit__(self, *a): pass
    async def __aenter__(self): return self
    async def __aexit__(self, *a): pass
    def go(self): pass
class Same:
    def __enter__(self): return self
    def __exit__(self, *a): pass
    def go(self): pass
@contextlib.contextmanager
def opened():
    yield Db()
@asynccontextmanager
async def aopened(self):
    db = Db()
    try:
        yield db
    finally:
        pass
lock = threading.Lock()
async def f():
    with Session() as db:        # -> a.Session.__enter__
        db.query()               # -> a.Db.query
    async with Session() as s:   # -> a.Session.__aenter__
        s.go()                   # -> a.Session.go
    with Same() as s:            # -> a.Same.__enter__
        s.go()                   # -> a.Same.go
    with opened() as db:         # -> a.opened
        db.query()               # -> a.Db.query
    async with aopened() as db:  # -> a.aopened
        db.query()               # -> a.Db.query
    with lock:                   # -> threading.Lock.__enter__
        pass
    with sqlite3.connect("x") as c:
        c.execute("x")           # -> sqlite3.Connection.execute
    with contextlib.closing(Db()) as db:
        db.query()               # -> a.Db.query
    async with contextlib.AsyncExitStack() as stack:
        s = await stack.enter_async_context(Session())
        s.go()                   # -> a.Session.go
)"}}),
              IsEmpty());
}

TEST(Protocols, IterationRunsGenerators) {
  EXPECT_THAT(surprises({{"a.py", R"(
class Row:
    def go(self): pass
class Rows:
    def __iter__(self):
        yield Row()
class Steps:
    def __iter__(self): return self
    def __next__(self): return Row()
class Feed:
    def __aiter__(self): return self
    async def __anext__(self): return Row()
def generate():
    yield Row()
async def agenerate():
    yield Row()
async def f(rows: Rows):
    for r in rows:                  # -> a.Rows.__iter__
        r.go()                      # -> a.Row.go
    for r in Steps():               # -> a.Steps.__iter__, a.Steps.__next__
        r.go()                      # -> a.Row.go
    async for r in Feed():          # -> a.Feed.__aiter__, a.Feed.__anext__
        r.go()                      # -> a.Row.go
    stream = generate()             # -> a.generate
    for r in stream:                # -> a.generate
        r.go()                      # -> a.Row.go
    async for r in agenerate():     # -> a.agenerate
        r.go()                      # -> a.Row.go
    for x in [1, 2]:                # -> nothing
        x.go()                      # -> nothing
)"}}),
              IsEmpty());
}

TEST(Protocols, LocksHaveStablePaths) {
  const link::Program program = linked({{"app.py", R"(
import threading
_lock = threading.Lock()
class Base:
    def __init__(self):
        self._lock = threading.Lock()
class Pool(Base):
    def f(self):
        self._lock.acquire()
        with self._lock:
            pass
        with _lock:
            pass
    def g(self):
        lock = threading.RLock()
        lock.acquire()
        self.f.acquire()
)"}});
  std::vector<std::string> calls, objects;
  for (const link::Call &call : program.calls)
    if (!call.lockPath.empty() && program.files[0].calls[call.site].kind == facts::CallKind::Call)
      calls.emplace_back(call.lockPath.view());
  for (const link::Object &object : program.objects)
    objects.emplace_back(object.lockPath.view());
  EXPECT_THAT(calls, ::testing::ElementsAre("app.Base._lock", "app.Pool.g.lock"));
  EXPECT_THAT(objects, ::testing::IsSupersetOf({"app.Base._lock", "app._lock"}));
}

} // namespace
} // namespace clearway::python
