#include "runtime/Culprit.h"

#include "runtime/FunctionName.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace clearway::runtime {

namespace {

/// Beginnings of shared objects' names.
constexpr std::array<std::string_view, 22> kRuntimeObjects{
    "libc.so",    "libc-",      "libpthread", "ld-linux",   "libstdc++", "libc++",      "libm.so",    "libgcc_s",
    "libpython",  "libclearway-probe", "libuv", "libevent", "libuvloop", "libcuda",     "libcudart",  "libamdhip",
    "libhsa-",    "linux-vdso", "[vdso]",     "libasan",    "libtsan",   "_clearway_probe"};

/// Namespaces and crates of standard libraries and event loops.
constexpr std::array<std::string_view, 34> kRuntimeNames{
    "std::",       "__gnu_cxx::", "__cxxabiv1::", "core::",       "alloc::",    "backtrace::",     "asio::",
    "boost::",     "folly::",     "seastar::",    "absl::",       "grpc::",     "grpc_core::",     "tokio::",
    "tokio_util::", "futures_util::", "futures_core::", "futures_executor::", "futures_channel::", "mio::", "hyper::",
    "hyper_util::", "h2::",       "tower::",      "tower_http::", "axum::",     "async_std::",     "smol::",
    "clearway::",  "clearway_",   "parking_lot::", "parking_lot_core::", "lock_api::", "rayon_core::"};

constexpr std::array<std::string_view, 14> kRuntimeFunctions{
    "pthread_", "__pthread_", "__libc_", "__GI_",       "_Py",    "Py",    "_start",
    "uv_",      "uv__",       "_PyEval", "__rust_",     "rust_",  "__cxa_", "_Unwind_"};

/// Parts of paths where other people's sources lie.
constexpr std::array<std::string_view, 13> kForeignSources{
    "/site-packages/", "/dist-packages/", "/.cargo/registry/", "/.cargo/git/", "/rustc/",
    "/usr/include/",   "/lib/rustlib/",   "/usr/lib/",         "/build/glibc",
    "/usr/src/",       "/library/core/src/", "/library/alloc/src/", "/library/std/src/"}; // the last: Rust's, wherever it was built

constexpr std::array<std::string_view, 4> kPackages{"/site-packages/", "/dist-packages/", "/.cargo/registry/", "/.cargo/git/"};

/// Python packages that run callbacks of others: servers, frameworks, event loops.
constexpr std::array<std::string_view, 20> kFrameworks{
    "aiohttp/", "anyio/",     "asgiref/", "clearway_probe/", "django/",    "fastapi/", "grpc/",   "gunicorn/",  "hypercorn/", "litestar/",
    "quart/",   "sanic/",     "sniffio/", "starlette/",      "tornado/",   "trio/",    "twisted/", "uvicorn/",  "uvloop/",    "websockets/"};

/// What the frame source for Python writes between the stack of the thread that holds the GIL and that of the loop.
constexpr std::string_view kHeldAbove = "<the GIL is held above, waited for below>";

std::string_view baseName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

template <size_t N> bool startsWithAny(std::string_view text, const std::array<std::string_view, N> &words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.starts_with(word); });
}

/// lib/python3.12/asyncio/events.py
bool isPythonLibrary(std::string_view file) {
  size_t at = file.find("/lib/python3.");
  return at != std::string_view::npos || file.starts_with("<frozen");
}

bool isForeignSource(std::string_view file) {
  return isPythonLibrary(file) || std::any_of(kForeignSources.begin(), kForeignSources.end(), [&](std::string_view part) {
           return file.find(part) != std::string_view::npos;
         });
}

bool isSystemObject(std::string_view module) {
  return module.starts_with("/lib/") || module.starts_with("/lib64/") || module.starts_with("/usr/lib");
}

bool isInterpreter(std::string_view module) {
  std::string_view name = baseName(module);
  return name.starts_with("python3") || name.starts_with("python2") || name == "python" || name == "uvloop";
}

std::string hex(uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

std::string inModule(const Frame &frame) {
  return frame.module.empty() ? "" : std::string(baseName(frame.module)) + "+" + hex(frame.offset);
}

} // namespace

