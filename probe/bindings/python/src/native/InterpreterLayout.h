/* Where CPython keeps what a stack trace needs. The interpreter's own headers say so when the wheel is built, so
 * that every minor version gets its own answer; within a minor version the layout does not change. */
#ifndef CLEARWAY_INTERPRETER_LAYOUT_H
#define CLEARWAY_INTERPRETER_LAYOUT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Offsets in bytes. */
typedef struct InterpreterLayout {
  size_t thread_native_id;
  size_t thread_frame;    /* the current frame, or what holds it */
  int frame_is_held;      /* 1: thread_frame points to a holder (3.11, 3.12), at holder_frame in it is the frame */
  size_t holder_frame;
  size_t thread_interpreter;
  const void *gil;         /* where it is; NULL: the interpreter points to it, at interpreter_gil (3.12 and later) */
  size_t interpreter_gil;
  size_t gil_last_holder;  /* the thread state that took it last */
  size_t gil_locked;       /* an int, 1 while it is held */
  size_t frame_size;      /* bytes to read of a frame */
  size_t frame_code;
  size_t frame_previous;
  size_t frame_instruction;
  size_t frame_owner;
  int first_stub_owner;   /* frames with this owner and above are the interpreter's own entries, not code */
  size_t code_size;       /* bytes to read of a code object: everything before its instructions */
  size_t code_file;
  size_t code_name;
  size_t code_first_line;
  size_t code_line_table;
  size_t bytes_length;
  size_t bytes_data;
  size_t object_type;
  const void *code_type;
  const void *bytes_type;
  const void *text_type;
} InterpreterLayout;

/* 0 if frames of this build of the interpreter cannot be read (free-threaded builds). */
int clearway_interpreter_layout(InterpreterLayout *out);

#ifdef __cplusplus
}
#endif
#endif
