// Facts with every kind of record in them.
#pragma once

#include "facts/Text.h"

#include <gmock/gmock.h>

namespace clearway::facts {

inline constexpr std::string_view kSample = R"(clearway-facts 1
file python "a b/app.py" module=pkg.app digest=00000000deadbeef lines=12 edition=3 flags=package,test,errors
dependency other.h 00000000000000ff
scope s0 module name=pkg.app
scope s1 class c0 parent=s0 name=pkg.app.C
scope s2 function f1 parent=s1 name=pkg.app.C.f
value v1 ref s0 name=time
value v2 attr v1 name=sleep  # time.sleep
value v3 literal string "say \"hi\"\x0a# 1"
value v4 result k0  # time.sleep('say "hi" # 1', key=time, *time)
value v5 self c0  # self
value v6 param f1 index=1  # x
value v7 cast flag=1 v6 type=v1  # x as time
value v8 join of=(v6,v7)  # (x | x as time)
value v9 display dict of=(v3,v1)  # ['say "hi" # 1', time]
value v10 variable n0  # C
value v11 closure f1  # pkg.app.C.f
value v12 symbol name=ns::f function=f1  # ns::f
value v13 type name=std::vector of=(v1)  # std::vector<time>
import i0 s0 module=a.b item=c alias=d level=2 flags=star,type-only at=1:1-1:9
binding n0 s0 C class index=0 at=2:1-2:2
binding n1 s2 x parameter index=1 value=v6 annotation=v1 flags=instance,conditional
class c0 class name=C qualified=pkg.app.C protocol=1 scope=s1 bases=(v1,v2) decorators=(v2) types=(v1) at=2:1-9:1 name-at=2:7-2:8
function f0 module name=<module> qualified=pkg.app.<module> scope=s0 at=1:1-12:1
function f1 coroutine name=f qualified=pkg.app.C.f disambiguator=2 flags=static,has-await parent=f0 class=c0 scope=s2 decorators=(v2) returns-type=v1 returns=(v4,v8) overrides=(v12) blocks=b0+2
  parameter self
  parameter x annotation=v1 default=v3 variadic=1 keyword-only=1
loop l0 f1 while subject=v4 at=3:1-4:1
loop l1 f1 infinite parent=l0
call k0 f1 b0 call v2 args=(v3,key:v1,*v1) use=discarded flags=awaited,deferred loop=l0 awaited-by=k1 bound=n1 at=3:5-3:18 name-at=3:10-3:15  # time.sleep
call k1 f1 exit v2 use=other  # time.sleep
object o0 f1 name=lock value=v4 type=v1 async=1 at=5:1-5:4  # time.sleep('say "hi" # 1', key=time, *time)
object o1 f1 parameter=1  # _
suspend p0 f1 await operand=v4 loop=l0 at=3:1-3:2  # time.sleep('say "hi" # 1', key=time, *time)
block b0 k0 p0 +o0 >o0:o1 >o1 !k0 !o1 next=(b1,b0)
block b1 -o0 k1
directive "# clearway: allow(x) why" own-line=1 at=3:1-3:9
diagnostic warning syntax-error "what, and what to do" at=3:1-3:2
)";

inline FileFacts parsed(std::string_view text) {
  tl::expected<FileFacts, TextError> facts = parse(text);
  if (facts)
    return std::move(*facts);
  ADD_FAILURE() << facts.error().line << ": " << facts.error().message;
  return {};
}

} // namespace clearway::facts
