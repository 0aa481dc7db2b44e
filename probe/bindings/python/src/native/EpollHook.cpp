#include "EpollHook.h"

#include <clearway/probe_inline.h>

#include <structmember.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cmath>
#include <cstdlib>
#include <sys/epoll.h>

namespace clearway::python {

namespace {

struct EpollObject {
  PyObject_HEAD
  vectorcallfunc call;
  PyObject *select; // what this stands in for
  PyObject *poller; // select.epoll: asked for its descriptor each time, since it may be closed
  PyObject *keys;   // dict: descriptor -> selectors.SelectorKey
  LoopObject *loop;
  epoll_event *events;
  int capacity;
};

enum SelectorMask { event_read = 1, event_write = 2 }; // selectors.EVENT_READ, EVENT_WRITE

} // namespace

static PyTypeObject *epoll_type;
static PyObject *fileno_name;

static constexpr int key_events = 2; // SelectorKey(fileobj, fd, events, data)

// None waits for ever, zero and less not at all; else milliseconds, rounded up. False with an exception.
static bool to_milliseconds(PyObject *timeout, int *milliseconds) {
  if (timeout == Py_None) {
    *milliseconds = -1;
    return true;
  }
  double seconds = PyFloat_AsDouble(timeout);
  if (seconds == -1 && PyErr_Occurred()) {
    return false;
  }
  *milliseconds = seconds <= 0 ? 0 : int(std::min(std::ceil(seconds * 1e3), double(INT_MAX)));
  return true;
}

static int descriptor(EpollObject *hook) {
  PyObject *number = PyObject_CallMethodNoArgs(hook->poller, fileno_name);
  if (number == nullptr) {
    return -1;
  }
  long value = PyLong_AsLong(number);
  Py_DECREF(number);
  return int(value);
}

static bool reserve(EpollObject *hook, Py_ssize_t count) {
  int wanted = int(std::clamp<Py_ssize_t>(count, 1, INT_MAX / Py_ssize_t(sizeof(epoll_event))));
  if (wanted > hook->capacity) {
    void *grown = std::realloc(hook->events, size_t(wanted) * sizeof(epoll_event));
    if (grown == nullptr) {
      PyErr_NoMemory();
      return false;
    }
    hook->events = static_cast<epoll_event *>(grown);
    hook->capacity = wanted;
  }
  return true;
}

// The poll begins before the thread has the GIL again: waiting for it delays the loop's callbacks like any other work.
// Returns epoll_wait's result and leaves its errno.
static int wait_without_gil(EpollObject *hook, int epoll, int milliseconds) {
  clearway_loop *loop = hook->loop->loop;
  int ready = 0;
  int error = 0;
  Py_BEGIN_ALLOW_THREADS
  if (milliseconds != 0) {
    clearway_loop_idle(loop);
  }
  ready = epoll_wait(epoll, hook->events, hook->capacity, milliseconds);
  error = errno;
  clearway_inline_poll(loop, 0);
  Py_END_ALLOW_THREADS
  errno = error;
  return ready;
}

static int left_of(int milliseconds, uint64_t begin_ns) {
  if (milliseconds <= 0) {
    return milliseconds;
  }
  uint64_t passed = (clearway_clock_ns() - begin_ns) / 1'000'000;
  return passed < uint64_t(milliseconds) ? milliseconds - int(passed) : 0;
}

// As PEP 475 has it: signal handlers run, then the wait goes on for the time that is left. -1 with an exception.
static int wait_for_events(EpollObject *hook, int epoll, int milliseconds) {
  uint64_t begin_ns = milliseconds > 0 ? clearway_clock_ns() : 0;
  for (int left = milliseconds;;) {
    int ready = wait_without_gil(hook, epoll, left);
    if (ready >= 0) {
      return ready;
    }
    if (errno != EINTR) {
      PyErr_SetFromErrno(PyExc_OSError);
      return -1;
    }
    if (PyErr_CheckSignals() != 0) {
      return -1;
    }
    left = left_of(milliseconds, begin_ns);
  }
}

static long wanted_events(PyObject *key) {
  if (!PyTuple_Check(key) || PyTuple_GET_SIZE(key) <= key_events) {
    PyErr_SetString(PyExc_TypeError, "clearway_probe: the selector's keys are not selectors.SelectorKey");
    return -1;
  }
  return PyLong_AsLong(PyTuple_GET_ITEM(key, key_events));
}

// Errors and hang-ups are ready for both, as in selectors.
static long selector_mask(uint32_t events) {
  return (events & ~uint32_t(EPOLLIN) ? event_write : 0) | (events & ~uint32_t(EPOLLOUT) ? event_read : 0);
}

static bool append_ready(PyObject *list, PyObject *keys, const epoll_event &event) {
  PyObject *number = PyLong_FromLong(event.data.fd);
  if (number == nullptr) {
    return false;
  }
  PyObject *key = PyDict_GetItemWithError(keys, number);
  Py_DECREF(number);
  if (key == nullptr) {
    return !PyErr_Occurred(); // unregistered meanwhile
  }
  long wanted = wanted_events(key);
  if (wanted == -1 && PyErr_Occurred()) {
    return false;
  }
  PyObject *pair = Py_BuildValue("(Ol)", key, wanted & selector_mask(event.events));
  bool done = pair != nullptr && PyList_Append(list, pair) == 0;
  Py_XDECREF(pair);
  return done;
}

static PyObject *ready_keys(EpollObject *hook, int ready) {
  PyObject *list = PyList_New(0);
  for (int at = 0; list != nullptr && at < ready; ++at) {
    if (!append_ready(list, hook->keys, hook->events[at])) {
      Py_CLEAR(list);
    }
  }
  return list;
}

static PyObject *call_select(PyObject *self, PyObject *const *arguments, size_t count, PyObject *names) {
  auto *hook = reinterpret_cast<EpollObject *>(self);
  Py_ssize_t given = PyVectorcall_NARGS(count);
  if (given > 1 || names != nullptr) {
    return PyObject_Vectorcall(hook->select, arguments, count, names); // its wait counts as part of the poll
  }
  int milliseconds = 0;
  if (!to_milliseconds(given == 1 ? arguments[0] : Py_None, &milliseconds)) {
    return nullptr;
  }
  int epoll = descriptor(hook);
  if (epoll == -1 || !reserve(hook, PyDict_GET_SIZE(hook->keys))) {
    return nullptr;
  }
  int ready = wait_for_events(hook, epoll, milliseconds);
  if (ready < 0 && !PyErr_ExceptionMatches(PyExc_InterruptedError)) {
    return nullptr;
  }
  if (ready < 0) {
    PyErr_Clear();
    ready = 0;
  }
  return ready_keys(hook, ready);
}

static int traverse(PyObject *self, visitproc visit, void *arg) {
  auto *hook = reinterpret_cast<EpollObject *>(self);
  Py_VISIT(hook->select);
  Py_VISIT(hook->poller);
  Py_VISIT(hook->keys);
  Py_VISIT(reinterpret_cast<PyObject *>(hook->loop));
  Py_VISIT(Py_TYPE(self));
  return 0;
}

// Only the way back to the selector can be a cycle; the others stay valid for a call in progress.
static int clear(PyObject *self) {
  Py_CLEAR(reinterpret_cast<EpollObject *>(self)->select);
  return 0;
}

static void destroy(PyObject *self) {
  auto *hook = reinterpret_cast<EpollObject *>(self);
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  clear(self);
  Py_XDECREF(hook->poller);
  Py_XDECREF(hook->keys);
  Py_XDECREF(reinterpret_cast<PyObject *>(hook->loop));
  std::free(hook->events);
  PyObject_GC_Del(self);
  Py_DECREF(type);
}

static PyMemberDef members[] = {{"__vectorcalloffset__", T_PYSSIZET, offsetof(EpollObject, call), READONLY, nullptr},
                                {"__wrapped__", T_OBJECT, offsetof(EpollObject, select), READONLY, nullptr},
                                {}};
static PyType_Slot slots[] = {{Py_tp_dealloc, (void *)destroy},
                              {Py_tp_traverse, (void *)traverse},
                              {Py_tp_clear, (void *)clear},
                              {Py_tp_call, (void *)PyVectorcall_Call},
                              {Py_tp_members, members},
                              {}};
static PyType_Spec spec = {"clearway_probe._native.EpollSelect", sizeof(EpollObject), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
                               Py_TPFLAGS_DISALLOW_INSTANTIATION,
                           slots};

bool add_epoll_type(PyObject *module) {
  fileno_name = PyUnicode_InternFromString("fileno");
  epoll_type = fileno_name != nullptr ? reinterpret_cast<PyTypeObject *>(PyType_FromSpec(&spec)) : nullptr;
  return epoll_type != nullptr && PyModule_AddType(module, epoll_type) == 0;
}

// False with an exception; what was had so far is released with the object.
static bool take_parts(EpollObject *hook, PyObject *selector) {
  hook->select = PyObject_GetAttrString(selector, "select");
  hook->poller = hook->select != nullptr ? PyObject_GetAttrString(selector, "_selector") : nullptr;
  hook->keys = hook->poller != nullptr ? PyObject_GetAttrString(selector, "_fd_to_key") : nullptr;
  if (hook->keys != nullptr && !PyDict_CheckExact(hook->keys)) {
    PyErr_SetString(PyExc_TypeError, "the selector's _fd_to_key is no dict");
    return false;
  }
  return hook->keys != nullptr;
}

PyObject *wrap_epoll(LoopObject *loop, PyObject *selector) {
  auto *hook = PyObject_GC_New(EpollObject, epoll_type);
  if (hook == nullptr) {
    return nullptr;
  }
  hook->call = call_select;
  hook->select = hook->poller = hook->keys = nullptr;
  hook->events = nullptr;
  hook->capacity = 0;
  hook->loop = loop;
  Py_INCREF(reinterpret_cast<PyObject *>(loop));
  auto *object = reinterpret_cast<PyObject *>(hook);
  PyObject_GC_Track(object);
  if (!take_parts(hook, selector)) {
    Py_CLEAR(object);
  }
  return object;
}

} // namespace clearway::python
