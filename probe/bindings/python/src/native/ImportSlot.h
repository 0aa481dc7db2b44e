/* The pointer through which one shared object calls a function of another one. */
#pragma once

namespace clearway::python {

/* Where the object of `library` (from dlopen) keeps the address of `function`; NULL if it imports no such
 * function. [any] */
void **import_slot(void *library, const char *function);

/* Stores `value`, also where the linker made the slot read-only. False if the system refuses. Calls in
 * progress on other threads are not disturbed. One writer at a time. */
bool set_import_slot(void **slot, void *value);

} // namespace clearway::python
