#include "FrameSources.h"

#include "Guard.h"
#include "HostCallback.h"
#include "Immortal.h"

#include <algorithm>

struct clearway_frame_sink {
  std::vector<clearway::probe::ExtraFrame> frames;
  std::string language;
};

namespace clearway::probe {

static constexpr size_t most_extra_frames = 256;

FrameSources &frame_sources() { return immortal<FrameSources>(); }

int FrameSources::set(const char *language, clearway_frame_source_fn source, void *user) {
  std::lock_guard lock(mutex_); // held during captures: none is in progress behind this line
  std::erase_if(sources_, [&](const Source &known) { return known.language == language; });
  if (source != nullptr) {
    sources_.push_back({language, source, user});
  }
  return CLEARWAY_OK;
}

std::vector<ExtraFrame> FrameSources::capture(const clearway_capture_target &target) {
  std::lock_guard lock(mutex_);
  std::vector<ExtraFrame> frames;
  for (const Source &source : sources_) {
    clearway_frame_sink sink{{}, source.language};
    int added = 0;
    call_host("a frame source", [&] { added = source.function(&target, &sink, source.user); });
    if (added > 0) {
      frames.insert(frames.end(), sink.frames.begin(), sink.frames.end());
    }
  }
  return frames;
}

} // namespace clearway::probe

using namespace clearway::probe;

extern "C" int clearway_set_frame_source(const char *language, clearway_frame_source_fn source, void *user) {
  if (language == nullptr || *language == '\0') {
    return CLEARWAY_E_INVALID;
  }
  return guarded([&] { return frame_sources().set(language, source, user); });
}

extern "C" void clearway_frame_sink_add(clearway_frame_sink *sink, const char *function, const char *file,
                                        uint32_t line) {
  if (sink == nullptr || function == nullptr || sink->frames.size() >= most_extra_frames) {
    return;
  }
  guarded([&] {
    sink->frames.push_back({sink->language, function, file != nullptr ? file : "", line});
    return 0;
  });
}
