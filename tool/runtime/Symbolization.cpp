#include "runtime/Symbolization.h"

#include "runtime/Culprit.h"
#include "runtime/RustName.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

namespace clearway::runtime {

namespace {

std::string baseName(const std::string &path) {
  return path.substr(path.rfind('/') + 1);
}

bool isRegular(const std::string &path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

/// True if the file was written after the stall; without a build id that is all that tells two builds apart.
bool isNewerThan(const std::string &path, uint64_t unixNs) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && status.st_mtim.tv_sec >= 0 &&
         static_cast<uint64_t>(status.st_mtim.tv_sec) > unixNs / 1'000'000'000;
}

bool isMangled(const std::string &symbol) {
  return symbol.starts_with("_Z") || symbol.starts_with("_R");
}

} // namespace

Symbolization::Symbolization(Symbolizer &symbolizer, std::vector<std::string> binaries) : symbolizer_(symbolizer) {
  for (std::string &path : binaries) {
    if (!isRegular(path))
      complaints_.push_back({path, 0, "there is no such binary; check the path", true});
    else
      binaries_.push_back({path, symbolizer_.buildIdOf(path)});
  }
}

void Symbolization::complain(const std::string &file, std::string message) {
  complaints_.push_back({file, 0, std::move(message)});
}

/// By build id; by name only where one of the two has no build id.
std::string Symbolization::givenBinaryFor(const Frame &frame) {
  for (Binary &binary : binaries_) {
    const bool sameName = baseName(binary.path) == baseName(frame.module);
    if (binary.buildId == frame.buildId ? !frame.buildId.empty() || sameName
                                        : sameName && (binary.buildId.empty() || frame.buildId.empty())) {
      binary.used = true;
      return binary.path;
    }
  }
  return "";
}

std::string Symbolization::fileFor(const Frame &frame, uint64_t beginUnixNs) {
  if (std::string given = givenBinaryFor(frame); !given.empty())
    return given;
  if (isRegular(frame.module)) {
    const std::string there = symbolizer_.buildIdOf(frame.module);
    if (frame.buildId.empty() && !isNewerThan(frame.module, beginUnixNs))
      return frame.module;
    if (there == frame.buildId && !there.empty())
      return frame.module;
    if (isApplication(frame))
      complain(frame.module, frame.buildId.empty()
                                 ? "was written after the stalls and has no build id to tell builds apart; link it with "
                                   "-Wl,--build-id, or name the binary of then with --binary"
                                 : "is another build (build id " + (there.empty() ? "none" : there) + ") than the one that "
                                   "stalled (" + frame.buildId + "); name that one with --binary, or its debug "
                                   "information's folder with --debug-dir");
  }
  return symbolizer_.debugFileOf(frame.buildId);
}

Symbolization::Module &Symbolization::moduleOf(const Frame &frame, uint64_t beginUnixNs) {
  auto [place, isNew] = modules_.try_emplace({frame.module, frame.buildId});
  if (isNew)
    place->second.file = fileFor(frame, beginUnixNs);
  place->second.application |= frame.symbol.empty() ? isInApplicationsModule(frame) : isApplication(frame);
  return place->second;
}

const std::vector<SourceFrame> &Symbolization::sourceFrames(const Module &module, uint64_t offset) {
  auto [place, isNew] = resolved_.try_emplace({module.file, offset});
  if (isNew)
    place->second = symbolizer_.resolve(module.file, offset);
  return place->second;
}

void Symbolization::resolve(const Frame &frame, uint64_t beginUnixNs, std::vector<Frame> &to) {
  Module &module = moduleOf(frame, beginUnixNs);
  const std::vector<SourceFrame> none;
  const std::vector<SourceFrame> &sources = module.file.empty() ? none : sourceFrames(module, frame.offset);
  if (sources.empty()) {
    to.push_back(frame);
    if (isMangled(frame.symbol))
      to.back().symbol = symbolizer_.demangle(frame.symbol);
    return;
  }
  for (size_t i = 0; i < sources.size(); ++i) {
    Frame resolved = frame;
    resolved.inlined = i + 1 < sources.size();
    if (!sources[i].function.empty() && (resolved.inlined || frame.symbol.empty() || sources[i].line != 0))
      resolved.symbol = readableRustName(sources[i].function);
    resolved.file = sources[i].line != 0 ? sources[i].file : "";
    resolved.line = sources[i].line;
    module.anyLine |= sources[i].line != 0;
    to.push_back(std::move(resolved));
  }
}

void Symbolization::complainOfUnused() {
  for (const Binary &binary : binaries_)
    if (!binary.used)
      complain(binary.path, "is in none of the records: " +
                                (binary.buildId.empty() ? "it has no build id, and no module has its name"
                                                        : "no module has its build id " + binary.buildId));
  for (const auto &[key, module] : modules_)
    if (!module.file.empty() && module.application && !module.anyLine)
      complain(module.file, "has no line information; compile it with -g, or name the folder of its debug information "
                            "with --debug-dir");
}

void Symbolization::run(std::vector<Stall> &stalls) {
  for (Stall &stall : stalls) {
    std::vector<Frame> frames;
    for (const Frame &frame : stall.frames)
      if (frame.native && !frame.module.empty())
        resolve(frame, stall.beginUnixNs, frames);
      else
        frames.push_back(frame);
    stall.frames = std::move(frames);
  }
  complainOfUnused();
}

} // namespace clearway::runtime
