#include "frontend/rust/semantics/Prelude.h"

#include <algorithm>
#include <array>

namespace clearway::frontend::rust {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array kPrelude = {
    Pair{"Some", "std::option::Option::Some"}, Pair{"None", "std::option::Option::None"},
    Pair{"Ok", "std::result::Result::Ok"},     Pair{"Err", "std::result::Result::Err"},
    Pair{"Option", "std::option::Option"},     Pair{"Result", "std::result::Result"},
    Pair{"Vec", "std::vec::Vec"},              Pair{"String", "std::string::String"},
    Pair{"Box", "std::boxed::Box"},            Pair{"drop", "std::mem::drop"},
    Pair{"Iterator", "std::iter::Iterator"},   Pair{"IntoIterator", "std::iter::IntoIterator"},
    Pair{"Clone", "std::clone::Clone"},        Pair{"Default", "std::default::Default"},
    Pair{"Drop", "std::ops::Drop"},            Pair{"Fn", "std::ops::Fn"},
    Pair{"FnMut", "std::ops::FnMut"},          Pair{"FnOnce", "std::ops::FnOnce"},
    Pair{"From", "std::convert::From"},        Pair{"Into", "std::convert::Into"},
    Pair{"ToString", "std::string::ToString"}, Pair{"Send", "std::marker::Send"},
    Pair{"Sync", "std::marker::Sync"},         Pair{"Sized", "std::marker::Sized"},
    Pair{"AsRef", "std::convert::AsRef"},      Pair{"Future", "std::future::Future"},
    Pair{"println!", "std::println!"},         Pair{"print!", "std::print!"},
    Pair{"eprintln!", "std::eprintln!"},       Pair{"eprint!", "std::eprint!"},
    Pair{"dbg!", "std::dbg!"},                 Pair{"format!", "std::format!"},
    Pair{"write!", "std::write!"},             Pair{"writeln!", "std::writeln!"},
    Pair{"panic!", "std::panic!"},             Pair{"assert!", "std::assert!"},
    Pair{"vec!", "std::vec!"},                 Pair{"thread_local!", "std::thread_local!"},
};

constexpr std::array kPrimitives = {
    std::string_view("str"),  std::string_view("bool"), std::string_view("char"), std::string_view("u8"),
    std::string_view("u16"),  std::string_view("u32"),  std::string_view("u64"),  std::string_view("u128"),
    std::string_view("usize"), std::string_view("i8"),  std::string_view("i16"),  std::string_view("i32"),
    std::string_view("i64"),  std::string_view("i128"), std::string_view("isize"), std::string_view("f32"),
    std::string_view("f64"),  std::string_view("[]")};

constexpr std::array kPointers = {
    std::string_view("std::sync::Arc"),           std::string_view("std::rc::Rc"),
    std::string_view("std::boxed::Box"),          std::string_view("std::pin::Pin"),
    std::string_view("std::borrow::Cow"),         std::string_view("std::sync::LazyLock"),
    std::string_view("std::cell::LazyCell"),      std::string_view("std::cell::Ref"),
    std::string_view("std::cell::RefMut"),        std::string_view("std::mem::ManuallyDrop"),
    std::string_view("std::io::BufReader"),       std::string_view("std::io::BufWriter"),
    std::string_view("std::io::LineWriter"),      std::string_view("once_cell::sync::Lazy"),    std::string_view("once_cell::unsync::Lazy"),
    std::string_view("triomphe::Arc"),            std::string_view("crossbeam_utils::CachePadded"),
    std::string_view("crossbeam::utils::CachePadded"), std::string_view("std::panic::AssertUnwindSafe"),
    std::string_view("arc_swap::Guard"),          std::string_view("actix_web::web::Data"),
    std::string_view("axum::extract::State"),     std::string_view("axum::Extension"),
    std::string_view("axum::extract::Extension"), std::string_view("actix_web::web::Json"),
    std::string_view("axum::Json"),               std::string_view("rocket::State"),
    std::string_view("tauri::State"),             std::string_view("salvo::Depot"),
    std::string_view("poem::web::Data"),          std::string_view("tracing::instrument::Instrumented")};

constexpr std::array kInline = {
    std::string_view("map"),          std::string_view("map_err"),     std::string_view("and_then"),
    std::string_view("or_else"),      std::string_view("unwrap_or_else"), std::string_view("ok_or_else"),
    std::string_view("for_each"),     std::string_view("filter"),      std::string_view("filter_map"),
    std::string_view("flat_map"),     std::string_view("fold"),        std::string_view("try_fold"),
    std::string_view("try_for_each"), std::string_view("any"),         std::string_view("all"),
    std::string_view("find"),         std::string_view("find_map"),    std::string_view("position"),
    std::string_view("retain"),       std::string_view("sort_by"),     std::string_view("sort_by_key"),
    std::string_view("sort_unstable_by"), std::string_view("sort_unstable_by_key"), std::string_view("max_by"),
    std::string_view("max_by_key"),   std::string_view("min_by"),      std::string_view("min_by_key"),
    std::string_view("take_while"),   std::string_view("skip_while"),  std::string_view("map_while"),
    std::string_view("inspect"),      std::string_view("inspect_err"), std::string_view("scan"),
    std::string_view("partition"),    std::string_view("or_insert_with"), std::string_view("get_or_insert_with"),
    std::string_view("and_modify"),   std::string_view("is_some_and"), std::string_view("is_ok_and"),
    std::string_view("map_or"),       std::string_view("map_or_else"), std::string_view("then"),
    std::string_view("with_context"), std::string_view("get_or_init"), std::string_view("call_once"),
    std::string_view("in_scope"),     std::string_view("with_borrow"), std::string_view("with_borrow_mut"),
    std::string_view("get_or_try_init"), std::string_view("resize_with"), std::string_view("try_map")};

constexpr std::array kTraits = {
    std::string_view("prelude"),        std::string_view("Read"),           std::string_view("BufRead"),
    std::string_view("Write"),          std::string_view("Seek"),           std::string_view("ToSocketAddrs"),
    std::string_view("RunQueryDsl"),    std::string_view("Commands"),       std::string_view("Queryable"),
    std::string_view("PasswordHasher"), std::string_view("PasswordVerifier"), std::string_view("Module"),
    std::string_view("Transport"),      std::string_view("Pbkdf2"),         std::string_view("Connection")};

template <class Array> bool contains(const Array &array, std::string_view text) {
  return std::find(array.begin(), array.end(), text) != array.end();
}

} // namespace

