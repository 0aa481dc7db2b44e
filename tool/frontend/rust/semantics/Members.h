// The methods of types: inherent and trait implementations, default methods, implementors of traits.
#pragma once

#include "frontend/rust/semantics/ItemIndex.h"

#include <span>
#include <unordered_map>
#include <vector>

namespace clearway::frontend::rust {

struct Implementation {
  ClassRef impl;
  Name type;                 // qualified name of what it is for; empty: a blanket implementation, or nothing known
  bool isBlanket = false;    // for a type parameter or `dyn Trait`
  std::vector<Name> traits;  // qualified
};

class Members {
public:
  explicit Members(const link::Program &program) : program_(program) {}

  /// To be called for every implementation and trait, in file order, before anything is asked.
  void addImplementation(Implementation implementation);
  void addTrait(Name name, ClassRef trait, std::vector<Name> supertraits);
  void finish();

  /// Methods and associated functions called `name` in implementations for `type`.
  const std::vector<link::FunctionId> &ofType(Name type, Name name) const;
  /// Default methods of the traits that `type` implements.
  std::vector<link::FunctionId> defaults(Name type, Name name) const;
  /// The trait's own declaration of `name`, here or in a supertrait.
  const std::vector<link::FunctionId> &declared(Name trait, Name name) const;
  /// `name` in all implementations of `trait`.
  std::vector<link::FunctionId> implementors(Name trait, Name name) const;
  /// `name` in implementations for a type parameter, whatever its bounds.
  const std::vector<link::FunctionId> &blanket(Name name) const;
  /// Whether `trait`, or a trait that requires it, is among `traits`, as far as the program shows.
  bool implies(std::span<const Name> traits, Name trait) const;
  /// All methods of the program with this name.
  const std::vector<link::FunctionId> &named(Name name) const;
  const std::vector<Name> &traitsOf(Name type) const;
  /// A trait of the program.
  bool isTrait(Name name) const {
    const auto found = traits_.find(name);
    return found != traits_.end() && found->second.trait.file != link::kNone;
  }
  const std::vector<ClassRef> &implementationsOf(Name type) const;

private:
  using Methods = std::unordered_map<Name, std::vector<link::FunctionId>>;
  struct Trait {
    ClassRef trait;
    std::vector<Name> supertraits;
    Methods methods;                     // declared in it
    Methods implementations;             // in impl blocks
    bool hasBlanket = false;             // implemented for a type parameter
  };
  struct TypeMembers {
    Methods methods;
    std::vector<Name> traits;
    std::vector<ClassRef> impls;
  };
  void collect(ClassRef of, Methods &to);

  const link::Program &program_;
  std::unordered_map<Name, TypeMembers> types_;
  std::unordered_map<Name, Trait> traits_;
  Methods blanket_, named_;
  std::unordered_map<uint64_t, std::vector<link::FunctionId>> byClass_;
  bool indexed_ = false;
};

} // namespace clearway::frontend::rust
