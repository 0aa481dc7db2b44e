#include "LinkedSources.h"

#include <gmock/gmock.h>

namespace clearway::python {
namespace {

using ::testing::IsEmpty;

TEST(Decorators, OfThisProgram) {
  EXPECT_THAT(surprises({{"deco.py", R"(
import asyncio, functools
def transparent(fn):
    registry.append(fn)
    return fn
def timed(fn):
    @functools.wraps(fn)
    def wrapper(*args):
        return fn(*args)
    return wrapper
def retry(times):
    def outer(fn):
        @functools.wraps(fn)
        async def again(*args):
            return await fn(*args)
        return again
    return outer
def offload(fn):
    @functools.wraps(fn)
    async def thread(*args):
        return await asyncio.to_thread(fn, *args)
    return thread
def sync(fn):
    def run(*args):
        return asyncio.run(fn(*args))
    return run
registry = []
)"},
                         {"a.py", R"(
from deco import transparent, timed, retry, offload, sync
class R:
    def go(self): pass
@transparent
def a(): pass
@timed
def b(): return R()
@retry(3)
async def c(): return R()
@timed
async def d(): pass
@sync
async def e(): pass
class K:
    @timed
    def m(self): pass
a()               # -> a.a
b().go()          # -> a.b, deco.timed.wrapper, a.R.go
async def f(k: K):
    (await c()).go()  # -> a.c, deco.retry.outer.again, a.R.go
    await d()     # -> a.d, deco.timed.wrapper
    e()           # -> deco.sync.run
    k.m()         # -> a.K.m, deco.timed.wrapper
)"}}),
              IsEmpty());
}

TEST(Decorators, ThatRunTheFunctionElsewhere) {
  EXPECT_THAT(surprises({{"a.py", R"(
import asyncio, functools
def offload(fn):
    @functools.wraps(fn)
    async def thread(*args):
        return await asyncio.to_thread(fn, *args)
    return thread
@offload
def work(): pass
async def f():
    await work()  # -> a.offload.thread
)"}}),
              IsEmpty());
}

TEST(Decorators, FromOutsideAreTransparent) {
  EXPECT_THAT(surprises({{"a.py", R"(
import functools
import click
from fastapi import FastAPI
app = FastAPI()
@functools.lru_cache(maxsize=1)
def cached(): pass
@app.get("/")
def route(): pass
@click.command()
def cli(): pass
cached()   # -> a.cached
route()    # -> a.route
cli()      # -> a.cli
)"}}),
              IsEmpty());
}

TEST(Decorators, AreKnownByName) {
  const link::Program program = linked({{"a.py", R"(
from fastapi import FastAPI
from functools import lru_cache
app = FastAPI()
def own(fn): return fn
@app.get("/")
@lru_cache
@own
def route(): pass
)"}});
  std::vector<std::string> names;
  for (const link::Function &function : program.functions)
    for (const link::External &decorator : function.decorators)
      names.emplace_back(decorator.name.view());
  EXPECT_THAT(names, ::testing::ElementsAre("fastapi.FastAPI.get", "functools.lru_cache", "a.own"));
}

TEST(Decorators, ReturnedClosures) {
  const link::Program program =
      linked({{"a.py", "def make():\n  def inner(): pass\n  return inner\ndef no(): return 1\n"}});
  std::vector<std::string> names;
  for (const link::Function &function : program.functions)
    for (const link::Target &target : function.returnsCallable)
      names.push_back(std::string(program.files[0].functions[function.local].name.view()) + ">" +
                      std::string(program.facts(target.function).name.view()));
  EXPECT_THAT(names, ::testing::ElementsAre("make>inner"));
}

} // namespace
} // namespace clearway::python
