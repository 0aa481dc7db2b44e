// What type parameters stand for: `load(&LocalFs)` runs the methods of LocalFs, and not those of every type with the
// parameter's bound. Methods of a parameter become edges of the calls that say what it is, as closures do.
#pragma once

#include "link/Program.h"

#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace clearway::frontend::rust {

/// By its name, of `function` or of the implementation or trait around it (`Self`, too); an unnamed one (`impl Trait`,
/// `dyn Trait`) by the position of the function's parameter.
struct TypeParameter {
  link::FunctionId function = link::kNone;
  Name name;
  uint32_t position = 0;
  friend bool operator==(const TypeParameter &, const TypeParameter &) = default;
};

/// A method of something whose type a parameter gives.
struct GenericCall {
  link::CallId call = link::kNone;
  TypeParameter parameter;
  Name method;
};

/// What one call says of a type parameter of what it calls.
struct Instance {
  enum Kind : uint8_t { Unknown, Known, Forwarded };
  uint32_t demand = 0;
  link::CallId site = link::kNone;
  Kind kind = Unknown;
  std::vector<link::FunctionId> functions; // Known: the method, of that type
  TypeParameter forwarded;                 // Forwarded: a parameter of the caller's own
};

class Instantiation {
public:
  explicit Instantiation(link::Program &program) : program_(program) {}

  void add(const std::vector<GenericCall> &calls);
  /// Of the last round: what calls of `function` are to be asked, as indices.
  std::span<const uint32_t> asked(link::FunctionId function) const;
  const TypeParameter &parameter(uint32_t demand) const { return demands_[demand].parameter; }
  Name method(uint32_t demand) const { return demands_[demand].method; }
  /// Takes the answers of one round. Returns whether there is another one, which asks about the callers' parameters.
  bool take(std::vector<Instance> instances);
  /// Writes what was found to the calls.
  void apply();

private:
  struct Demand {
    TypeParameter parameter;
    Name method;
    link::CallId origin = link::kNone; // the method call itself
    std::vector<Instance> sites;
    std::vector<uint32_t> forwards; // by site; kNone where nothing is passed on
  };
  uint32_t demandFor(const TypeParameter &parameter, Name method, link::CallId origin);
  bool isPlain(link::FunctionId f) const { return program_.facts(f).kind == facts::FunctionKind::Plain; }
  void findOtherUses();
  bool isDecidedByCallers(uint32_t demand) const;
  void findKnown();
  bool collect(uint32_t demand, std::vector<link::FunctionId> &functions, unsigned depth) const;
  void give(link::CallId site, std::span<const link::FunctionId> functions, link::Confidence confidence);
  void giveCallers(uint32_t demand, unsigned depth);
  void settle(uint32_t demand);

  link::Program &program_;
  std::vector<Demand> demands_;
  std::unordered_map<link::FunctionId, std::vector<uint32_t>> byFunction_, asked_;
  std::unordered_set<link::CallId> origins_;
  std::vector<std::vector<link::FunctionId>> all_; // by demand: what its origin called before
  std::vector<bool> isKnown_;                      // by demand
  std::vector<bool> isUsedOtherwise_;              // by function: called by something that is no call of it
};

} // namespace clearway::frontend::rust
