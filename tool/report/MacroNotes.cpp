#include "report/MacroNotes.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace clearway::report {

namespace {

using Call = std::tuple<std::string, facts::SourceRange>;
using Calls = std::map<Call, const facts::MacroExpansion *>;

Calls callsIn(const link::Program &program) {
  Calls calls;
  for (const facts::FileFacts &file : program.files)
    for (const facts::MacroExpansion &expansion : file.expansions)
      calls.emplace(Call{file.path, expansion.range}, &expansion);
  return calls;
}

class Notes {
public:
  Notes(Finding &finding, const Calls &calls) : finding_(finding), calls_(calls) {}

  void add() {
    place(finding_.primary);
    for (const Step &step : finding_.chain)
      place(step.location);
  }

private:
  void place(const Location &location) {
    const auto found = calls_.find({location.file, location.range});
    if (found == calls_.end() || !told_.insert(found->second).second)
      return;
    const facts::MacroExpansion &macro = *found->second;
    finding_.related.push_back({{std::string(macro.file.view()), {macro.line, 1, macro.line, 1}, ""},
                                "the macro `" + std::string(macro.macro.view()) + "!` is defined here"});
  }

  Finding &finding_;
  const Calls &calls_;
  std::set<const facts::MacroExpansion *> told_;
};

} // namespace

void addMacroDefinitions(std::vector<Finding> &findings, const link::Program &program) {
  const Calls calls = callsIn(program);
  if (calls.empty())
    return;
  for (Finding &finding : findings)
    Notes(finding, calls).add();
}

} // namespace clearway::report
