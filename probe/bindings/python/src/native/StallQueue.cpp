#include "StallQueue.h"

#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace clearway::python {

static constexpr size_t most_queued = 1000;

namespace {

struct QueuedFrame {
  bool native;
  std::string function, file, module, build_id;
  uint32_t line;
  uint64_t offset;
};

struct QueuedStall {
  uint64_t id, duration_ns, threshold_ns, begin_unix_ns, suppressed;
  std::string loop, detail, note;
  clearway_cause cause;
  uint32_t flags, samples, agreeing;
  std::vector<QueuedFrame> frames;
};

struct Queue {
  std::mutex mutex;
  std::deque<QueuedStall> stalls;
};

} // namespace

static Queue &queue() {
  static auto *only = new Queue; // never destroyed: the watchdog may outlive static objects
  return *only;
}

static std::string text(const char *given) { return given != nullptr ? given : ""; }

static QueuedStall copy(const clearway_report &report) {
  QueuedStall stall{report.id,         report.duration_ns, report.threshold_ns, report.begin_unix_ns,
                    report.suppressed, text(report.loop),  text(report.detail), text(report.stack_note),
                    report.cause,      report.flags,       report.samples,      report.agreeing,
                    {}};
  for (size_t i = 0; i < report.frame_count; ++i) {
    const clearway_frame &frame = report.frames[i];
    stall.frames.push_back({frame.kind == CLEARWAY_FRAME_NATIVE, text(frame.symbol), text(frame.file),
                            text(frame.module), text(frame.build_id), frame.line, frame.offset});
  }
  return stall;
}

void queue_stall(const clearway_report *report, void *) {
  Queue &all = queue();
  std::lock_guard lock(all.mutex);
  if (!all.stalls.empty() && all.stalls.back().id == report->id) {
    all.stalls.pop_back(); // it was still going on then
  }
  all.stalls.push_back(copy(*report));
  if (all.stalls.size() > most_queued) {
    all.stalls.pop_front();
  }
}

static PyObject *frame_object(const QueuedFrame &frame) {
  if (frame.native) {
    return Py_BuildValue("{s:s,s:s,s:s,s:s,s:K}", "kind", "native", "function", frame.function.c_str(), "module",
                         frame.module.c_str(), "build_id", frame.build_id.c_str(), "offset",
                         (unsigned long long)frame.offset);
  }
  return Py_BuildValue("{s:s,s:s,s:s,s:I}", "kind", "python", "function", frame.function.c_str(), "file",
                       frame.file.c_str(), "line", frame.line);
}

static PyObject *frame_list(const std::vector<QueuedFrame> &frames) {
  PyObject *list = PyList_New(0);
  for (const QueuedFrame &frame : frames) {
    PyObject *object = frame_object(frame);
    if (object == nullptr || PyList_Append(list, object) != 0) {
      PyErr_Clear(); // a name that is not UTF-8: the other frames matter more
    }
    Py_XDECREF(object);
  }
  return list;
}

static PyObject *stall_object(const QueuedStall &stall) {
  return Py_BuildValue("{s:K,s:s,s:K,s:K,s:K,s:s,s:s,s:I,s:I,s:O,s:O,s:s,s:K,s:N}", "id", (unsigned long long)stall.id,
                       "loop", stall.loop.c_str(), "duration_ns", (unsigned long long)stall.duration_ns,
                       "threshold_ns", (unsigned long long)stall.threshold_ns, "begin_unix_ns",
                       (unsigned long long)stall.begin_unix_ns, "cause", clearway_cause_name(stall.cause), "detail",
                       stall.detail.c_str(), "samples", stall.samples, "agreeing", stall.agreeing, "ongoing",
                       stall.flags & CLEARWAY_REPORT_ONGOING ? Py_True : Py_False, "watchdog_late",
                       stall.flags & CLEARWAY_REPORT_WATCHDOG_LATE ? Py_True : Py_False, "note", stall.note.c_str(),
                       "suppressed", (unsigned long long)stall.suppressed, "frames", frame_list(stall.frames));
}

PyObject *take_stalls() {
  std::deque<QueuedStall> taken;
  {
    std::lock_guard lock(queue().mutex);
    taken.swap(queue().stalls);
  }
  PyObject *list = PyList_New(0);
  for (const QueuedStall &stall : taken) {
    PyObject *object = stall_object(stall);
    if (object == nullptr || PyList_Append(list, object) != 0) {
      Py_XDECREF(object);
      Py_DECREF(list);
      return nullptr;
    }
    Py_DECREF(object);
  }
  return list;
}

} // namespace clearway::python
