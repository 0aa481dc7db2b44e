// The waits of CUDA's and HIP's run-time libraries and drivers, wrapped: while one lasts, a stall of the calling thread's loop
// is a device wait that is named after it, and its duration counts as a span of that name.
//
// LD_PRELOAD=libclearway-device-waits.so server, or link it before the device's own libraries. It finds both the
// device's functions and the probe at run time; without either it changes nothing.
#include <clearway/probe.h>

#include <atomic>
#include <climits>
#include <cstdint>
#include <cstring>
#include <dlfcn.h>
#include <link.h>

#define CLEARWAY_WRAPPER extern "C" __attribute__((visibility("default")))

namespace {
struct Search {
  const char *library; // begin of the file name
  char path[PATH_MAX];
};

// The probe of the program, or of a library that it loaded for everyone.
struct ProbeFunctions {
  decltype(&clearway_device_wait_begin) wait_begin = find<decltype(&clearway_device_wait_begin)>("clearway_device_wait_begin");
  decltype(&clearway_device_wait_end) wait_end = find<decltype(&clearway_device_wait_end)>("clearway_device_wait_end");
  decltype(&clearway_operation_of) operation_of = find<decltype(&clearway_operation_of)>("clearway_operation_of");
  decltype(&clearway_span_begin) span_begin = find<decltype(&clearway_span_begin)>("clearway_span_begin");
  decltype(&clearway_span_end) span_end = find<decltype(&clearway_span_end)>("clearway_span_end");

  bool usable() const {
    return wait_begin != nullptr && wait_end != nullptr && operation_of != nullptr && span_begin != nullptr &&
           span_end != nullptr;
  }
  template <class Function> static Function find(const char *name) {
    return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
  }
};
} // namespace

static const ProbeFunctions &probe() {
  static const ProbeFunctions found;
  return found;
}

static int remember_path(dl_phdr_info *info, size_t, void *searched) {
  auto &search = *static_cast<Search *>(searched);
  const char *slash = std::strrchr(info->dlpi_name, '/');
  const char *name = slash != nullptr ? slash + 1 : info->dlpi_name;
  if (std::strncmp(name, search.library, std::strlen(search.library)) != 0) {
    return 0;
  }
  std::strncpy(search.path, info->dlpi_name, sizeof search.path - 1);
  return 1;
}

// The wrapped function: the next one in the program's own order, or that of a library loaded for its user alone.
static void *find_wrapped(const char *library, const char *name) {
  if (void *next = dlsym(RTLD_NEXT, name)) {
    return next;
  }
  Search search{library, {}};
  dl_iterate_phdr(remember_path, &search);
  void *loaded = search.path[0] == '\0' ? nullptr : dlopen(search.path, RTLD_LAZY | RTLD_NOLOAD);
  return loaded != nullptr ? dlsym(loaded, name) : nullptr; // it stays loaded, since the address is kept
}

namespace {
using Operation = std::atomic<clearway_operation>; // 0 until the first call

// Marks the calling thread. Waits inside waits (a run-time library that calls its driver) belong to the outer one.
class Wait {
public:
  Wait(const char *name, Operation &operation) : outermost_(depth_++ == 0 && probe().usable()) {
    if (outermost_) {
      span_ = probe().span_begin(number_of(name, operation));
      probe().wait_begin(name);
    }
  }
  ~Wait() {
    --depth_;
    if (outermost_) {
      probe().wait_end();
      probe().span_end(span_);
    }
  }
  Wait(const Wait &) = delete;
  Wait &operator=(const Wait &) = delete;

private:
  static clearway_operation number_of(const char *name, Operation &known) {
    clearway_operation number = known.load(std::memory_order_relaxed);
    if (number == 0) {
      number = probe().operation_of(name);
      known.store(number, std::memory_order_relaxed);
    }
    return number;
  }

  static thread_local int depth_;
  bool outermost_;
  clearway_span *span_ = nullptr;
};
thread_local int Wait::depth_ = 0;
} // namespace

static constexpr int not_initialized = 3; // CUDA's and HIP's code for a library that is not there

// Arguments are pointers, sizes and enumerations: the calling convention passes them alike.
template <class... Arguments>
static int wrapped(const char *library, const char *name, std::atomic<void *> &function, Operation &operation,
                   Arguments... arguments) {
  void *found = function.load(std::memory_order_acquire);
  if (found == nullptr) { // several threads may look for it: all find the same
    found = find_wrapped(library, name);
    function.store(found, std::memory_order_release);
  }
  if (found == nullptr) {
    return not_initialized;
  }
  Wait wait(name, operation);
  return reinterpret_cast<int (*)(Arguments...)>(found)(arguments...);
}

#define CLEARWAY_WRAP(library, name, parameters, ...)                                                                  \
  CLEARWAY_WRAPPER int name parameters {                                                                               \
    static std::atomic<void *> function{nullptr};                                                                      \
    static Operation operation{0};                                                                                     \
    return wrapped(library, #name, function, operation __VA_OPT__(, ) __VA_ARGS__);                                    \
  }

CLEARWAY_WRAP("libcudart", cudaDeviceSynchronize, ())
CLEARWAY_WRAP("libcudart", cudaStreamSynchronize, (void *stream), stream)
CLEARWAY_WRAP("libcudart", cudaEventSynchronize, (void *event), event)
CLEARWAY_WRAP("libcudart", cudaMemcpy, (void *to, const void *from, size_t size, int kind), to, from, size, kind)
CLEARWAY_WRAP("libcuda.so", cuCtxSynchronize, ())
CLEARWAY_WRAP("libcuda.so", cuStreamSynchronize, (void *stream), stream)
CLEARWAY_WRAP("libcuda.so", cuEventSynchronize, (void *event), event)
CLEARWAY_WRAP("libamdhip64", hipDeviceSynchronize, ())
CLEARWAY_WRAP("libamdhip64", hipStreamSynchronize, (void *stream), stream)
CLEARWAY_WRAP("libamdhip64", hipEventSynchronize, (void *event), event)
CLEARWAY_WRAP("libamdhip64", hipMemcpy, (void *to, const void *from, size_t size, int kind), to, from, size, kind)
