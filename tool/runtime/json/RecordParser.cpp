#include "runtime/json/RecordParser.h"

#include "runtime/RustName.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace clearway::runtime {

namespace {

using Json = nlohmann::json;

/// The fields of one object. Remembers the first that is not what it has to be.
class Fields {
public:
  Fields(const Json &object, std::string &mistake, std::string within = "")
      : object_(object), mistake_(mistake), within_(std::move(within)) {}

  void read(const char *name, std::string &to) {
    if (const Json *value = find(name, &Json::is_string, "a text"))
      to = value->get_ref<const std::string &>();
  }

  void read(const char *name, bool &to) {
    if (const Json *value = find(name, &Json::is_boolean, "true or false"))
      to = value->get<bool>();
  }

  void read(const char *name, uint64_t &to) {
    if (const Json *value = find(name, &Json::is_number_unsigned, "a whole number of 0 or more"))
      to = value->get<uint64_t>();
  }

  void read(const char *name, int64_t &to) {
    if (const Json *value = find(name, &Json::is_number_integer, "a whole number"))
      to = value->get<int64_t>();
  }

  void read(const char *name, std::optional<uint64_t> &to) {
    if (const Json *value = find(name, &Json::is_number_unsigned, "a whole number of 0 or more"))
      to = value->get<uint64_t>();
  }

  void read(const char *name, std::map<std::string, uint64_t> &to) {
    const Json *counts = find(name, &Json::is_object, "an object");
    for (auto item = counts ? counts->begin() : Json::const_iterator(); counts && item != counts->end(); ++item)
      if (!item->is_number_unsigned())
        blame(std::string(name) + "." + item.key(), "a whole number of 0 or more");
      else if (item->get<uint64_t>() != 0)
        to[item.key()] = item->get<uint64_t>();
  }

  /// Texts such as "0x1f40".
  void readHex(const char *name, uint64_t &to) {
    std::string text;
    read(name, text);
    if (text.empty())
      return;
    const char *begin = text.data() + (text.starts_with("0x") ? 2 : 0), *end = text.data() + text.size();
    if (auto [rest, error] = std::from_chars(begin, end, to, 16); error != std::errc() || rest != end)
      blame(name, "a hexadecimal number");
  }

  const Json *object(const char *name) { return find(name, &Json::is_object, "an object"); }
  const Json *array(const char *name) { return find(name, &Json::is_array, "an array"); }

  void require(std::initializer_list<const char *> names) {
    for (const char *name : names)
      if (!object_.contains(name) && mistake_.empty())
        mistake_ = "has no field " + within_ + name;
  }

  void blame(const std::string &name, const char *expected) {
    if (mistake_.empty())
      mistake_ = "field " + within_ + name + " is not " + expected;
  }

private:
  /// Null if the field is absent or null, or, with a mistake, of another type.
  const Json *find(const char *name, bool (Json::*isRight)() const noexcept, const char *expected) {
    auto found = object_.find(name);
    if (found == object_.end() || found->is_null())
      return nullptr;
    if (((*found).*isRight)())
      return &*found;
    blame(name, expected);
    return nullptr;
  }

