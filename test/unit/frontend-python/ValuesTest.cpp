#include "LinkedSources.h"

#include <gmock/gmock.h>

namespace clearway::python {
namespace {

using ::testing::IsEmpty;

TEST(Values, ModuleSingletonsAcrossFiles) {
  EXPECT_THAT(surprises({{"ctl.py", R"(
import requests
class Controller:
    def refresh(self):
        return self.ask()                # -> ctl.Controller.ask
    def ask(self):
        return requests.post("http://x")
def make_controller():
    controller = Controller()
    return controller
controller = make_controller()
state = None
def setup():
    global state
    state = Controller()
)"},
                         {"app.py", R"(
import ctl
from ctl import controller, state
async def route():
    controller.refresh()                 # -> ctl.Controller.refresh
    ctl.controller.refresh()             # -> ctl.Controller.refresh
    state.ask()                          # -> ctl.Controller.ask
)"},
                         {"main.py", R"(
from ctl import Controller
async def route():
    worker.refresh()                     # -> ctl.Controller.refresh
if __name__ == "__main__":
    worker = Controller()
)"}}),
              IsEmpty());
}

TEST(Values, FactoriesAndTheirReturns) {
  EXPECT_THAT(surprises({{"a.py", R"(
import sqlite3
class A:
    def go(self): pass
class B(A):
    def go(self): pass
def plain():
    return A()
def either(flag):
    if flag:
        return A()
    return B()
def optional(flag):
    if flag:
        return None
    return plain()
def nested():
    def inner():
        return B()
    return inner
def recursive(n):
    return recursive(n - 1) if n else A()
def endless():
    return endless()
def connect():
    return sqlite3.connect("x")
plain().go()          # -> a.plain, a.A.go
either(1).go()        # -> a.either, a.A.go?, a.B.go?
optional(1).go()      # -> a.optional, a.A.go
nested()().go()       # -> a.nested, a.nested.inner, a.B.go
recursive(3).go()     # -> a.recursive, a.A.go?
endless().go()        # -> a.endless
connect().execute("") # -> a.connect, sqlite3.Connection.execute
)"}}),
              IsEmpty());
}

TEST(Values, PartialsLambdasAndAliases) {
  EXPECT_THAT(surprises({{"a.py", R"(
import functools, time
from functools import partial
def f(x): pass
class A:
    def m(self): pass
g = partial(f, 1)
g()                             # -> a.f
h = functools.partial(time.sleep, 1)
h()                             # -> time.sleep
bound = A().m
bound()                         # -> a.A.m
alias = f
alias(1)                        # -> a.f
thing = lambda: f(1)            # -> a.f
thing()                         # -> a.<lambda>
maybe = f if h else A
maybe()                         # -> a.f?
getattr(A(), "m")()             # -> a.A.m, ~getattr
)"}}),
              IsEmpty());
}

TEST(Values, ContainersHoldTypes) {
  EXPECT_THAT(surprises({{"a.py", R"(
from typing import Dict, List, Optional
class W:
    def go(self): pass
class Pool:
    def __init__(self):
        self.all: List[W] = []
        self.named: dict[str, "W"] = {}
        self.made = [W(), W()]
        self.by = {"a": W()}
    def run(self):
        for w in self.all:
            w.go()              # -> a.W.go
        self.named["x"].go()    # -> a.W.go
        self.named.get("x").go()  # -> a.W.go
        for name, w in self.named.items():
            w.go()              # -> a.W.go
            name.go()           # -> nothing
        for w in self.named.values():
            w.go()              # -> a.W.go
        self.made[0].go()       # -> a.W.go
        self.all.pop().go()     # -> a.W.go
        [w.go() for w in self.made]          # -> a.W.go
        for i, w in enumerate(sorted(self.all)):
            w.go()              # -> a.W.go
        a, b = W(), 1
        a.go()                  # -> a.W.go
        b.go()                  # -> nothing
        next(iter(self.all)).go()  # -> a.W.go
        self.all.go()           # -> nothing
)"}}),
              IsEmpty());
}

TEST(Values, LiteralsAreNobodysIo) {
  EXPECT_THAT(surprises({{"a.py", R"(
class Model:
    def encode(self, x): pass
    def join(self): pass
    def rebuild_index(self): pass
def f(x: str, y):
    "text".encode()
    ", ".join([])
    x.encode()
    b"".decode()
    {}.get("x")
    y.encode()                  # -> nothing
    y.join()                    # -> nothing
    y.rebuild_index()           # -> a.Model.rebuild_index??
    f"{x}".rebuild_index()      # -> nothing
    [].rebuild_index()          # -> nothing
)"}}),
              IsEmpty());
  const link::Program program = linked({{"a.py", "'text'.encode()\nx = 'a'\nx.upper().encode()\n"}});
  EXPECT_EQ(reachedOn(program, "a.py", 1), "str.encode");
  EXPECT_EQ(reachedOn(program, "a.py", 3), "str.encode, str.upper");
}

TEST(Values, NarrowingByIsinstance) {
  EXPECT_THAT(surprises({{"a.py", R"(
class A:
    def go(self): pass
class B:
    def go(self): pass
def f(x, y: A):
    if isinstance(x, A):
        x.go()                  # -> a.A.go
    else:
        x.go()                  # -> nothing
    if isinstance(x, (A, B)):
        x.go()                  # -> a.A.go?, a.B.go?
    y.go()                      # -> a.A.go
)"}}),
              IsEmpty());
}

TEST(Values, AwaitedResults) {
  EXPECT_THAT(surprises({{"a.py", R"(
import asyncio
class Conn:
    def query(self): pass
async def connect() -> Conn: ...
async def guess():
    return Conn()
class Pool:
    async def acquire(self):
        return await connect()  # -> a.connect
async def f(pool: Pool):
    c = await connect()         # -> a.connect
    c.query()                   # -> a.Conn.query
    (await guess()).query()     # -> a.guess, a.Conn.query
    c = await pool.acquire()    # -> a.Pool.acquire
    c.query()                   # -> a.Conn.query
    connect().query()           # -> a.connect
    task = asyncio.create_task(connect())
    (await task).query()        # -> a.Conn.query
    c = await asyncio.wait_for(connect(), 1)
    c.query()                   # -> a.Conn.query
    c = await asyncio.to_thread(Conn)
    c.query()                   # -> a.Conn.query
)"}}),
              IsEmpty());
}

TEST(Values, HandedOverCallables) {
  const link::Program program = linked({{"a.py", R"(
import asyncio, functools, time
def f(): pass
class A:
    def m(self): pass
    async def n(self):
        await asyncio.to_thread(self.m)
        await asyncio.to_thread(functools.partial(f))
        await asyncio.to_thread(lambda: f())
        await asyncio.to_thread(time.sleep, 1)
        await asyncio.to_thread(f())
)"}});
  const auto callables = [&](uint32_t line) {
    std::string text;
    for (const link::Call &call : program.calls) {
      if (program.site(program.callAt(call.file, call.site)).range.beginLine != line)
        continue;
      for (const link::CallableArgument &each : call.callables) {
        for (const link::Target &target : each.targets)
          text += std::to_string(each.argument) + ":" +
                  std::string(program.facts(target.function).qualifiedName.view()) + " ";
        for (const link::External &external : each.externals)
          text += std::to_string(each.argument) + ":" + std::string(external.name.view()) + " ";
      }
    }
    return text;
  };
  EXPECT_EQ(callables(7), "0:a.A.m ");
  EXPECT_THAT(callables(8), ::testing::HasSubstr("0:a.f "));
  EXPECT_THAT(callables(9), ::testing::HasSubstr("0:a.A.n.<lambda> "));
  EXPECT_EQ(callables(10), "0:time.sleep ");
  EXPECT_EQ(callables(11), "") << "the result of f() is handed over, not f";
}

} // namespace
} // namespace clearway::python
