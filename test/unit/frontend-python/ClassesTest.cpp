#include "LinkedSources.h"

#include <gmock/gmock.h>

namespace clearway::python {
namespace {

using ::testing::IsEmpty;

TEST(Classes, MethodsThroughSelfAndInheritance) {
  EXPECT_THAT(
      surprises({{"base.py", "class Base:\n  def low(self): pass\n  def shared(self): pass\n"}, {"a.py", R"(
from base import Base
class A(Base):
    def shared(self): pass
    @classmethod
    def make(cls):
        cls.helper()           # -> a.A.helper
        return cls()
    @staticmethod
    def helper(): pass
    def run(self):
        self.low()             # -> base.Base.low
        self.shared()          # -> a.A.shared
        super().shared()       # -> base.Base.shared
        self.helper()          # -> a.A.helper
        A.helper()             # -> a.A.helper
        Base.low(self)         # -> base.Base.low
        self.missing()         # -> nothing
A.make().low()                 # -> a.A.make, base.Base.low
)"}}),
      IsEmpty());
}

TEST(Classes, ResolutionOrderOfADiamond) {
  EXPECT_THAT(surprises({{"a.py", R"(
class Top:
    def f(self): pass
class Left(Top): pass
class Right(Top):
    def f(self): pass
class Bottom(Left, Right): pass
class Confused(Top, Left): pass
class Loop(Loop): pass
Bottom().f()    # -> a.Right.f
Left().f()      # -> a.Top.f
Confused().f()  # -> a.Top.f
Loop().f()      # -> nothing
)"}}),
              IsEmpty());
}

TEST(Classes, ConstructorsAreCalled) {
  EXPECT_THAT(surprises({{"a.py", R"(
from dataclasses import dataclass
class Base:
    def __init__(self): pass
class A(Base): pass
class B(Base):
    def __new__(cls): pass
    def __init__(self):
        super().__init__()  # -> a.Base.__init__
@dataclass
class D:
    x: int
    def __post_init__(self): pass
A()     # -> a.Base.__init__
B()     # -> a.B.__init__, a.B.__new__
D(1)    # -> a.D.__post_init__
)"}}),
              IsEmpty());
}

TEST(Classes, AttributesSetAnywhere) {
  EXPECT_THAT(surprises({{"a.py", R"(
import threading
class Engine:
    def start(self): pass
class Base:
    def prepare(self):
        self.engine = Engine()
class Car(Base):
    spare = None
    def __init__(self):
        self._lock = threading.Lock()
        self.cls = Engine
        self.callback = self.go
        self.lazy = None
    def go(self):
        self.engine.start()      # -> a.Engine.start
        self._lock.acquire()     # -> threading.Lock.acquire
        self.cls().start()       # -> a.Engine.start
        self.callback()          # -> a.Car.go
        self.spare.start()       # -> a.Engine.start
        self.lazy.start()        # -> a.Engine.start?
    def set(self):
        self.spare = Engine()
        self.lazy = self.lazy or Engine()
def f(car: Car):
    car.engine.start()           # -> a.Engine.start
)"}}),
              IsEmpty());
}

TEST(Classes, BasesOutsideTheProgram) {
  EXPECT_THAT(surprises({{"a.py", R"(
import threading
from sqlite3 import Connection
class Worker(threading.Thread):
    def stop(self):
        self.join()              # -> threading.Thread.join
    def start(self):
        super().start()          # -> threading.Thread.start
class Db(Connection):
    def execute(self, q): pass
    def go(self):
        self.execute("x")        # -> a.Db.execute
        self.commit()            # -> sqlite3.Connection.commit
Worker().join()                  # -> threading.Thread, threading.Thread.join
)"}}),
              IsEmpty());
}

TEST(Classes, PropertiesAreCalls) {
  EXPECT_THAT(surprises({{"a.py", R"(
from functools import cached_property
class Inner:
    def go(self): pass
class A:
    plain = 1
    @property
    def value(self):
        return Inner()
    @value.setter
    def value(self, v): pass
    @cached_property
    def late(self) -> Inner: ...
    def f(self):
        x = self.value           # -> a.A.value
        self.value.go()          # -> a.A.value, a.Inner.go
        self.late.go()           # -> a.A.late, a.Inner.go
        y = self.plain           # -> nothing
        z = self.f               # -> nothing
        k = A.value              # -> nothing
)"}}),
              IsEmpty());
}

TEST(Classes, AbstractMethodsStandForTheirImplementations) {
  EXPECT_THAT(surprises({{"a.py", R"(
from abc import ABC, abstractmethod
from typing import Protocol
class Store(ABC):
    @abstractmethod
    def load(self): ...
    def template(self):
        self.load()              # -> a.Disk.load?, a.Memory.load?
    def hook(self): return 1
class Disk(Store):
    def load(self): pass
class Memory(Store):
    def load(self): pass
    def hook(self): return 2
class Readable(Protocol):
    def read_all(self): ...
def f(s: Store, d: Disk, r: Readable):
    s.load()                     # -> a.Disk.load?, a.Memory.load?
    d.load()                     # -> a.Disk.load
    s.hook()                     # -> a.Store.hook
    r.read_all()                 # -> a.Readable.read_all
class Raising:
    def go(self): raise NotImplementedError
class Real(Raising):
    def go(self): pass
    def up(self):
        super().go()             # -> a.Raising.go
def g(r: Raising):
    r.go()                       # -> a.Real.go?
)"}}),
              IsEmpty());
}

TEST(Classes, SyncAndAsyncTwinsAreToldApart) {
  EXPECT_THAT(surprises({{"a.py", R"(
class Base:
    def _send(self): raise NotImplementedError
    async def later(self):
        await self._send()       # -> a.Async._send?
    def now(self):
        self._send()             # -> a.Sync._send?
    def either(self):
        return self._send()      # -> a.Base._send?
class Sync(Base):
    def _send(self): pass
class Async(Base):
    async def _send(self): pass
)"}}),
              IsEmpty());
}

TEST(Classes, AMixinUsesWhatItIsMixedInto) {
  EXPECT_THAT(surprises({{"a.py", R"(
class Mixin:
    def run(self):
        self.fetch()             # -> a.Client.fetch?
        self.other.fetch()       # -> nothing
class Client(Mixin):
    def fetch(self): pass
)"}}),
              IsEmpty());
}

TEST(Classes, CallableObjects) {
  EXPECT_THAT(surprises({{"a.py", R"(
class Tok:
    def __call__(self, text): pass
tok = Tok()
tok("x")                         # -> a.Tok.__call__
def f(t: Tok):
    t("x")                       # -> a.Tok.__call__
class Plain: pass
Plain()()                        # -> nothing
)"}}),
              IsEmpty());
}

} // namespace
} // namespace clearway::python
