/* Reports on their way from the watchdog, which must never wait for the GIL, to Python. */
#pragma once

#include <Python.h>

#include <clearway/probe.h>

namespace clearway::python {

/* For clearway_config.on_report: copies the report. The oldest is dropped when nobody takes 1,000 of them. */
void queue_stall(const clearway_report *report, void *);

/* Everything queued, as a list of dictionaries, oldest first; the queue is empty afterwards. Needs the GIL. */
PyObject *take_stalls();

} // namespace clearway::python
