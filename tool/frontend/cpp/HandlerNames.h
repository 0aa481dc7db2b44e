// Members of containers and of classes that hold something to call, by their names.
#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>

namespace clearway::frontend::cpp {

template <size_t N> bool isOneOf(std::string_view name, const std::string_view (&names)[N]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// `handlers_.push_back(handler)`: keeps what it is given.
inline bool storesArgument(std::string_view member) {
  constexpr std::string_view kNames[] = {"operator=",        "push_back",   "emplace_back", "push",   "emplace", "emplace_front", "push_front", "insert",
                                         "insert_or_assign", "try_emplace", "assign",       "append", "store",   "reset",         "connect",    "enqueue"};
  return isOneOf(member, kNames);
}

/// `handlers_.at(name)`: gives an item, or something that leads to one.
inline bool readsItem(std::string_view member) {
  constexpr std::string_view kNames[] = {"operator[]", "operator*", "operator->", "at",    "find",     "begin", "cbegin", "rbegin",      "front",       "back",
                                         "top",        "value",     "get",        "load",  "value_or", "lock",  "data",   "lower_bound", "upper_bound", "extract"};
  return isOneOf(member, kNames);
}

/// `it->second`
inline bool isPartOfItem(std::string_view field) { return field == "second" || field == "first"; }

/// `changed.emit(x)`, `std::move(callback).Run(x)`: calls what the receiver holds.
inline bool callsReceiver(std::string_view member) {
  constexpr std::string_view kNames[] = {"operator()", "emit", "Run", "invoke", "Invoke", "call"};
  return isOneOf(member, kNames);
}

/// Functions whose result is, or calls, their first argument.
inline bool passesOn(std::string_view function) {
  constexpr std::string_view kNames[] = {"std::bind",   "std::bind_front", "std::ref",         "std::cref",       "std::mem_fn", "std::function", "std::exchange", "std::get",
                                         "boost::bind", "std::as_const",   "absl::bind_front", "base::BindOnce",  "base::BindRepeating", "std::begin", "boost::ref"};
  return isOneOf(function, kNames);
}

/// Types of fields by whose name something is called.
inline bool soundsCallable(std::string_view type) {
  constexpr std::string_view kEndings[] = {"function", "Function", "Callback", "callback", "Handler", "handler", "callback_t", "handler_t", "Functor", "_cb", "Cb"};
  return std::any_of(std::begin(kEndings), std::end(kEndings), [&](std::string_view ending) { return type.ends_with(ending); });
}

/// A function of something that calls itself a pool, or a worker, runs what it is given in threads.
inline bool isOfPool(std::string_view function) {
  constexpr std::string_view kWords[] = {"pool", "Pool", "worker", "Worker", "thread", "Thread", "background", "Background"};
  return std::any_of(std::begin(kWords), std::end(kWords), [&](std::string_view word) { return function.find(word) != function.npos; });
}

} // namespace clearway::frontend::cpp
