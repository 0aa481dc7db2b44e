// What messages say about kinds of blocking, how long it takes and what to write instead.
#pragma once

#include "checks/Check.h"

#include <string>

namespace clearway::checks {

/// "HTTP request, often 100 ms or more", "sleeps 5 s".
std::string describe(const link::Program &program, const analysis::Operation &operation);

/// The name of what is called, as the reader would write it: "requests.post", "open".
std::string apiName(const analysis::Operation &operation);

/// "post" of "requests.post", "lock" of "std::sync::Mutex::lock".
std::string_view lastName(std::string_view qualified);

/// "use `await asyncio.sleep(…)`": the framework's own replacement, or how to hand the call to a thread.
std::string replacement(const link::Program &program, const analysis::Operation &operation, Name runtime);

/// The catalogue's text for this runtime, else its general one; empty if there is none.
std::string_view useInstead(const catalog::Entry &entry, Name runtime);

/// A catalogue's replacement as an advice: code is quoted, sentences stay as they are.
std::string asAdvice(std::string_view text);

/// How code on this runtime hands a call to a thread: "await asyncio.to_thread(…)".
std::string_view offloading(facts::Language language, Name runtime);

} // namespace clearway::checks
