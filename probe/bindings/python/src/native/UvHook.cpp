#include "UvHook.h"

#include "UvWait.h"

#include <clearway/probe_inline.h>

#include <dlfcn.h>

namespace clearway::python {

namespace {

// The start of every libuv handle is public: `data` comes first. The rest is only reserved; handles of these
// kinds are 120 bytes in libuv 1.
struct UvHandle {
  void *data;
  char rest[504];
};

using Callback = void (*)(UvHandle *);

struct Libuv {
  int (*prepare_init)(void *, UvHandle *);
  int (*prepare_start)(UvHandle *, Callback);
  int (*check_init)(void *, UvHandle *);
  int (*check_start)(UvHandle *, Callback);
  void (*unref)(UvHandle *);
  void (*close)(UvHandle *, Callback);
  int (*backend_fd)(const void *);
};

} // namespace

struct UvHook {
  UvHandle prepare, check;
  Libuv uv;
  int open;
};

template <class Function> static bool find(void *library, const char *name, Function &function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

// uvloop brings its own libuv along: this one, no other.
static void *open_library(const char *path) {
  return dlopen(path, RTLD_LAZY | RTLD_NOLOAD);
}

static bool find_libuv(void *library, Libuv &uv) {
  return library != nullptr && find(library, "uv_prepare_init", uv.prepare_init) &&
         find(library, "uv_prepare_start", uv.prepare_start) &&
         find(library, "uv_check_init", uv.check_init) && find(library, "uv_check_start", uv.check_start) &&
         find(library, "uv_unref", uv.unref) && find(library, "uv_close", uv.close) &&
         find(library, "uv_backend_fd", uv.backend_fd);
}

static clearway_loop *loop_of(UvHandle *handle) {
  return static_cast<clearway_loop *>(handle->data);
}

static void before_wait(UvHandle *handle) {
  clearway_loop_idle(loop_of(handle));
}

// The poll began when the wait ended, with the callbacks of sockets and descriptors, unless that could not be
// seen.
static void after_wait(UvHandle *handle) {
  auto *slot = reinterpret_cast<clearway_slot *>(loop_of(handle));
  if (CLEARWAY_LOAD(slot->begin) == 0) {
    clearway_inline_poll(loop_of(handle), 0);
  }
}

static bool start(UvHook &hook, void *uv_loop) {
  if (hook.uv.prepare_init(uv_loop, &hook.prepare) != 0 || hook.uv.check_init(uv_loop, &hook.check) != 0) {
    return false;
  }
  hook.uv.prepare_start(&hook.prepare, before_wait);
  hook.uv.check_start(&hook.check, after_wait);
  hook.uv.unref(&hook.prepare); // a loop with nothing else to do still ends
  hook.uv.unref(&hook.check);
  return true;
}

UvHook *hook_uv(clearway_loop *loop, void *uv_loop, const char *library, const char **problem) {
  auto *hook = new UvHook{};
  hook->prepare.data = hook->check.data = loop;
  hook->open = 2;
  void *opened = open_library(library);
  if (!find_libuv(opened, hook->uv)) {
    *problem = "this build of uvloop does not export libuv's functions";
  } else if (!start(*hook, uv_loop)) {
    *problem = "libuv refused a handle";
  } else {
    watch_wait(opened, hook->uv.backend_fd(uv_loop), loop);
    return hook;
  }
  delete hook;
  return nullptr;
}

static void closed(UvHandle *handle) {
  auto *hook = static_cast<UvHook *>(handle->data);
  if (--hook->open == 0) {
    delete hook;
  }
}

void unhook_uv(UvHook *hook) {
  unwatch_wait(loop_of(&hook->prepare));
  hook->prepare.data = hook->check.data = hook;
  hook->uv.close(&hook->prepare, closed);
  hook->uv.close(&hook->check, closed);
}

} // namespace clearway::python
