/* The only file that includes the interpreter's internals. */
#define Py_BUILD_CORE 1
#include <Python.h>
#if PY_VERSION_HEX >= 0x030e0000
#include <internal/pycore_interpframe_structs.h>
#else
#include <internal/pycore_frame.h>
#endif

#include <internal/pycore_interp.h>
#include <internal/pycore_runtime.h>

#include "InterpreterLayout.h"

#if PY_VERSION_HEX >= 0x030d0000
#define FRAME_CODE f_executable
#define FRAME_INSTRUCTION instr_ptr
#else
#define FRAME_CODE f_code
#define FRAME_INSTRUCTION prev_instr
#endif

#ifdef Py_GIL_DISABLED
int clearway_interpreter_layout(InterpreterLayout *out) {
  (void)out;
  return 0;
}
#else
static void set_thread_layout(InterpreterLayout *out) {
  out->thread_native_id = offsetof(PyThreadState, native_thread_id);
#if PY_VERSION_HEX >= 0x030d0000
  out->thread_frame = offsetof(PyThreadState, current_frame);
  out->frame_is_held = 0;
#else
  out->thread_frame = offsetof(PyThreadState, cframe);
  out->frame_is_held = 1;
  out->holder_frame = offsetof(_PyCFrame, current_frame);
#endif
}

static void set_gil_layout(InterpreterLayout *out) {
  out->thread_interpreter = offsetof(PyThreadState, interp);
#if PY_VERSION_HEX >= 0x030c0000
  out->gil = NULL;
  out->interpreter_gil = offsetof(PyInterpreterState, ceval.gil);
#else
  out->gil = &_PyRuntime.ceval.gil;
#endif
  out->gil_last_holder = offsetof(struct _gil_runtime_state, last_holder);
  out->gil_locked = offsetof(struct _gil_runtime_state, locked);
}

static void set_frame_layout(InterpreterLayout *out) {
  out->frame_size = offsetof(_PyInterpreterFrame, localsplus);
  out->frame_code = offsetof(_PyInterpreterFrame, FRAME_CODE);
  out->frame_previous = offsetof(_PyInterpreterFrame, previous);
  out->frame_instruction = offsetof(_PyInterpreterFrame, FRAME_INSTRUCTION);
  out->frame_owner = offsetof(_PyInterpreterFrame, owner);
  out->first_stub_owner = FRAME_OWNED_BY_FRAME_OBJECT + 1;
}

static void set_object_layout(InterpreterLayout *out) {
  out->code_size = offsetof(PyCodeObject, co_code_adaptive);
  out->code_file = offsetof(PyCodeObject, co_filename);
  out->code_name = offsetof(PyCodeObject, co_qualname);
  out->code_first_line = offsetof(PyCodeObject, co_firstlineno);
  out->code_line_table = offsetof(PyCodeObject, co_linetable);
  out->bytes_length = offsetof(PyVarObject, ob_size);
  out->bytes_data = offsetof(PyBytesObject, ob_sval);
  out->object_type = offsetof(PyObject, ob_type);
  out->code_type = &PyCode_Type;
  out->bytes_type = &PyBytes_Type;
  out->text_type = &PyUnicode_Type;
}

int clearway_interpreter_layout(InterpreterLayout *out) {
  set_thread_layout(out);
  set_gil_layout(out);
  set_frame_layout(out);
  set_object_layout(out);
  return 1;
}
#endif