/// Of asyncio: from here outwards is who started the loop.
bool runsCallbacks(const Frame &frame) {
  std::string_view file = frame.file, function = frame.symbol;
  if (frame.native || file.find("asyncio/") == std::string_view::npos)
    return false;
  function = function.substr(function.rfind('.') + 1);
  return file.ends_with("asyncio/runners.py") || (file.ends_with("asyncio/events.py") && frame.symbol == "Handle._run") ||
         (file.ends_with("asyncio/base_events.py") &&
          (function == "_run_once" || function == "run_forever" || function == "run_until_complete"));
}

bool isSeparator(const Frame &frame) {
  return !frame.native && frame.symbol == kHeldAbove;
}

/// Code of a package that is no framework; its users may be at fault, but it is where the time went.
bool isOfPackage(const Frame &frame) {
  const std::string &path = frame.native && frame.file.empty() ? frame.module : frame.file;
  if (frame.symbol.empty() || startsWithAny(baseName(frame.module), kRuntimeObjects))
    return false;
  for (std::string_view folder : kPackages)
    if (size_t at = path.find(folder); at != std::string::npos)
      return !startsWithAny(std::string_view(path).substr(at + folder.size()), kFrameworks) &&
             !(frame.native && startsWithAny(plainName(frame.symbol), kRuntimeNames));
  return false;
}

bool isInApplicationsModule(const Frame &frame) {
  return frame.native && !frame.module.empty() && !isForeignSource(frame.module) && !startsWithAny(baseName(frame.module), kRuntimeObjects) &&
         !isSystemObject(frame.module) && !isInterpreter(frame.module);
}

bool isApplication(const Frame &frame) {
  if (!frame.native) // "<string>": code that a program has written
    return !frame.file.empty() && frame.file[0] != '<' && !isForeignSource(frame.file);
  if (frame.symbol.empty() || (!frame.module.empty() && !isInApplicationsModule(frame)))
    return false;
  std::string name = plainName(frame.symbol);
  return !startsWithAny(name, kRuntimeNames) && !startsWithAny(name, kRuntimeFunctions) && !isForeignSource(frame.file);
}

std::vector<const Frame *> framesInLoop(const Stall &stall) {
  std::vector<const Frame *> frames;
  bool inLoop = true;
  for (const Frame &frame : stall.frames) {
    if (isSeparator(frame) && !frames.empty())
      return frames;
    inLoop = inLoop && !runsCallbacks(frame);
    if ((inLoop || frame.native) && !isSeparator(frame))
      frames.push_back(&frame);
  }
  return frames;
}

const Frame *culpritFrame(const Stall &stall) {
  const std::vector<const Frame *> frames = framesInLoop(stall);
  auto first = [&](auto fits) -> const Frame * {
    auto found = std::find_if(frames.begin(), frames.end(), [&](const Frame *frame) { return fits(*frame); });
    return found == frames.end() ? nullptr : *found;
  };
  if (const Frame *application = first(isApplication))
    return application;
  if (const Frame *package = first(isOfPackage))
    return package;
  if (const Frame *stripped = first(isInApplicationsModule); stripped && stripped->symbol.empty())
    return stripped;
  if (const Frame *named = first([](const Frame &frame) { return !frame.symbol.empty(); }))
    return named;
  return stall.frames.empty() ? nullptr : &stall.frames.front();
}

std::string functionOf(const Frame &frame) {
  if (frame.symbol.empty())
    return frame.module.empty() ? "?" : inModule(frame);
  std::string name = frame.native ? plainName(frame.symbol) : frame.symbol;
  return name.empty() ? frame.symbol : name;
}

std::string placeOf(const Frame &frame) {
  if (frame.file.empty())
    return inModule(frame);
  return frame.file + (frame.line != 0 ? ":" + std::to_string(frame.line) : "");
}

std::string culpritOf(const Stall &stall) {
  if (const Frame *frame = culpritFrame(stall))
    return functionOf(*frame);
  return "(no stack" + (stall.stackNote.empty() ? "" : ": " + stall.stackNote) + ")";
}

} // namespace clearway::runtime
