#include "runtime/Symbolizer.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/DebugInfo/Symbolize/Symbolize.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Object/BuildID.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/FileSystem.h"

#include <algorithm>

namespace clearway::runtime {

namespace {

constexpr const char *kSystemDebugFolder = "/usr/lib/debug";

std::string known(const std::string &text) {
  return text == llvm::DILineInfo::BadString ? "" : text;
}

std::vector<std::string> withSystemFolder(std::vector<std::string> folders) {
  folders.emplace_back(kSystemDebugFolder);
  return folders;
}

llvm::symbolize::LLVMSymbolizer::Options optionsFor(const std::vector<std::string> &debugFolders) {
  llvm::symbolize::LLVMSymbolizer::Options options;
  options.DebugFileDirectory = debugFolders;
  options.FallbackDebugPath = kSystemDebugFolder;
  return options;
}

class LlvmSymbolizer : public Symbolizer {
public:
  explicit LlvmSymbolizer(const std::vector<std::string> &debugFolders)
      : folders_(withSystemFolder(debugFolders)), symbolizer_(optionsFor(folders_)), fetcher_(folders_) {}

  std::string buildIdOf(const std::string &path) override {
    auto object = llvm::object::ObjectFile::createObjectFile(path);
    if (!object) {
      llvm::consumeError(object.takeError());
      return "";
    }
    return llvm::toHex(llvm::object::getBuildID(object->getBinary()), /*LowerCase=*/true);
  }

  std::vector<SourceFrame> resolve(const std::string &path, uint64_t address) override {
    auto inlining = symbolizer_.symbolizeInlinedCode(path, {address, llvm::object::SectionedAddress::UndefSection});
    std::vector<SourceFrame> frames;
    if (!inlining) {
      llvm::consumeError(inlining.takeError());
      return frames;
    }
    for (uint32_t i = 0; i < inlining->getNumberOfFrames(); ++i) {
      const llvm::DILineInfo &info = inlining->getFrame(i);
      frames.push_back({known(info.FunctionName), known(info.FileName), info.Line});
    }
    const bool nothing = std::all_of(frames.begin(), frames.end(), [](const SourceFrame &frame) {
      return frame.function.empty() && frame.line == 0;
    });
    return nothing ? std::vector<SourceFrame>{} : frames;
  }

  std::string debugFileOf(const std::string &buildId) override {
    const llvm::object::BuildID id = llvm::object::parseBuildID(buildId);
    return id.empty() ? "" : fetcher_.fetch(id).value_or("");
  }

  std::string demangle(const std::string &symbol) override { return llvm::demangle(symbol); }

private:
  std::vector<std::string> folders_;
  llvm::symbolize::LLVMSymbolizer symbolizer_;
  llvm::object::BuildIDFetcher fetcher_;
};

} // namespace

} // namespace clearway::runtime

extern "C" __attribute__((visibility("default"))) clearway::runtime::Symbolizer *
clearway_symbolizer(int version, const std::vector<std::string> &debugFolders) {
  return version == clearway::runtime::kSymbolizerVersion ? new clearway::runtime::LlvmSymbolizer(debugFolders) : nullptr;
}
