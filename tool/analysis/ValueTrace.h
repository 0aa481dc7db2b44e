// Where a value comes from, within one file: enough to see the constant behind a name and the call that made
// an object.
#pragma once

#include "link/Program.h"

#include <vector>

namespace clearway::analysis {

/// The literal a value is, looking through constants that are bound once; nullptr if it is none or several.
const facts::Value *constantOf(const facts::FileFacts &file, facts::ValueId value);

/// The calls whose results the value may be, through locals, attributes of `self`, module variables, casts,
/// awaits of `with` and alternatives. Sorted. `complete` is false if it may come from elsewhere, too.
std::vector<facts::CallId> originsOf(const facts::FileFacts &file, facts::ValueId value, bool &complete);

/// True if the expression names `word`: as a literal, an identifier or an attribute, anywhere in it.
bool mentions(const facts::FileFacts &file, facts::ValueId value, std::string_view word);

/// True if `value` is, or is built from, the result of `call`.
bool contains(const facts::FileFacts &file, facts::ValueId value, facts::CallId call);

/// The call of a method on the result of a call, as `.map(…)` is for `lines()` in `lines().map(…)`; kNone if there is none.
link::CallId methodOn(const link::Program &program, link::CallId call);

} // namespace clearway::analysis
