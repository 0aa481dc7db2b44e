// Which frame of a stack to show a person first.
#pragma once

#include "runtime/Records.h"

#include <string>
#include <string_view>
#include <vector>

namespace clearway::runtime {

/// True if the frame belongs to the application, not to the C library, a language's standard library, an interpreter,
/// an event loop or the probe. A judgement by names and paths.
bool isApplication(const Frame &frame);

/// True if it lies in a program or shared object of the application, whose functions may come from others' headers. All
/// that can be said of the frames of a stripped one.
bool isInApplicationsModule(const Frame &frame);

/// The frames that the loop ran, innermost first: not those of who started it, as far as they can be told apart. If the loop
/// waited for the GIL, those of the thread that held it.
std::vector<const Frame *> framesInLoop(const Stall &stall);

/// Of the frames that the loop ran, the innermost of the application; without one, that of a package, of a stripped program, then the innermost frame with a name,
/// then any; null without frames.
const Frame *culpritFrame(const Stall &stall);

/// "app::run", without parameters and template arguments; "libfoo.so+0x1f40" where no name is known.
std::string functionOf(const Frame &frame);

/// "src/app.cpp:12", else "server+0x1f40"; empty for a frame of which nothing is known.
std::string placeOf(const Frame &frame);

/// The function of the culprit's frame, or why there is none.
std::string culpritOf(const Stall &stall);

} // namespace clearway::runtime
