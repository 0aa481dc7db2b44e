/* Stands in for the `select` of Python's selectors.EpollSelector, which asyncio uses on Linux. It waits itself, so it
 * knows when the wait ended: before the thread had the GIL again. It does in C what that method does in Python, so a
 * watched loop is not slower. */
#pragma once

#include "LoopType.h"

namespace clearway::python {

bool add_epoll_type(PyObject *module);

/* A callable for `selector.select` that marks the polls of `loop`. New reference. NULL and AttributeError or TypeError
 * when this selector is not made as CPython's EpollSelector is. */
PyObject *wrap_epoll(LoopObject *loop, PyObject *selector);

} // namespace clearway::python
