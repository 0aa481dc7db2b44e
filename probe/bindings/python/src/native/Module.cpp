// clearway_probe._native: the C ABI as Python functions. What waits for the watchdog does so without the GIL.
#include "EpollHook.h"
#include "LoopType.h"
#include "PythonFrames.h"
#include "SelectHook.h"
#include "StallQueue.h"

#include <clearway/probe.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace clearway::python {

template <class Call> static int without_gil(Call call) {
  PyThreadState *state = PyEval_SaveThread();
  int status = call();
  PyEval_RestoreThread(state);
  return status;
}

static PyObject *start(PyObject *, PyObject *arguments) {
  clearway_config config{};
  config.struct_size = sizeof config;
  clearway_config_from_env(&config);
  unsigned long long threshold = 0;
  const char *jsonl = nullptr, *prometheus = nullptr, *trace = nullptr;
  if (!PyArg_ParseTuple(arguments, "Kzzz", &threshold, &jsonl, &prometheus, &trace)) {
    return nullptr;
  }
  config.threshold_ns = threshold != 0 ? threshold : config.threshold_ns;
  config.jsonl_path = jsonl != nullptr ? jsonl : config.jsonl_path;
  config.prometheus_path = prometheus != nullptr ? prometheus : config.prometheus_path;
  config.trace_path = trace != nullptr ? trace : config.trace_path;
  config.on_report = queue_stall;
  int status = without_gil([&] { return clearway_probe_start(&config); });
  if (status != CLEARWAY_OK) {
    return raise_status(status, "the watchdog does not start");
  }
  Py_RETURN_NONE;
}

static PyObject *stop(PyObject *, PyObject *) { return PyLong_FromLong(without_gil([] { return clearway_probe_stop(); })); }

static PyObject *flush(PyObject *, PyObject *) { return PyLong_FromLong(without_gil([] { return clearway_probe_flush(); })); }

static PyObject *installation(PyObject *, PyObject *) {
  clearway_installation of{};
  of.struct_size = sizeof of;
  int status = clearway_probe_installed(&of);
  return Py_BuildValue("{s:i,s:s,s:O,s:I,s:I,s:I,s:O,s:z}", "status", status, "text", clearway_status_text(status),
                       "running", of.running ? Py_True : Py_False, "loops", of.loops, "attached", of.attached, "polled",
                       of.polled, "proc_readable", of.proc_readable ? Py_True : Py_False, "problem", of.problem);
}

static PyObject *prometheus_text(PyObject *, PyObject *) {
  std::string text(clearway_prometheus_text(nullptr, 0) + 4096, '\0'); // it may grow between the two calls
  size_t length = clearway_prometheus_text(text.data(), text.size());
  return PyUnicode_FromStringAndSize(text.data(), Py_ssize_t(std::min(length, text.size() - 1)));
}

static PyThreadState *state_of(long thread_id) {
  PyThreadState *state = PyInterpreterState_ThreadHead(PyInterpreterState_Get());
  while (state != nullptr && state->native_thread_id != static_cast<unsigned long>(thread_id)) {
    state = PyThreadState_Next(state);
  }
  return state;
}

static PyObject *read_frames_of(PyObject *, PyObject *arguments) {
  long thread_id = 0;
  unsigned long long times = 0;
  if (!PyArg_ParseTuple(arguments, "lK", &thread_id, &times)) {
    return nullptr;
  }
  PyThreadState *state = state_of(thread_id);
  if (state == nullptr) {
    PyErr_Format(PyExc_ValueError, "clearway_probe: no thread of Python's has the id %ld", thread_id);
    return nullptr;
  }
  uint64_t with_frames = 0;
  Py_BEGIN_ALLOW_THREADS;
  with_frames = read_frames(state, int32_t(thread_id), times);
  Py_END_ALLOW_THREADS;
  return PyLong_FromUnsignedLongLong(with_frames);
}

static PyObject *stalls(PyObject *, PyObject *) { return take_stalls(); }