  const Json &object_;
  std::string &mistake_;
  std::string within_;
};

Process readStart(Fields &fields) {
  Process process;
  fields.read("pid", process.pid);
  fields.read("executable", process.executable);
  fields.read("probe_version", process.probeVersion);
  fields.read("time_ns", process.startNs);
  fields.read("unix_ns", process.startUnixNs);
  fields.read("threshold_ns", process.thresholdNs);
  return process;
}

Stop readStop(Fields &fields) {
  Stop stop;
  fields.read("pid", stop.pid);
  fields.read("time_ns", stop.timeNs);
  fields.read("records_lost", stop.recordsLost);
  return stop;
}

Frame readFrame(Fields fields) {
  Frame frame;
  std::string kind = "native";
  fields.read("kind", kind);
  frame.native = kind == "native";
  fields.read("module", frame.module);
  fields.read("build_id", frame.buildId);
  fields.readHex("offset", frame.offset);
  fields.read("symbol", frame.symbol);
  frame.symbol = frame.native ? readableRustName(frame.symbol) : frame.symbol;
  fields.read("language", frame.language);
  fields.read("file", frame.file);
  fields.read("line", frame.line);
  return frame;
}

std::vector<Frame> readFrames(Fields &fields, std::string &mistake) {
  std::vector<Frame> frames;
  const Json *list = fields.array("frames");
  for (size_t i = 0; list && i < list->size(); ++i) {
    std::string place = "frames[" + std::to_string(i) + "]";
    if (!(*list)[i].is_object())
      fields.blame(place, "an object");
    else
      frames.push_back(readFrame(Fields((*list)[i], mistake, place + ".")));
  }
  return frames;
}

void readPoll(Fields &fields, Stall &stall) {
  fields.read("pid", stall.pid);
  fields.read("id", stall.id);
  fields.read("loop", stall.loop);
  fields.read("loop_id", stall.loopId);
  fields.read("thread_id", stall.threadId);
  fields.read("operation", stall.operation);
  fields.read("poll", stall.poll);
  fields.read("begin_ns", stall.beginNs);
  fields.read("begin_unix_ns", stall.beginUnixNs);
  fields.read("duration_ns", stall.durationNs);
  fields.read("threshold_ns", stall.thresholdNs);
}

Stall readStall(Fields &fields, std::string &mistake) {
  fields.require({"id", "begin_ns", "duration_ns"});
  Stall stall;
  readPoll(fields, stall);
  std::string state = "ended";
  fields.read("state", state);
  stall.ongoing = state == "ongoing";
  fields.read("cause", stall.cause);
  fields.read("detail", stall.detail);
  fields.read("samples", stall.samples);
  fields.read("agreeing", stall.agreeing);
  fields.read("stack_samples", stall.stackSamples);
  fields.read("suppressed", stall.suppressed);
  fields.read("cause_samples", stall.causeSamples);
  fields.read("watchdog_late", stall.watchdogLate);
  fields.read("estimated", stall.estimated);
  fields.read("truncated", stall.truncated);
  fields.read("stack_note", stall.stackNote);
  stall.frames = readFrames(fields, mistake);
  return stall;
}

Quantiles readQuantiles(Fields &parent, const char *name, std::string &mistake) {
  Quantiles values;
  const Json *object = parent.object(name);
  if (!object)
    return values;
  Fields fields(*object, mistake, std::string(name) + ".");
  fields.read("count", values.count);
  fields.read("sum_ns", values.sumNs);
  fields.read("p50_ns", values.p50);
  fields.read("p90_ns", values.p90);
  fields.read("p99_ns", values.p99);
  fields.read("p999_ns", values.p999);
  fields.read("p9999_ns", values.p9999);
  fields.read("max_ns", values.max);
  return values;
}

bool isBucket(const Json &pair) {
  return pair.is_array() && pair.size() == 2 && pair[0].is_number_unsigned() && pair[1].is_number_unsigned();
}

std::vector<Bucket> readBuckets(Fields &fields) {
  std::vector<Bucket> buckets;
  const Json *list = fields.array("buckets");
  for (size_t i = 0; list && i < list->size(); ++i) {
    const Json &pair = (*list)[i];
    if (!isBucket(pair) || (!buckets.empty() && pair[0].get<uint64_t>() <= buckets.back().first))
      fields.blame("buckets[" + std::to_string(i) + "]", "a pair of numbers, larger than the one before");
    else
      buckets.emplace_back(pair[0].get<uint64_t>(), pair[1].get<uint64_t>());
  }
  return buckets;
}

LoopTotals readLoop(Fields &fields, std::string &mistake) {
  LoopTotals totals;
  fields.read("pid", totals.pid);
  fields.read("loop", totals.loop);
  fields.read("loop_id", totals.loopId);
  fields.read("final", totals.final);
  fields.read("time_ns", totals.timeNs);
  fields.read("polls", totals.polls);
  fields.read("heartbeats", totals.heartbeats);
  fields.read("stalls", totals.stalls);
  fields.read("stall_ns", totals.stallNs);
  fields.read("reports", totals.reports);
  fields.read("suppressed", totals.suppressed);
  fields.read("stacks", totals.stacks);
  fields.read("causes", totals.causes);
  fields.read("expected_interval_ns", totals.expectedIntervalNs);
  if (const Json *misuse = fields.object("misuse")) {
    Fields counts(*misuse, mistake, "misuse.");
    counts.read("thread", totals.misuseThread);
    counts.read("nested", totals.misuseNested);
    counts.read("end", totals.misuseEnd);
  }
  totals.raw = readQuantiles(fields, "raw", mistake);
  totals.corrected = readQuantiles(fields, "corrected", mistake);
  totals.buckets = readBuckets(fields);
  return totals;
}

Span readSpan(Fields &fields) {
  Span span;
  fields.read("pid", span.pid);
  fields.read("operation", span.operation);
  fields.read("broken_limit", span.brokenLimit);
  fields.read("begin_ns", span.beginNs);
  fields.read("duration_ns", span.durationNs);
  fields.read("first_item_ns", span.firstItemNs);
  fields.read("longest_gap_ns", span.longestGapNs);
  fields.read("items", span.items);
  return span;
}

Record readRecord(const std::string &type, Fields &fields, std::string &mistake) {
  if (type == "start")
    return readStart(fields);
  if (type == "stop")
    return readStop(fields);
  if (type == "stall")
    return readStall(fields, mistake);
  if (type == "loop")
    return readLoop(fields, mistake);
  if (type == "span")
    return readSpan(fields);
  return UnknownRecord{};
}

/// Empty if the object is a record that can be read.
std::string whyNoRecord(const Json &json) {
  if (!json.is_object())
    return "is no JSON object; the probe's records are one object per line (jsonl_path), its trace is for Perfetto";
  auto version = json.find("clearway_probe");
  if (version == json.end())
    return "is no record of the probe: it has no field clearway_probe";
  if (!version->is_number_unsigned() || version->get<uint64_t>() == 0)
    return "field clearway_probe is no version";
  if (version->get<uint64_t>() > kSchemaVersion)
    return "is of version " + version->dump() + " of the records; this clearway reads version " +
           std::to_string(kSchemaVersion) + ": use the clearway that came with the probe";
  auto type = json.find("type");
  return type != json.end() && type->is_string() ? "" : "field type is missing";
}

} // namespace

tl::expected<Record, std::string> parseRecord(std::string_view line) {
  Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded())
    return tl::unexpected(std::string("is no valid JSON"));
  if (std::string why = whyNoRecord(json); !why.empty())
    return tl::unexpected(why);
  std::string mistake;
  Fields fields(json, mistake);
  Record record = readRecord(json["type"].get<std::string>(), fields, mistake);
  if (!mistake.empty())
    return tl::unexpected(mistake);
  return record;
}

} // namespace clearway::runtime
