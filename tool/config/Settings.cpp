#include "config/Settings.h"

#include "config/Suggest.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

namespace clearway::config {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 7> kKeys{"checks",     "profile",  "exclude",      "catalog",
                                                "fail-level", "wrappers", "include-tests"};
constexpr std::array<std::string_view, 4> kWrapperKeys{"name", "language", "argument", "runs"};
constexpr std::array<std::string_view, 3> kLanguages{"python", "rust", "cpp"};
constexpr std::array<std::string_view, 5> kContexts{"event-loop", "worker", "blocking-pool", "new-thread",
                                                    "sync-main"};

template <typename Words> bool isOneOf(const std::string &text, const Words &words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

template <typename Words> std::string listOf(const Words &words) {
  std::string text;
  for (std::string_view word : words)
    text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

class Reader {
public:
  explicit Reader(std::string file) : folder_(fs::path(file).parent_path()) {
    settings_.file = std::move(file);
  }

  tl::expected<Settings, std::vector<Error>> read(const std::string &yaml) {
    try {
      top(YAML::Load(yaml));
    } catch (const YAML::Exception &error) {
      mistake(error.mark, "is no YAML: " + error.msg);
    }
    if (!errors_.empty())
      return tl::unexpected(std::move(errors_));
    return std::move(settings_);
  }

private:
  void mistake(const YAML::Mark &mark, std::string message) {
    auto number = [](int value) { return value < 0 ? 0u : static_cast<uint32_t>(value) + 1; };
    errors_.push_back({settings_.file, number(mark.line), number(mark.column), std::move(message)});
  }

  void top(const YAML::Node &node) {
    if (node.IsNull())
      return;
    if (!node.IsMap())
      return mistake(node.Mark(), "has to be a map of settings: " + listOf(kKeys));
    for (const auto &entry : node)
      setting(entry.first, entry.second);
  }

  void setting(const YAML::Node &key, const YAML::Node &value) {
    std::string name = key.IsScalar() ? key.Scalar() : "";
    if (name == "checks")
      settings_.checks = words(value, "checks");
    else if (name == "profile")
      profile(value);
    else if (name == "exclude")
      settings_.excludes = words(value, "exclude");
    else if (name == "catalog")
      catalogs(value);
    else if (name == "fail-level")
      failLevel(value);
    else if (name == "wrappers")
      wrappers(value);
    else if (name == "include-tests")
      settings_.includeTests = flag(value, "include-tests");
    else
      mistake(key.Mark(),
              "'" + name + "' is no setting" + didYouMean(name, kKeys) + " Known: " + listOf(kKeys));
  }

  /// A list of texts, or one text with commas.
  std::vector<std::string> words(const YAML::Node &value, const std::string &key) {
    std::vector<std::string> found;
    if (value.IsScalar()) {
      splitAtCommas(value.Scalar(), found);
    } else if (value.IsSequence()) {
      for (const YAML::Node &item : value)
        if (item.IsScalar())
          splitAtCommas(item.Scalar(), found);
        else
          mistake(item.Mark(), "an item of '" + key + "' has to be a text");
    } else if (!value.IsNull()) {
      mistake(value.Mark(), "'" + key + "' has to be a list of texts");
    }
    return found;
  }

  static void splitAtCommas(const std::string &text, std::vector<std::string> &out) {
    for (size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
      end = text.find(',', begin);
      std::string word = text.substr(begin, end == std::string::npos ? end : end - begin);
      word.erase(0, word.find_first_not_of(" \t\n"));
      word.erase(word.find_last_not_of(" \t\n") + 1);
      if (!word.empty())
        out.push_back(word);
    }
  }

  void profile(const YAML::Node &value) {
    std::string name = value.IsScalar() ? value.Scalar() : "";
    if (name != "default" && name != "strict")
      mistake(value.Mark(), "'profile' has to be default or strict, not '" + name + "'");
    settings_.strict = name == "strict";
  }

  void catalogs(const YAML::Node &value) {
    for (const std::string &path : words(value, "catalog"))
      settings_.catalogs.push_back((folder_ / path).lexically_normal());
  }

  void failLevel(const YAML::Node &value) {
    settings_.failLevel = parseFailLevel(value.IsScalar() ? value.Scalar() : "");
    if (!settings_.failLevel)
      mistake(value.Mark(), "'fail-level' has to be note, warning, error or never");
  }

  bool flag(const YAML::Node &value, const std::string &key) {
    bool result = false;
    if (!YAML::convert<bool>::decode(value, result))
      mistake(value.Mark(), "'" + key + "' has to be true or false");
    return result;
  }

  void wrappers(const YAML::Node &value) {
    if (!value.IsSequence())
      return mistake(value.Mark(), "'wrappers' has to be a list of maps with: " + listOf(kWrapperKeys));
    for (const YAML::Node &item : value)
      wrapper(item);
  }

  void wrapper(const YAML::Node &node) {
    if (!node.IsMap())
      return mistake(node.Mark(), "a wrapper has to be a map with: " + listOf(kWrapperKeys));
    Wrapper wrapper;
    std::map<std::string, std::string *> fields{{"name", &wrapper.name},
                                                {"language", &wrapper.language},
                                                {"argument", &wrapper.argument},
                                                {"runs", &wrapper.runs}};
    for (const auto &entry : node) {
      std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
      if (!fields.count(key))
        mistake(entry.first.Mark(),
                "'" + key + "' says nothing about a wrapper" + didYouMean(key, kWrapperKeys));
      else if (!entry.second.IsScalar())
        mistake(entry.second.Mark(), "'" + key + "' has to be a text");
      else
        *fields[key] = entry.second.Scalar();
    }
    validate(wrapper, node);
    settings_.wrappers.push_back(std::move(wrapper));
  }

  void validate(const Wrapper &wrapper, const YAML::Node &node) {
    if (wrapper.name.empty())
      mistake(node.Mark(), "a wrapper needs a 'name': the qualified name of the function");
    if (!isOneOf(wrapper.language, kLanguages))
      mistake(node["language"].Mark(), "'language' has to be one of: " + listOf(kLanguages));
    if (!isOneOf(wrapper.runs, kContexts))
      mistake(node["runs"].Mark(), "'runs' has to be one of: " + listOf(kContexts));
  }

  fs::path folder_;
  Settings settings_;
  std::vector<Error> errors_;
};

std::string quoted(const std::string &text) {
  std::string result = "\"";
  for (char c : text)
    result += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return result + "\"";
}

} // namespace

std::string findFile(const std::string &folder, const std::string &top) {
  std::error_code error;
  for (fs::path at = folder;; at = at.parent_path()) {
    if (fs::exists(at / kFileName, error))
      return at / kFileName;
    if (at == top || at == at.root_path() || at.empty())
      return {};
  }
}

tl::expected<Settings, std::vector<Error>> parse(const std::string &file, const std::string &yaml) {
  return Reader(file).read(yaml);
}

std::vector<std::pair<std::string, std::string>> wrapperCatalogs(const Settings &settings) {
  std::map<std::string, std::string> byLanguage;
  for (const Wrapper &wrapper : settings.wrappers) {
    std::string &yaml = byLanguage[wrapper.language];
    if (yaml.empty())
      yaml = "library: " + quoted("wrappers of " + settings.file) + "\nlanguage: " + wrapper.language +
             "\ncalls:\n";
    yaml += "  " + quoted(wrapper.name) + ": {runs: {" + quoted(wrapper.argument) + ": " + wrapper.runs +
            "}, source: " + quoted("file:" + settings.file) + "}\n";
  }
  return {byLanguage.begin(), byLanguage.end()};
}

std::optional<report::Level> parseFailLevel(const std::string &text) {
  if (text == "note")
    return report::Level::Note;
  if (text == "warning")
    return report::Level::Warning;
  if (text == "error")
    return report::Level::Error;
  if (text == "never")
    return report::Level::None;
  return std::nullopt;
}

} // namespace clearway::config
