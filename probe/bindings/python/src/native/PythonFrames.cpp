// The interpreter runs on while it is read: every read may find memory that is freed or half written. So all reads go
// through the kernel, which refuses what is not mapped, every object's type is checked before it is believed, and every
// length is bounded. A snapshot that was torn ends early; it cannot crash.
#include <Python.h>

#include "PythonFrames.h"

#include "InterpreterLayout.h"

#include <clearway/probe.h>

#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <sys/uio.h>
#include <unistd.h>
#include <vector>

namespace clearway::python {

static constexpr int most_frames = 128;
static constexpr size_t longest_text = 4096;
static constexpr size_t longest_line_table = 1 << 16;

static InterpreterLayout layout;

static bool read_memory(uintptr_t from, void *to, size_t size) {
  iovec local{to, size};
  iovec remote{reinterpret_cast<void *>(from), size};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == ssize_t(size);
}

template <class Value> static Value field(const std::vector<char> &object, size_t offset) {
  Value value;
  std::memcpy(&value, object.data() + offset, sizeof value);
  return value;
}

static std::optional<uintptr_t> read_pointer(uintptr_t from) {
  uintptr_t value = 0;
  return read_memory(from, &value, sizeof value) ? std::optional(value) : std::nullopt;
}

static bool has_type(const std::vector<char> &object, const void *type) {
  return field<const void *>(object, layout.object_type) == type;
}

static void append_utf8(std::string &text, uint32_t character) {
  if (character < 0x80) {
    text += char(character);
  } else if (character < 0x800) {
    text += {char(0xC0 | character >> 6), char(0x80 | (character & 0x3F))};
  } else if (character < 0x10000) {
    text += {char(0xE0 | character >> 12), char(0x80 | (character >> 6 & 0x3F)), char(0x80 | (character & 0x3F))};
  } else {
    text += {char(0xF0 | character >> 18), char(0x80 | (character >> 12 & 0x3F)), char(0x80 | (character >> 6 & 0x3F)),
             char(0x80 | (character & 0x3F))};
  }
}

static std::string to_utf8(const std::vector<char> &data, unsigned width) {
  std::string text;
  for (size_t at = 0; at + width <= data.size(); at += width) {
    uint32_t character = 0;
    std::memcpy(&character, data.data() + at, width);
    append_utf8(text, character);
  }
  return text;
}

static std::string read_text(uintptr_t address) {
  std::vector<char> head(sizeof(PyASCIIObject));
  if (!read_memory(address, head.data(), head.size()) || !has_type(head, layout.text_type)) {
    return {};
  }
  PyASCIIObject object;
  std::memcpy(&object, head.data(), sizeof object);
  unsigned width = object.state.kind;
  auto length = size_t(object.length);
  if (!object.state.compact || (width != 1 && width != 2 && width != 4) || length > longest_text) {
    return {};
  }
  std::vector<char> data(length * width);
  uintptr_t start = address + (object.state.ascii ? sizeof(PyASCIIObject) : sizeof(PyCompactUnicodeObject));
  return read_memory(start, data.data(), data.size()) ? to_utf8(data, width) : std::string();
}

static std::vector<char> read_bytes(uintptr_t address) {
  std::vector<char> head(layout.bytes_data);
  if (!read_memory(address, head.data(), head.size()) || !has_type(head, layout.bytes_type)) {
    return {};
  }
  auto length = field<size_t>(head, layout.bytes_length);
  std::vector<char> data(length <= longest_line_table ? length : 0);
  return read_memory(address + layout.bytes_data, data.data(), data.size()) ? data : std::vector<char>();
}

namespace {

// The location table of a code object, as CPython's Objects/locations.md describes it.
class LineTable {
public:
  explicit LineTable(const std::vector<char> &bytes) : bytes_(bytes) {}

  // The line of the code unit with this index; 0 if it has none.
  uint32_t line_of(size_t unit, int first_line) {
    int line = first_line;
    size_t end = 0;
    while (at_ < bytes_.size()) {
      unsigned head = next();
      unsigned kind = head >> 3 & 15;
      line += line_delta(kind);
      end += (head & 7) + 1;
      if (unit < end) {
        return kind == no_location || line < 0 ? 0 : uint32_t(line);
      }
      skip_to_next_entry();
    }
    return 0;
  }

private:
  static constexpr unsigned no_location = 15, long_form = 14, no_columns = 13, one_line_form = 10;

  unsigned next() { return at_ < bytes_.size() ? uint8_t(bytes_[at_++]) : 0; }

  int line_delta(unsigned kind) {
    if (kind == long_form || kind == no_columns) {
      unsigned value = variable_length();
      return value & 1 ? -int(value >> 1) : int(value >> 1);
    }
    return kind >= one_line_form && kind < no_columns ? int(kind - one_line_form) : 0;
  }

  unsigned variable_length() {
    unsigned value = 0, byte = 0, shift = 0;
    do {
      byte = next();
      value |= shift < 30 ? (byte & 63) << shift : 0;
      shift += 6;
    } while (byte & 64);
    return value;
  }

  // Only the first byte of an entry has the top bit set.
  void skip_to_next_entry() {
    while (at_ < bytes_.size() && !(uint8_t(bytes_[at_]) & 0x80)) {
      ++at_;
    }
  }

