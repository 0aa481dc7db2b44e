// Linked programs made by hand, so that an analysis can be tested without a front end: one Python file,
// functions with calls in one block each, and whatever else a test adds to the facts.
#pragma once

#include "analysis/Analyses.h"

#include <deque>
#include <initializer_list>

namespace clearway::test {

class ProgramBuilder {
public:
  ProgramBuilder();

  /// Functions have to be complete, calls included, before the next one begins.
  link::FunctionId function(std::string_view name, facts::FunctionKind kind = facts::FunctionKind::Plain,
                            uint32_t flags = 0);
  /// A catalogue entry that lives as long as the builder.
  catalog::Entry &entry(std::string_view name, catalog::EffectKind effect = catalog::EffectKind::None);

  /// Calls made by the function that was added last; each ends the current block's run of events.
  link::CallId call(link::FunctionId target, facts::ResultUse use = facts::ResultUse::Discarded,
                    link::Confidence confidence = link::Confidence::Certain);
  link::CallId call(const catalog::Entry &api, facts::ResultUse use = facts::ResultUse::Discarded);
  /// `api(target)`: hands over a callable as argument 0.
  link::CallId hand(const catalog::Entry &api, link::FunctionId target);
  /// A literal argument of the call made last.
  void argument(std::string_view literal, facts::LiteralKind kind, std::string_view keyword = {});
  void await();

  facts::CallSite &site(link::CallId call) { return program.files[0].calls[call]; }
  facts::FileFacts &file() { return program.files[0]; }

  // Control flow of the function that was added last: blocks are numbered from 0 within it.
  void block();
  void edge(uint32_t from, uint32_t to);
  link::ObjectId birth(const catalog::Entry &type, std::string_view lockPath);
  void death(link::ObjectId object);
  void move(link::ObjectId object, link::ObjectId to = link::kNone);
  void acquire(const catalog::Entry &api, std::string_view lockPath);

  /// Lays the edges out and returns the program's analyses.
  analysis::Analyses analyse();

  link::Program program;
  catalog::Catalog catalog;

private:
  facts::FunctionId current() { return static_cast<facts::FunctionId>(file().functions.size() - 1); }
  link::CallId addCall(facts::ResultUse use);
  void addEvent(facts::EventKind kind, uint32_t index, uint32_t other = facts::kNone);

  struct BlockEdges {
    std::vector<uint32_t> successors;
    std::vector<facts::Event> events;
  };
  std::vector<std::vector<BlockEdges>> flows_; // by function
  std::deque<catalog::Entry> entries_;
};

} // namespace clearway::test
