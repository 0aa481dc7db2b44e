#include "SelectHook.h"

#include <clearway/probe_inline.h>

#include <structmember.h>

namespace clearway::python {

namespace {

struct SelectObject {
  PyObject_HEAD
  vectorcallfunc call;
  PyObject *select;
  LoopObject *loop;
};

} // namespace

static PyTypeObject *select_type;

// With work waiting, asyncio asks with timeout 0: the call does not wait, so it counts as part of the poll and one
// reading of the clock is enough.
static bool does_not_wait(PyObject *const *arguments, size_t count) {
  static PyObject *zero = PyLong_FromLong(0); // small integers are unique
  return PyVectorcall_NARGS(count) == 1 && arguments[0] == zero;
}

static PyObject *call_select(PyObject *self, PyObject *const *arguments, size_t count, PyObject *names) {
  auto *hook = reinterpret_cast<SelectObject *>(self);
  clearway_loop *loop = hook->loop->loop;
  if (!does_not_wait(arguments, count)) {
    clearway_loop_idle(loop);
  }
  PyObject *events = PyObject_Vectorcall(hook->select, arguments, count, names);
  clearway_inline_poll(loop, 0);
  return events;
}

static int traverse(PyObject *self, visitproc visit, void *arg) {
  auto *hook = reinterpret_cast<SelectObject *>(self);
  Py_VISIT(hook->select);
  Py_VISIT(reinterpret_cast<PyObject *>(hook->loop));
  Py_VISIT(Py_TYPE(self));
  return 0;
}

static int clear(PyObject *self) {
  Py_CLEAR(reinterpret_cast<SelectObject *>(self)->select);
  return 0; // the loop refers to nothing
}

static void destroy(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  clear(self);
  Py_XDECREF(reinterpret_cast<PyObject *>(reinterpret_cast<SelectObject *>(self)->loop));
  PyObject_GC_Del(self);
  Py_DECREF(type);
}

static PyMemberDef members[] = {{"__vectorcalloffset__", T_PYSSIZET, offsetof(SelectObject, call), READONLY, nullptr},
                                {"__wrapped__", T_OBJECT, offsetof(SelectObject, select), READONLY, nullptr},
                                {}};
static PyType_Slot slots[] = {{Py_tp_dealloc, (void *)destroy},
                              {Py_tp_traverse, (void *)traverse},
                              {Py_tp_clear, (void *)clear},
                              {Py_tp_call, (void *)PyVectorcall_Call},
                              {Py_tp_members, members},
                              {}};
static PyType_Spec spec = {"clearway_probe._native.Select", sizeof(SelectObject), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
                               Py_TPFLAGS_DISALLOW_INSTANTIATION,
                           slots};

bool add_select_type(PyObject *module) {
  select_type = reinterpret_cast<PyTypeObject *>(PyType_FromSpec(&spec));
  return select_type != nullptr && PyModule_AddType(module, select_type) == 0;
}

PyObject *wrap_select(LoopObject *loop, PyObject *select) {
  auto *hook = PyObject_GC_New(SelectObject, select_type);
  if (hook == nullptr) {
    return nullptr;
  }
  hook->call = call_select;
  hook->select = Py_NewRef(select);
  hook->loop = loop;
  Py_INCREF(reinterpret_cast<PyObject *>(loop));
  auto *object = reinterpret_cast<PyObject *>(hook);
  PyObject_GC_Track(object);
  return object;
}

} // namespace clearway::python