  const std::vector<char> &bytes_;
  size_t at_ = 0;
};

using AddFrame = std::function<void(const char *function, const char *file, uint32_t line)>;

struct Frame {
  std::vector<char> bytes;
  uintptr_t code() const { return field<uintptr_t>(bytes, layout.frame_code) & ~uintptr_t(3); } // 3.14 tags it
  uintptr_t previous() const { return field<uintptr_t>(bytes, layout.frame_previous); }
  uintptr_t instruction() const { return field<uintptr_t>(bytes, layout.frame_instruction); }
  bool is_stub() const { return field<char>(bytes, layout.frame_owner) >= layout.first_stub_owner; }
};

} // namespace

static uint32_t line_in(const std::vector<char> &code, uintptr_t start, uintptr_t instruction) {
  int first = field<int>(code, layout.code_first_line);
  if (instruction < start) {
    return uint32_t(first); // not begun
  }
  std::vector<char> table = read_bytes(field<uintptr_t>(code, layout.code_line_table));
  return LineTable(table).line_of((instruction - start) / sizeof(uint16_t), first);
}

static bool add_frame(const Frame &frame, const AddFrame &add) {
  std::vector<char> code(layout.code_size);
  if (!read_memory(frame.code(), code.data(), code.size()) || !has_type(code, layout.code_type)) {
    return false;
  }
  std::string name = read_text(field<uintptr_t>(code, layout.code_name));
  std::string file = read_text(field<uintptr_t>(code, layout.code_file));
  if (name.empty()) {
    return false;
  }
  uint32_t line = line_in(code, frame.code() + layout.code_size, frame.instruction());
  add(name.c_str(), file.c_str(), line);
  return true;
}

static std::optional<uintptr_t> current_frame(uintptr_t thread) {
  auto holder = read_pointer(thread + layout.thread_frame);
  return holder && *holder && layout.frame_is_held ? read_pointer(*holder + layout.holder_frame) : holder;
}

// The thread may have ended and its state's memory may be something else by now.
static bool is_state_of(uintptr_t thread, int32_t thread_id) {
  auto id = read_pointer(thread + layout.thread_native_id);
  return id && *id == uintptr_t(thread_id);
}

static int walk_once(uintptr_t thread, const AddFrame &add) {
  int added = 0;
  auto address = current_frame(thread);
  for (int seen = 0; address && *address && seen < most_frames; ++seen) {
    Frame frame{std::vector<char>(layout.frame_size)};
    if (!read_memory(*address, frame.bytes.data(), frame.bytes.size())) {
      break;
    }
    if (!frame.is_stub() && add_frame(frame, add)) {
      ++added;
    }
    address = frame.previous();
  }
  return added;
}

// A thread that calls or returns at that moment may show no frame; a moment later it does.
static int walk(uintptr_t thread, const AddFrame &add) {
  int added = 0;
  for (int attempt = 0; attempt < 3 && added == 0; ++attempt) {
    added = walk_once(thread, add);
  }
  return added;
}

static std::optional<uintptr_t> address_of_gil(uintptr_t thread) {
  if (layout.gil != nullptr) {
    return reinterpret_cast<uintptr_t>(layout.gil);
  }
  auto interpreter = read_pointer(thread + layout.thread_interpreter);
  return interpreter ? read_pointer(*interpreter + layout.interpreter_gil) : std::nullopt;
}

// The state of the thread that has the GIL, if another than `thread` has it.
static std::optional<uintptr_t> holder_of_gil(uintptr_t thread) {
  auto gil = address_of_gil(thread);
  int locked = 0;
  if (!gil || *gil == 0 || !read_memory(*gil + layout.gil_locked, &locked, sizeof locked) || locked != 1) {
    return std::nullopt;
  }
  auto holder = read_pointer(*gil + layout.gil_last_holder);
  return holder && *holder != 0 && *holder != thread ? holder : std::nullopt;
}

// The thread that has the GIL is the culprit, so its frames come first.
static int walk_holder(uintptr_t thread, const AddFrame &add) {
  auto holder = holder_of_gil(thread);
  int added = holder ? walk(*holder, add) : 0;
  if (added > 0) {
    add("<the GIL is held above, waited for below>", nullptr, 0);
    ++added;
  }
  return added;
}

static int capture(const clearway_capture_target *target, clearway_frame_sink *sink, void *) {
  auto thread = reinterpret_cast<uintptr_t>(target->user);
  if (thread == 0 || !is_state_of(thread, target->thread_id)) {
    return 0;
  }
  AddFrame add = [sink](auto... of) { clearway_frame_sink_add(sink, of...); };
  try {
    int added = std::strcmp(target->waits_for, "gil") == 0 ? walk_holder(thread, add) : 0;
    return added + walk(thread, add);
  } catch (...) { // out of memory: the native stack remains
    return 0;
  }
}

uint64_t read_frames(void *thread_state, int32_t thread_id, uint64_t times) {
  auto thread = reinterpret_cast<uintptr_t>(thread_state);
  uint64_t with_frames = 0;
  for (uint64_t i = 0; i < times; ++i) {
    with_frames += is_state_of(thread, thread_id) && walk(thread, [](const char *, const char *, uint32_t) {}) > 0;
  }
  return with_frames;
}

bool install_frame_source() {
  return clearway_interpreter_layout(&layout) && clearway_set_frame_source("python", capture, nullptr) == CLEARWAY_OK;
}

} // namespace clearway::python
