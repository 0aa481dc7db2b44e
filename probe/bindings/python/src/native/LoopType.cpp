#include "LoopType.h"

#include "EpollHook.h"
#include "SelectHook.h"
#include "UvHook.h"
#include "UvWait.h"

#include <string>

namespace clearway::python {

static PyTypeObject *loop_type;

PyObject *raise_status(int status, const char *what) {
  PyObject *kind = status == CLEARWAY_E_OUTPUT ? PyExc_OSError : PyExc_RuntimeError;
  PyErr_Format(kind, "clearway_probe: %s: %s", what, clearway_status_text(status));
  return nullptr;
}

static PyObject *none_or_raise(int status, const char *what) {
  return status == CLEARWAY_OK ? Py_NewRef(Py_None) : raise_status(status, what);
}

LoopObject *as_loop(PyObject *object) {
  if (Py_TYPE(object) != loop_type) {
    PyErr_SetString(PyExc_TypeError, "not a clearway_probe loop");
    return nullptr;
  }
  return reinterpret_cast<LoopObject *>(object);
}

static clearway_loop *handle(PyObject *self) { return reinterpret_cast<LoopObject *>(self)->loop; }

static PyObject *create(PyTypeObject *type, PyObject *arguments, PyObject *) {
  const char *name = nullptr;
  unsigned long long threshold = 0;
  if (!PyArg_ParseTuple(arguments, "z|K", &name, &threshold)) {
    return nullptr;
  }
  auto *object = reinterpret_cast<LoopObject *>(type->tp_alloc(type, 0));
  if (object == nullptr) {
    return nullptr;
  }
  clearway_loop_config config{};
  config.struct_size = sizeof config;
  config.name = name;
  config.threshold_ns = threshold;
  int status = clearway_loop_create(&config, &object->loop);
  if (status != CLEARWAY_OK) {
    Py_DECREF(reinterpret_cast<PyObject *>(object));
    return raise_status(status, "a loop cannot be created");
  }
  return reinterpret_cast<PyObject *>(object);
}

static void destroy(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  unwatch_wait(handle(self));
  if (handle(self) != nullptr && reinterpret_cast<LoopObject *>(self)->uv == nullptr) {
    clearway_loop_destroy(handle(self)); // libuv's handles, if they are still there, go on using it
  }
  type->tp_free(self);
  Py_DECREF(type);
}

// A thread has one loop at a time, but several Python loops may take turns on it: the last one that runs is it.
static PyObject *attach(PyObject *self, PyObject *) {
  clearway_loop *before = clearway_thread_loop();
  if (before == handle(self)) {
    Py_RETURN_NONE;
  }
  if (before != nullptr) {
    clearway_loop_idle(before);
    clearway_loop_detach(before);
  }
  clearway_loop_set_user(handle(self), PyThreadState_Get());
  return none_or_raise(clearway_loop_attach(handle(self)), "the loop cannot be attached to this thread");
}

static PyObject *detach(PyObject *self, PyObject *) {
  if (clearway_thread_loop() == handle(self)) {
    clearway_loop_idle(handle(self));
    clearway_loop_detach(handle(self));
  }
  Py_RETURN_NONE;
}

static PyObject *begin(PyObject *self, PyObject *) {
  clearway_loop_poll(handle(self), 0);
  Py_RETURN_NONE;
}

static PyObject *idle(PyObject *self, PyObject *) {
  clearway_loop_idle(handle(self));
  Py_RETURN_NONE;
}

static PyObject *set_threshold(PyObject *self, PyObject *value) {
  unsigned long long ns = PyLong_AsUnsignedLongLong(value);
  if (PyErr_Occurred()) {
    return nullptr;
  }
  return none_or_raise(clearway_loop_set_threshold(handle(self), ns), "threshold");
}

static PyObject *select_hook(PyObject *self, PyObject *select) {
  return wrap_select(reinterpret_cast<LoopObject *>(self), select);
}

static PyObject *epoll_hook(PyObject *self, PyObject *selector) {
  return wrap_epoll(reinterpret_cast<LoopObject *>(self), selector);
}

static PyObject *uv_hook(PyObject *self, PyObject *arguments) {
  PyObject *capsule = nullptr;
  const char *library = nullptr;
  if (!PyArg_ParseTuple(arguments, "Os", &capsule, &library)) {
    return nullptr;
  }
  void *uv_loop = PyCapsule_GetPointer(capsule, PyCapsule_GetName(capsule));
  if (uv_loop == nullptr) {
    return nullptr;
  }
  const char *problem = nullptr;
  auto *object = reinterpret_cast<LoopObject *>(self);
  object->uv = hook_uv(object->loop, uv_loop, library, &problem);
  if (object->uv == nullptr) {
    PyErr_Format(PyExc_RuntimeError, "clearway_probe: %s", problem);
    return nullptr;
  }
  Py_RETURN_NONE;
}

static PyObject *uv_unhook(PyObject *self, PyObject *) {
  auto *object = reinterpret_cast<LoopObject *>(self);
  if (object->uv != nullptr) {
    unhook_uv(object->uv);
    object->uv = nullptr;
  }
  Py_RETURN_NONE;
}

static PyObject *quantiles(const clearway_quantiles &of) {
  using Wide = unsigned long long;
  return Py_BuildValue("{s:K,s:K,s:K,s:K,s:K,s:K,s:K,s:K}", "count", Wide(of.count), "sum_ns", Wide(of.sum_ns),
                       "p50_ns", Wide(of.p50_ns), "p90_ns", Wide(of.p90_ns), "p99_ns", Wide(of.p99_ns), "p999_ns",
                       Wide(of.p999_ns), "p9999_ns", Wide(of.p9999_ns), "max_ns", Wide(of.max_ns));
}

static PyObject *causes(const clearway_snapshot &of) {
  PyObject *all = PyDict_New();
  for (int cause = 0; all != nullptr && cause < CLEARWAY_CAUSE_COUNT; ++cause) {
    PyObject *count = PyLong_FromUnsignedLongLong(of.causes[cause]);
    PyDict_SetItemString(all, clearway_cause_name(clearway_cause(cause)), count);
    Py_XDECREF(count);
  }
  return all;
}

static PyObject *snapshot(PyObject *self, PyObject *) {
  clearway_snapshot of{};
  of.struct_size = sizeof of;
  int status = clearway_loop_snapshot(handle(self), &of);
  if (status != CLEARWAY_OK) {
    return raise_status(status, "snapshot");
  }
  using Wide = unsigned long long;
  return Py_BuildValue("{s:K,s:K,s:K,s:K,s:K,s:N,s:K,s:i,s:N,s:N}", "polls", Wide(of.polls), "stalls", Wide(of.stalls),
                       "stall_ns", Wide(of.stall_ns), "reports", Wide(of.reports), "suppressed", Wide(of.suppressed),
                       "causes", causes(of), "misuse_thread", Wide(of.misuse_thread), "thread_id", of.thread_id, "raw",
                       quantiles(of.raw), "corrected", quantiles(of.corrected));
}

static PyMethodDef methods[] = {{"attach", attach, METH_NOARGS, "The calling thread becomes the loop's thread."},
                                {"detach", detach, METH_NOARGS, "Releases the thread; only on it."},
                                {"begin", begin, METH_NOARGS, "A poll begins; one in progress ends."},
                                {"idle", idle, METH_NOARGS, "The poll ends."},
                                {"set_threshold", set_threshold, METH_O, "In nanoseconds."},
                                {"wrap_select", select_hook, METH_O, "A stand-in for a selector's select."},
                                {"wrap_epoll", epoll_hook, METH_O, "The same for a selectors.EpollSelector, given whole."},
                                {"uv_hook", uv_hook, METH_VARARGS, "Hooks a uv_loop_t capsule."},
                                {"uv_unhook", uv_unhook, METH_NOARGS, "Undoes uv_hook."},
                                {"snapshot", snapshot, METH_NOARGS, "Counts and quantiles."},
                                {}};
static PyType_Slot slots[] = {
    {Py_tp_new, (void *)create}, {Py_tp_dealloc, (void *)destroy}, {Py_tp_methods, methods}, {}};
static PyType_Spec spec = {"clearway_probe._native.Loop", sizeof(LoopObject), 0, Py_TPFLAGS_DEFAULT, slots};

bool add_loop_type(PyObject *module) {
  loop_type = reinterpret_cast<PyTypeObject *>(PyType_FromSpec(&spec));
  return loop_type != nullptr && PyModule_AddType(module, loop_type) == 0;
}

} // namespace clearway::python
