/* Stands in for a selector's `select`: everything between two calls is one poll of the loop. */
#pragma once

#include "LoopType.h"

namespace clearway::python {

bool add_select_type(PyObject *module);

/* A callable that calls `select` and marks the polls of `loop`. New reference. */
PyObject *wrap_select(LoopObject *loop, PyObject *select);

} // namespace clearway::python
