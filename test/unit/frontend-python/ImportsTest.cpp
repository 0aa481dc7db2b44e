#include "LinkedSources.h"

#include <gmock/gmock.h>

namespace clearway::python {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Imports, NamesOfOtherFiles) {
  EXPECT_THAT(surprises({{"pkg/__init__.py", ""},
                         {"pkg/util.py", "def work(): pass\nclass Helper:\n  def run(self): pass\n"},
                         {"pkg/main.py", R"(
import pkg.util
import pkg.util as u
from pkg.util import work
from pkg.util import work as w
from pkg import util
from .util import work as relative
from . import util as sibling

work()            # -> pkg.util.work
w()               # -> pkg.util.work
u.work()          # -> pkg.util.work
util.work()       # -> pkg.util.work
relative()        # -> pkg.util.work
sibling.work()    # -> pkg.util.work
pkg.util.work()   # -> pkg.util.work
pkg.util.Helper().run()  # -> pkg.util.Helper.run
)"}}),
              IsEmpty());
}

TEST(Imports, ReexportsAndStars) {
  EXPECT_THAT(
      surprises({{"pkg/__init__.py",
                  "from .core import *\nfrom .core import _private as shown\nfrom .deep import inner\n"},
                 {"pkg/core.py",
                  "__all__ = ['public']\ndef public(): pass\ndef hidden(): pass\ndef _private(): pass\n"},
                 {"pkg/deep/__init__.py", "from .impl import inner\n"},
                 {"pkg/deep/impl.py", "def inner(): pass\n"},
                 {"use.py", R"(
import pkg
from pkg import public, inner
from pkg import *
public()       # -> pkg.core.public
inner()        # -> pkg.deep.impl.inner
pkg.shown()    # -> pkg.core._private
pkg.hidden()   # -> nothing
hidden()       # -> nothing
)"}}),
      IsEmpty());
}

TEST(Imports, StarsWithoutAllBringPublicNamesOnly) {
  EXPECT_THAT(surprises({{"a.py", "def one(): pass\ndef _two(): pass\n"},
                         {"b.py", "from a import *\none()   # -> a.one\n_two()  # -> nothing\n"}}),
              IsEmpty());
}

TEST(Imports, SourceLayoutsAndNamespacePackages) {
  EXPECT_THAT(surprises({{"src/app/__init__.py", ""},
                         {"src/app/core.py", "def go(): pass\n"},
                         {"tests/test_core.py", "from app.core import go\ngo()  # -> app.core.go\n"},
                         {"plugins/net/http.py", "def get(): pass\n"},
                         {"main.py", R"(
import plugins.net.http
from plugins.net import http
from plugins.net.http import get
get()                     # -> plugins.net.http.get
http.get()                # -> plugins.net.http.get
plugins.net.http.get()    # -> plugins.net.http.get
)"}}),
              IsEmpty());
}

TEST(Imports, CyclesEnd) {
  EXPECT_THAT(surprises({{"a.py", "from b import g\nfrom b import x\ndef f(): g()  # -> b.g\nx()\n"},
                         {"b.py", "from a import f\nfrom a import x\ndef g(): f()  # -> a.f\n"},
                         {"c.py", "from d import *\n"},
                         {"d.py", "from c import *\nmissing()  # -> nothing\n"}}),
              IsEmpty());
}

TEST(Imports, SubmoduleOfTheSameNameAsItsFunction) {
  EXPECT_THAT(surprises({{"pkg/__init__.py", "from . import tool\nfrom .tool import run\n"},
                         {"pkg/tool.py", "def run(): pass\n"},
                         {"use.py", "import pkg\nfrom pkg import tool\npkg.tool.run()  # -> "
                                    "pkg.tool.run\ntool.run()  # -> pkg.tool.run\n"}}),
              IsEmpty());
}

TEST(Imports, OutsideTheProgram) {
  EXPECT_THAT(surprises({{"a.py", R"(
import time, os.path
import subprocess as sp
from time import sleep as nap
import unheard_of.thing as t
from .absent import helper

time.sleep(1)        # -> time.sleep
nap(1)               # -> time.sleep
sp.run(["ls"])       # -> subprocess.run
os.path.exists("x")  # -> os.path.exists
t.call()             # -> ~unheard_of.thing.call
helper()             # -> ~absent.helper
pause = time.sleep
pause(2)             # -> time.sleep
)"}}),
              IsEmpty());
}

TEST(Imports, AlternativesOfTryAndTypeChecking) {
  EXPECT_THAT(surprises({{"fast.py", "def dump(): pass\n"},
                         {"slow.py", "def dump(): pass\nclass Store:\n  def save(self): pass\n"},
                         {"use.py", R"(
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from slow import Store
try:
    from fast import dump
except ImportError:
    from slow import dump
dump()             # -> fast.dump?, slow.dump?
def f(store: Store):
    store.save()   # -> slow.Store.save
)"}}),
              IsEmpty());
}

TEST(Imports, AScriptNamedLikeALibraryIsNotTheLibrary) {
  EXPECT_THAT(surprises({{"examples/queue.py", "def Queue(): pass\n"},
                         {"examples/sqlite3/demo.py", "def connect(): pass\n"},
                         {"examples/run.py", "import queue, sqlite3\nqueue.Queue().get()  # -> queue.Queue, "
                                             "queue.Queue.get\nsqlite3.connect('x')  # -> sqlite3.connect\n"},
                         {"other/util.py", "def f(): pass\n"},
                         {"app/main.py", "import util\nutil.f()  # -> ~util.f\n"}}),
              IsEmpty());
}

TEST(Imports, APartOfALibraryThatIsAnalysedItself) {
  EXPECT_THAT(
      surprises({{"libs/core/langgraph/graph/__init__.py", "class StateGraph:\n  def add_node(self): pass\n"},
                 {"libs/core/tests/use.py", R"(
import langgraph
from langgraph.graph import StateGraph
StateGraph().add_node()  # -> libs.core.langgraph.graph.StateGraph.add_node
langgraph.absent()       # -> nothing
)"},
                 {"tests/asyncio/tasks.py", "def sleep(n): pass\n"},
                 {"tests/test_it.py", "import asyncio\nfrom asyncio.tasks import sleep\nasyncio.sleep(1)  # "
                                      "-> asyncio.sleep\nsleep(1)  # -> asyncio.tasks.sleep\n"}}),
      IsEmpty());
}

TEST(Imports, NamesWithoutAnImportStillCount) {
  EXPECT_THAT(surprises({{"a.py", R"(
time.sleep(1)                # -> time.sleep?
def f(time):
    time.sleep(1)            # -> nothing
class A:
    def __init__(self, q):
        self.requests = q
    def f(self):
        self.requests.get()  # -> nothing
)"}}),
              IsEmpty());
}

TEST(Imports, LocalNamesShadow) {
  EXPECT_THAT(surprises({{"a.py", R"(
import time
from subprocess import run
def f():
    run = lambda: None
    run()                    # -> a.f.<lambda>
def g(run):
    run()                    # -> nothing
def h():
    run(["x"])               # -> subprocess.run
class time2:
    @staticmethod
    def sleep(n): pass
def i():
    time = time2
    time.sleep(1)            # -> a.time2.sleep
)"}}),
              IsEmpty());
}

} // namespace
} // namespace clearway::python
