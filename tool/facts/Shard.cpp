#include "facts/Shard.h"

#include "facts/Fields.h"
#include "facts/FlatMap.h"
#include "facts/Validate.h"

#include <xxhash.h>

#include <cstring>
#include <type_traits>

namespace clearway::facts {
namespace {

constexpr std::string_view kMagic = "CLWFACTS";
constexpr size_t kHeaderSize = 8 + 4 + 8 + 8;

template <class T> inline constexpr bool isPlain = std::is_arithmetic_v<T> || std::is_enum_v<T>;

template <class T> void put(std::string &out, T number) {
  for (size_t byte = 0; byte < sizeof(T); ++byte)
    out += static_cast<char>(static_cast<uint64_t>(number) >> 8 * byte & 0xFF);
}

template <class T> T get(std::string_view bytes, size_t at) {
  uint64_t number = 0;
  for (size_t byte = 0; byte < sizeof(T); ++byte)
    number |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[at + byte])) << 8 * byte;
  return static_cast<T>(number);
}

/// Writes fields, and numbers names in the order in which they are met.
class Writer {
public:
  template <class... T> void operator()(T &...field) { (write(field), ...); }

  std::string body, texts;
  uint32_t textCount = 0;

private:
  template <class T> void write(T &field) {
    if constexpr (isPlain<T>)
      put(body, field);
    else
      fields(*this, field);
  }
  void write(Name &name) {
    uint32_t &number = numbers_.at(name.handle(), kNone);
    if (number == kNone) {
      number = textCount++;
      put(texts, static_cast<uint32_t>(name.view().size()));
      texts += name.view();
    }
    put(body, number);
  }
  void write(std::string &text) {
    put(body, static_cast<uint32_t>(text.size()));
    body += text;
  }
  template <class T> void write(std::vector<T> &records) {
    put(body, static_cast<uint32_t>(records.size()));
    for (T &record : records)
      write(record);
  }

  FlatMap numbers_;
};

/// Reads what Writer wrote. After a failure everything reads as zero.
class Reader {
public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  template <class... T> void operator()(T &...field) { (read(field), ...); }

  void readTexts() {
    uint32_t count = 0;
    read(count);
    for (uint32_t i = 0; i < count && !failed; ++i) {
      std::string text;
      read(text);
      names_.emplace_back(text);
    }
  }
  bool atEnd() const { return at_ == bytes_.size(); }

  bool failed = false;

private:
  bool has(size_t count) {
    failed |= bytes_.size() - at_ < count;
    return !failed;
  }
  template <class T> void read(T &field) {
    if constexpr (!isPlain<T>) {
      fields(*this, field);
    } else if (has(sizeof(T))) {
      field = static_cast<T>(get<Number<T>>(bytes_, at_));
      at_ += sizeof(T);
    }
  }
  void read(Name &name) {
    uint32_t number = 0;
    read(number);
    failed |= number >= names_.size();
    name = failed ? Name() : names_[number];
  }
  void read(std::string &text) {
    uint32_t size = 0;
    read(size);
    if (!has(size))
      return;
    text.assign(bytes_.substr(at_, size));
    at_ += size;
  }
  template <class T> void read(std::vector<T> &records) {
    uint32_t count = 0;
    read(count);
    records.clear();
    if (!has(count)) // every record takes at least a byte
      return;
    records.resize(count);
    for (T &record : records)
      read(record);
  }

  template <class T, bool = std::is_enum_v<T>> struct NumberOf {
    using type = T;
  };
  template <class T> struct NumberOf<T, true> {
    using type = std::underlying_type_t<T>;
  };
  template <class T> using Number = typename NumberOf<T>::type;

  std::string_view bytes_;
  size_t at_ = 0;
  std::vector<Name> names_;
};

tl::unexpected<std::string> wrong(std::string why) {
  return tl::unexpected<std::string>(std::move(why));
}

} // namespace

std::string writeShard(const FileFacts &facts) {
  Writer writer;
  fields(writer, const_cast<FileFacts &>(facts)); // reads only; the list of fields is shared with the reader
  std::string rest;
  put(rest, writer.textCount);
  rest += writer.texts;
  rest += writer.body;

  std::string out(kMagic);
  put(out, kShardVersion);
  put(out, static_cast<uint64_t>(rest.size()));
  put(out, static_cast<uint64_t>(XXH3_64bits(rest.data(), rest.size())));
  return out += rest;
}

tl::expected<FileFacts, std::string> readShard(std::string_view bytes) {
  if (bytes.size() < kHeaderSize || !bytes.starts_with(kMagic))
    return wrong("these are no facts: they do not begin with " + std::string(kMagic));
  if (const auto version = get<uint32_t>(bytes, 8); version != kShardVersion)
    return wrong("facts of version " + std::to_string(version) + ", but this program reads version " +
                 std::to_string(kShardVersion));
  const std::string_view rest = bytes.substr(kHeaderSize);
  if (const auto size = get<uint64_t>(bytes, 12); rest.size() != size)
    return wrong("facts of " + std::to_string(size) + " bytes are cut to " + std::to_string(rest.size()));
  if (XXH3_64bits(rest.data(), rest.size()) != get<uint64_t>(bytes, 20))
    return wrong("the facts' digest does not fit them: the bytes were changed");

  Reader reader(rest);
  FileFacts facts;
  reader.readTexts();
  fields(reader, facts);
  if (reader.failed || !reader.atEnd())
    return wrong("the facts do not have the fields of their version");
  if (std::string problem = validate(facts); !problem.empty())
    return wrong("the facts contradict themselves: " + problem);
  return facts;
}

} // namespace clearway::facts
