#include "Samples.h"

namespace clearway::facts {
namespace {

using testing::HasSubstr;

TextError errorOf(std::string text) {
  const auto facts = parse(text);
  return facts ? TextError{0, "no error"} : facts.error();
}

TEST(FactsText, WhatIsReadIsWrittenAgain) {
  EXPECT_EQ(dump(parsed(kSample)), kSample);
}

TEST(FactsText, FieldsArrive) {
  const FileFacts facts = parsed(kSample);
  EXPECT_EQ(facts.path, "a b/app.py");
  EXPECT_EQ(facts.digest, 0xdeadbeefu);
  EXPECT_EQ(facts.values[3].name.view(), "say \"hi\"\n# 1");
  EXPECT_EQ(facts.calls[0].flags, CallFlag::Awaited | CallFlag::Deferred);
  EXPECT_EQ(facts.argumentsOf(facts.calls[0])[2].spread, 1);
  EXPECT_EQ(facts.eventsOf(facts.blocks[0])[3].other, 1u);
  EXPECT_EQ(facts.functions[0].file.view(), "a b/app.py");
}

TEST(FactsText, CommentsSpacesAndEmptyLinesMeanNothing) {
  const FileFacts facts = parsed("# a comment\nfile python x.py\n\n  scope   s0 module # the module\n");
  EXPECT_EQ(facts.scopes.size(), 1u);
}

TEST(FactsText, MistakesNameTheirLine) {
  const TextError error = errorOf("file python x.py\nscope s0 modul\n");
  EXPECT_EQ(error.line, 2u);
  EXPECT_THAT(error.message, HasSubstr("'modul'"));
}

TEST(FactsText, MistakesAreFound) {
  EXPECT_THAT(errorOf("clearway-facts 2\n").message, HasSubstr("version"));
  EXPECT_THAT(errorOf("cal k0\n").message, HasSubstr("unknown record 'cal'"));
  EXPECT_THAT(errorOf("scope s1 module\n").message, HasSubstr("expected s0"));
  EXPECT_THAT(errorOf("scope s0\n").message, HasSubstr("missing"));
  EXPECT_THAT(errorOf("scope s0 module colour=red\n").message, HasSubstr("'colour' has no meaning"));
  EXPECT_THAT(errorOf("value v1 literal string \"abc\n").message, HasSubstr("does not end"));
  EXPECT_THAT(errorOf("loop l0 f0 for at=1:2\n").message, HasSubstr("no range"));
  EXPECT_THAT(errorOf("import i0 s0 flags=moon\n").message, HasSubstr("no flag"));
  EXPECT_THAT(errorOf("value v1 join of=v2\n").message, HasSubstr("no list"));
  EXPECT_THAT(errorOf("parameter x\n").message, HasSubstr("follow its function"));
  EXPECT_THAT(errorOf("scope s0 module parent=x7\n").message, HasSubstr("no id"));
}

TEST(FactsText, DanglingReferencesAreFound) {
  EXPECT_THAT(errorOf("value v1 attr v9 name=x\n").message, HasSubstr("9, which is not there"));
  EXPECT_THAT(errorOf("suspend p0 f0 await\n").message, HasSubstr("function 0"));
  EXPECT_THAT(errorOf("block b0 k3\n").message, HasSubstr("call 3"));
  EXPECT_THAT(errorOf("scope s0 module parent=s0\n").message, HasSubstr("not there"));
}

TEST(FactsText, NothingIsNoError) {
  EXPECT_EQ(dump(parsed("")), dump(FileFacts()));
}

} // namespace
} // namespace clearway::facts
