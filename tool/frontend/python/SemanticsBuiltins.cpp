// Library functions whose result depends on their arguments: what a catalogue cannot say.
#include "frontend/python/SemanticsEvaluator.h"

#include <string>
#include <unordered_map>

namespace clearway::python {

using facts::kNone;

namespace {

enum class Rule : uint8_t {
  Argument,       // the first argument itself
  ListOfElements, // list(x), sorted(x)
  SetOfElements,
  TupleOfElements,
  IteratorOfElements,
  Next, // next(x): an element
  AwaitableNext,
  Enumerate,
  Zip,
  Map,          // map(f, x)
  Filter,       // filter(f, x)
  Awaitable,    // what awaiting the argument gives, to be awaited once more
  Awaited,      // what awaiting the argument gives
  CalledLater,  // what calling the argument gives, to be awaited
  CalledLater1, // the same for the second argument
  Called,       // what calling the argument gives
  Entered,
  Closing,
  ClassOf,
  Getattr,
  Text,
  Number,
  Factory,      // field(default_factory=…)
  Task,         // a task of what is awaited in the argument
  ThreadFuture, // the same as a future of concurrent.futures
  Submit,       // a future of what calling the argument gives
};

const std::unordered_map<std::string_view, Rule> &rules() {
  static const std::unordered_map<std::string_view, Rule> table = {
      {"functools.partial", Rule::Argument},
      {"functools.partialmethod", Rule::Argument},
      {"staticmethod", Rule::Argument},
      {"copy.copy", Rule::Argument},
      {"copy.deepcopy", Rule::Argument},
      {"dataclasses.replace", Rule::Argument},
      {"functools.lru_cache", Rule::Argument},
      {"functools.cache", Rule::Argument},
      {"weakref.proxy", Rule::Argument},
      {"weakref.WeakMethod", Rule::Argument},
      {"typing.NewType", Rule::ClassOf},
      {"list", Rule::ListOfElements},
      {"sorted", Rule::ListOfElements},
      {"reversed", Rule::ListOfElements},
      {"set", Rule::SetOfElements},
      {"frozenset", Rule::SetOfElements},
      {"tuple", Rule::TupleOfElements},
      {"iter", Rule::IteratorOfElements},
      {"aiter", Rule::IteratorOfElements},
      {"itertools.chain", Rule::IteratorOfElements},
      {"itertools.islice", Rule::IteratorOfElements},
      {"next", Rule::Next},
      {"max", Rule::Next},
      {"min", Rule::Next},
      {"random.choice", Rule::Next},
      {"anext", Rule::AwaitableNext},
      {"enumerate", Rule::Enumerate},
      {"zip", Rule::Zip},
      {"map", Rule::Map},
      {"filter", Rule::Filter},
      {"asyncio.create_task", Rule::Task},
      {"asyncio.ensure_future", Rule::Task},
      {"asyncio.wait_for", Rule::Awaitable},
      {"asyncio.shield", Rule::Awaitable},
      {"asyncio.TaskGroup.create_task", Rule::Task},
      {"asyncio.AbstractEventLoop.create_task", Rule::Task},
      {"asyncio.run_coroutine_threadsafe", Rule::ThreadFuture},
      {"asyncio.run", Rule::Awaited},
      {"asyncio.AbstractEventLoop.run_until_complete", Rule::Awaited},
      {"asyncio.to_thread", Rule::CalledLater},
      {"anyio.to_thread.run_sync", Rule::CalledLater},
      {"starlette.concurrency.run_in_threadpool", Rule::CalledLater},
      {"fastapi.concurrency.run_in_threadpool", Rule::CalledLater},
      {"asyncio.AbstractEventLoop.run_in_executor", Rule::CalledLater1},
      {"concurrent.futures.ThreadPoolExecutor.submit", Rule::Submit},
      {"concurrent.futures.ProcessPoolExecutor.submit", Rule::Submit},
      {"concurrent.futures.Executor.submit", Rule::Submit},
      {"concurrent.futures.thread.ThreadPoolExecutor.submit", Rule::Submit},
      {"contextlib.ExitStack.enter_context", Rule::Entered},
      {"contextlib.AsyncExitStack.enter_context", Rule::Entered},
      {"contextlib.AsyncExitStack.enter_async_context", Rule::Entered},
      {"contextlib.closing", Rule::Closing},
      {"contextlib.aclosing", Rule::Closing},
      {"contextlib.nullcontext", Rule::Closing},
      {"type", Rule::ClassOf},
      {"getattr", Rule::Getattr},
      {"str", Rule::Text},
      {"repr", Rule::Text},
      {"format", Rule::Text},
      {"len", Rule::Number},
      {"int", Rule::Number},
      {"sum", Rule::Number},
      {"dataclasses.field", Rule::Factory},
      {"pydantic.Field", Rule::Factory},
      {"pydantic.PrivateAttr", Rule::Factory},
      {"attr.ib", Rule::Factory},
      {"attrs.field", Rule::Factory},
      {"attr.field", Rule::Factory},
  };
  return table;
}

constexpr std::string_view kTextMethods[] = {"strip",        "lstrip",       "rstrip",  "lower", "upper",
                                             "format",       "replace",      "join",    "title", "capitalize",
                                             "removeprefix", "removesuffix", "zfill",   "ljust", "rjust",
                                             "center",       "expandtabs",   "casefold"};

bool isTextMethod(std::string_view name) {
  for (const std::string_view each : kTextMethods)
    if (each == name)
      return true;
  return false;
}

} // namespace

SetId Evaluator::container(std::string_view name, SetId element) {
  return types_.single(
      types_.intern({TypeKind::ExternalInstance, Name(name), kNone, kNone, 0, 0}, {&element, 1}));
}

SetId Evaluator::container(std::string_view name, SetId first, SetId second) {
  const uint32_t both[] = {first, second};
  return types_.single(types_.intern({TypeKind::ExternalInstance, Name(name), kNone, kNone, 0, 0}, both));
}

SetId Evaluator::argument(link::FileId id, const facts::CallSite &site, uint32_t position, Name keyword) {
  uint32_t index = 0;
  for (const facts::Argument &each : file(id).argumentsOf(site)) {
    if (each.spread)
      return kUnknown;
    const bool matches =
        each.keyword.empty() ? index++ == position : !keyword.empty() && each.keyword == keyword;
    if (matches)
      return value(id, each.value);
  }
  return kUnknown;
}

bool Evaluator::builtinResult(Name name, link::FileId id, const facts::CallSite &site, SetId &result) {
  const auto rule = rules().find(name.view());
  if (rule == rules().end())
    return false;
  const auto first = [&] { return argument(id, site, 0); };
  switch (rule->second) {
  case Rule::Argument:
    result = first();
    break;
  case Rule::ListOfElements:
    result = container("list", element(first()));
    break;
  case Rule::SetOfElements:
    result = container("set", element(first()));
    break;
  case Rule::TupleOfElements:
    result = container("tuple", element(first()));
    break;
  case Rule::IteratorOfElements:
    result = container("typing.Iterator", element(first()));
    break;
  case Rule::Next:
    result = element(first());
    break;
  case Rule::AwaitableNext:
    result = container("typing.Awaitable", element(first()));
    break;
  case Rule::Enumerate:
    result = container("typing.Iterator", container("tuple", instance("int"), element(first())));
    break;
  case Rule::Zip:
    result =
        container("typing.Iterator", container("tuple", element(first()), element(argument(id, site, 1))));
    break;
  case Rule::Map:
    result = container("typing.Iterator", resultOfCalling(first(), id, site));
    break;
  case Rule::Filter:
    result = container("typing.Iterator", element(argument(id, site, 1)));
    break;
  case Rule::Awaitable:
    result = container("typing.Awaitable", awaited(argument(id, site, 0, Name("coro"))));
    break;
  case Rule::Awaited:
    result = awaited(first());
    break;
  case Rule::CalledLater:
    result = container("typing.Awaitable", resultOfCalling(first(), id, site));
    break;
  case Rule::CalledLater1:
    result = container("typing.Awaitable", resultOfCalling(argument(id, site, 1), id, site));
    break;
  case Rule::Called:
    result = resultOfCalling(first(), id, site);
    break;
  case Rule::Entered:
    result = entered(first());
    if (name.view().ends_with("_async_context"))
      result = container("typing.Awaitable", result);
    break;
  case Rule::Closing:
    result = container(name.view(), first());
    break;
  case Rule::ClassOf:
    result = classesOf(first());
    break;
  case Rule::Getattr: {
    const std::span<const facts::Argument> all = file(id).argumentsOf(site);
    if (all.size() >= 2 && file(id).values[all[1].value].kind == facts::ValueKind::Literal)
      result = members(first(), file(id).values[all[1].value].name);
    break;
  }
  case Rule::Text:
    result = instance("str");
    break;
  case Rule::Number:
    result = instance("int");
    break;
  case Rule::Factory:
    for (const std::string_view keyword : {"default_factory", "factory"})
      result = types_.unite(result, resultOfCalling(argument(id, site, kNone, Name(keyword)), id, site));
    result = types_.unite(result, argument(id, site, kNone, Name("default")));
    break;
  case Rule::Task:
    result = container("asyncio.Task", awaited(argument(id, site, 0, Name("coro"))));
    break;
  case Rule::ThreadFuture:
    result = container("concurrent.futures.Future", awaited(first()));
    break;
  case Rule::Submit:
    result = container("concurrent.futures.Future", resultOfCalling(first(), id, site));
    break;
  }
  return true;
}

// Methods of built-in containers: what they give depends on what the container holds.
bool Evaluator::containerMethod(link::FileId id, const facts::CallSite &site, SetId &result) {
  const facts::Value &callee = file(id).values[site.callee];
  if (callee.kind != facts::ValueKind::Attr)
    return false;
  const SetId receivers = value(id, callee.a);
  if (types_.size(receivers) != 1)
    return false;
  const TypeId receiver = types_.at(receivers, 0).type;
  const Type type = types_[receiver];
  if (type.kind != TypeKind::ExternalInstance)
    return false;
  const std::string_view name = type.name.view(), method = callee.name.view();
  if (name == "str" && isTextMethod(method))
    result = receivers;
  else if (name == "str" && (method == "split" || method == "splitlines" || method == "rsplit"))
    result = container("list", instance("str"));
  else if (name == "str" && method == "encode")
    result = instance("bytes");
  else if (name == "bytes" && method == "decode")
    result = instance("str");
  else if (name == "dict" && (method == "get" || method == "pop" || method == "setdefault"))
    result = types_.argument(receiver, 1);
  else if (name == "dict" && method == "values")
    result = container("list", types_.argument(receiver, 1));
  else if (name == "dict" && method == "keys")
    result = container("list", types_.argument(receiver, 0));
  else if (name == "dict" && method == "items")
    result =
        container("list", container("tuple", types_.argument(receiver, 0), types_.argument(receiver, 1)));
  else if ((name == "list" || name == "set" || name == "collections.deque") &&
           (method == "pop" || method == "popleft"))
    result = types_.argument(receiver, 0);
  else if (method == "result" &&
           (name == "concurrent.futures.Future" || name == "asyncio.Task" || name == "asyncio.Future"))
    result = types_.argument(receiver, 0);
  else if (name == "contextvars.ContextVar" && method == "get")
    result = types_.argument(receiver, 0);
  else if ((name == "list" || name == "set" || name == "dict") && method == "copy")
    result = receivers;
  else
    return false;
  return true;
}

} // namespace clearway::python
