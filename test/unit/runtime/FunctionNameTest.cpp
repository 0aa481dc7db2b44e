#include "runtime/FunctionName.h"

#include <gtest/gtest.h>

using clearway::runtime::plainName;
using clearway::runtime::writtenName;

TEST(FunctionName, DropsParametersReturnTypesAndTemplateArguments) {
  EXPECT_EQ(plainName("main"), "main");
  EXPECT_EQ(plainName("app::run(int, std::function<void (int)>)"), "app::run");
  EXPECT_EQ(plainName("void app::Queue<std::pair<int, long> >::push<int>(int&&) const"), "app::Queue::push");
  EXPECT_EQ(plainName("std::vector<int, std::allocator<int> > const& app::all()"), "app::all");
  EXPECT_EQ(plainName("(anonymous namespace)::read(char const*)"), "(anonymous namespace)::read");
  EXPECT_EQ(plainName("app::text[abi:cxx11]()"), "app::text");
}

TEST(FunctionName, KeepsOperators) {
  EXPECT_EQ(plainName("app::Key::operator<(app::Key const&) const"), "app::Key::operator<");
  EXPECT_EQ(plainName("app::Key::operator()(int)"), "app::Key::operator()");
  EXPECT_EQ(plainName("app::Pointer::operator->()"), "app::Pointer::operator->");
  EXPECT_EQ(plainName("std::ostream& app::operator<< <int>(std::ostream&, int)"), "app::operator<<");
  EXPECT_EQ(plainName("app::Flag::operator bool() const"), "app::Flag::operator bool");
  EXPECT_EQ(plainName("app::operators(int)"), "app::operators");
}

TEST(FunctionName, KnowsCoroutinesAndClones) {
  EXPECT_EQ(plainName("server::fetch(server::fetch()::_ZN6server5fetchEv.Frame*) [clone .actor]"), "server::fetch");
  EXPECT_EQ(plainName("server::fetch(int) [clone .resume]"), "server::fetch");
  EXPECT_EQ(plainName("parse.part.0"), "parse");
  EXPECT_EQ(plainName("app::hot(int) [clone .cold]"), "app::hot");
}

TEST(FunctionName, KnowsLambdas) {
  EXPECT_EQ(plainName("app::run(int)::{lambda(auto:1)#2}::operator()<int>(int) const"), "app::run::{lambda}::operator()");
  EXPECT_EQ(writtenName("app::run(int)::{lambda(auto:1)#2}::operator()<int>(int) const"), "app::run");
  EXPECT_EQ(writtenName("main::{lambda()#1}::operator()() const::{lambda()#2}::operator()() const"), "main");
  EXPECT_EQ(writtenName("app::Functor::operator()(int)"), "app::Functor");
}

TEST(FunctionName, KnowsRust) {
  EXPECT_EQ(plainName("app::serve::h0123456789abcdef"), "app::serve");
  EXPECT_EQ(plainName("app::serve::{{closure}}::h0123456789abcdef"), "app::serve::{closure}");
  EXPECT_EQ(writtenName("app::serve::{closure#0}::{closure#1}"), "app::serve");
  EXPECT_EQ(plainName("<app::Reply<T> as core::future::future::Future>::poll"), "app::Reply::poll");
  EXPECT_EQ(plainName("<app::Queue>::push::<u8>"), "app::Queue::push");
  EXPECT_EQ(plainName("core::ops::function::FnOnce::call_once<fn(u8) -> u8, (u8)>"), "core::ops::function::FnOnce::call_once");
}

TEST(FunctionName, SurvivesWhatIsNoName) {
  for (const char *text : {"", "<", "(((", "a<b<c", "{", "operator", "::", "]", "> >", "x::<", "<a as ", " ", "operator ("})
    plainName(text);
  EXPECT_EQ(plainName("a<b<c"), "a");
  plainName(std::string(100'000, '<'));
  plainName(std::string(100'000, '('));
}
