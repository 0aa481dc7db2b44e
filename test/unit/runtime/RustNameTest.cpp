#include "runtime/RustName.h"

#include <gtest/gtest.h>

using clearway::runtime::readableRustName;

TEST(RustName, OfTheOlderMangling) {
  EXPECT_EQ(readableRustName("_ZN6server4main17h0123456789abcdefE"), "server::main");
  EXPECT_EQ(readableRustName("_ZN6server4main28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE"), "server::main::{{closure}}");
  EXPECT_EQ(readableRustName("_ZN6server4main17h0123456789abcdefE.llvm.123"), "server::main");
}

TEST(RustName, OfTheNewerMangling) {
  EXPECT_EQ(readableRustName("_RNvC6server4main"), "server::main");
  EXPECT_EQ(readableRustName("_RNCNvCs1234_6server4main0"), "server::main::{closure#0}");
  EXPECT_EQ(readableRustName("_RINvCs1234_6server3runlE"), "server::run::<i32>");
}

TEST(RustName, ThatADemanglerForCppLeftHalfEncoded) {
  EXPECT_EQ(readableRustName("server::main::h0123456789abcdef"), "server::main");
  EXPECT_EQ(readableRustName("server::main::_$u7b$$u7b$closure$u7d$$u7d$::h0123456789abcdef"), "server::main::{{closure}}");
  EXPECT_EQ(readableRustName("server::main::_$u7b$$u7b$closure$u7d$$u7d$"), "server::main::{{closure}}");
  EXPECT_EQ(readableRustName("server::main::h0123456789abcdef [clone .llvm.99]"), "server::main");
  EXPECT_EQ(readableRustName("server::main::h0123456789abcdef (.llvm.99)"), "server::main");
  EXPECT_EQ(readableRustName("_$LT$core..panic..AssertUnwindSafe$LT$F$GT$$u20$as$u20$core..ops..FnOnce$LT$$LP$$RP$$GT$$GT$::call_once::h0123456789abcdef"),
            "<core::panic::AssertUnwindSafe<F> as core::ops::FnOnce<()>>::call_once");
}

TEST(RustName, OthersStay) {
  for (const char *name : {"", "main", "clock_nanosleep", "app::run(int)", "app::Queue<int>::push(int) const", "_ZN3app3runEi",
                           "_ZNSt6vectorIiSaIiEE9push_backERKi", "_R", "_Rx", "::", "app::h012345", "a::h0123456789abcdefg",
                           "app::price$(int)", "operator()(int)::h0123456789abcdef", "_ZN", "_ZNE", "$", "a$b", "$LT", "::$"})
    EXPECT_EQ(readableRustName(name), name);
}