std::string_view preludeName(std::string_view name) {
  for (const auto &[shortName, path] : kPrelude)
    if (shortName == name)
      return path;
  for (const std::string_view primitive : kPrimitives)
    if (primitive == name)
      return primitive;
  return {};
}

std::string canonicalExternal(std::string_view path) {
  for (const std::string_view facade : {std::string_view("core"), std::string_view("alloc")})
    if (path == facade || (path.starts_with(facade) && path.substr(facade.size()).starts_with("::")))
      return std::string("std").append(path.substr(facade.size()));
  return std::string(path);
}

bool isSmartPointer(std::string_view type) { return contains(kPointers, type); }
bool looksLikeTrait(std::string_view path) {
  const std::string_view last = path.substr(path.rfind(':') + 1);
  const bool ofRayon = path.starts_with("rayon::iter::") || path.starts_with("rayon::slice::") || path.starts_with("rayon::str::");
  return last.ends_with("Ext") || ofRayon || contains(kTraits, last);
}
bool isQueryMethod(std::string_view method) { return method == "load" || method == "first" || method == "execute"; }
bool isStoreMethod(std::string_view method) {
  constexpr std::array kNames{std::string_view("get"),    std::string_view("set"),     std::string_view("del"),
                              std::string_view("keys"),   std::string_view("exists"),  std::string_view("expire"),
                              std::string_view("incr"),   std::string_view("decr"),    std::string_view("publish")};
  return contains(kNames, method);
}
bool mayNameConnection(std::string_view name) {
  constexpr std::array kParts{std::string_view("con"), std::string_view("redis"), std::string_view("client"), std::string_view("pool"),
                              std::string_view("db"),  std::string_view("Con"),   std::string_view("Client")};
  return std::any_of(kParts.begin(), kParts.end(), [&](std::string_view part) { return name.find(part) != name.npos; });
}
bool runsClosureAtOnce(std::string_view method) { return contains(kInline, method); }

} // namespace clearway::frontend::rust
