/* clearway_probe._native.Loop: one event loop under the probe. */
#pragma once

#include <Python.h>

#include <clearway/probe.h>

namespace clearway::python {

struct UvHook;

struct LoopObject {
  PyObject_HEAD
  clearway_loop *loop; /* freed with the object: hooks hold a reference to it */
  UvHook *uv;
};

/* Raises RuntimeError (OSError for outputs) with the status in words. Returns NULL. */
PyObject *raise_status(int status, const char *what);

/* Adds the type to the module. */
bool add_loop_type(PyObject *module);

/* NULL and TypeError if it is none. */
LoopObject *as_loop(PyObject *object);

} // namespace clearway::python