static constexpr const char *scope_name = "clearway_scope";

static void drop_scope(PyObject *capsule) {
  auto *scope = static_cast<clearway_scope *>(PyCapsule_GetPointer(capsule, scope_name));
  if (PyCapsule_GetContext(capsule) == nullptr) {
    clearway_scope_end(scope, nullptr);
  }
}

static PyObject *scope_begin(PyObject *, PyObject *arguments) {
  PyObject *object = nullptr;
  unsigned long long limit = 0;
  if (!PyArg_ParseTuple(arguments, "OK", &object, &limit)) {
    return nullptr;
  }
  LoopObject *loop = object == Py_None ? nullptr : as_loop(object);
  if (PyErr_Occurred()) {
    return nullptr;
  }
  clearway_scope *scope = nullptr;
  int status = clearway_scope_begin(loop != nullptr ? loop->loop : nullptr, limit, &scope);
  return status == CLEARWAY_OK ? PyCapsule_New(scope, scope_name, drop_scope) : raise_status(status, "no_stall");
}

static PyObject *scope_end(PyObject *, PyObject *capsule) {
  auto *scope = static_cast<clearway_scope *>(PyCapsule_GetPointer(capsule, scope_name));
  if (scope == nullptr || PyCapsule_GetContext(capsule) != nullptr) {
    return PyErr_Occurred() ? nullptr : raise_status(CLEARWAY_E_INVALID, "the scope has ended");
  }
  PyCapsule_SetContext(capsule, capsule); // ended
  clearway_scope_result of{};
  of.struct_size = sizeof of;
  int status = without_gil([&] { return clearway_scope_end(scope, &of); });
  return Py_BuildValue("{s:i,s:s,s:K,s:K,s:K,s:s,s:N}", "status", status, "text", clearway_status_text(status), "polls",
                       (unsigned long long)of.polls, "stalls", (unsigned long long)of.stalls, "worst_ns",
                       (unsigned long long)of.worst_ns, "cause", clearway_cause_name(of.cause), "summary",
                       PyUnicode_DecodeUTF8(of.summary, Py_ssize_t(strnlen(of.summary, sizeof of.summary)), "replace"));
}

static PyMethodDef methods[] = {{"start", start, METH_VARARGS, "start(threshold_ns, jsonl, prometheus, trace)"},
                                {"stop", stop, METH_NOARGS, "Stops the watchdog."},
                                {"flush", flush, METH_NOARGS, "Waits until ended stalls are reported."},
                                {"installation", installation, METH_NOARGS, "What runs and what is missing."},
                                {"prometheus_text", prometheus_text, METH_NOARGS, "Prometheus text exposition."},
                                {"read_frames", read_frames_of, METH_VARARGS,
                                 "read_frames(native thread id, times): how many reads of its stack found frames"},
                                {"stalls", stalls, METH_NOARGS, "Takes the queued stalls."},
                                {"scope_begin", scope_begin, METH_VARARGS, "scope_begin(loop or None, limit_ns)"},
                                {"scope_end", scope_end, METH_O, "Ends a scope."},
                                {}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_native", nullptr, -1, methods};

static PyObject *create_module() {
  PyObject *module = PyModule_Create(&definition);
  if (module == nullptr || !add_loop_type(module) || !add_select_type(module) || !add_epoll_type(module) ||
      PyModule_AddIntConstant(module, "E_STALLED", CLEARWAY_E_STALLED) != 0 ||
      PyModule_AddIntConstant(module, "E_NOT_ATTACHED", CLEARWAY_E_NOT_ATTACHED) != 0 ||
      PyModule_AddIntConstant(module, "E_NEVER_POLLED", CLEARWAY_E_NEVER_POLLED) != 0 ||
      PyModule_AddObject(module, "python_frames", PyBool_FromLong(install_frame_source())) != 0) {
    Py_XDECREF(module);
    return nullptr;
  }
  return module;
}

} // namespace clearway::python

PyMODINIT_FUNC PyInit__native() { return clearway::python::create_module(); }
