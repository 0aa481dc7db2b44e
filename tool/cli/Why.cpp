#include "cli/Why.h"

#include "analysis/Analyses.h"
#include "checks/support/Places.h"
#include "checks/support/Wording.h"
#include "report/Writers.h"

#include <algorithm>
#include <set>

namespace clearway::cli {

namespace {

using link::Program;

bool covers(const facts::SourceRange &range, uint32_t line) {
  return range.valid() && range.beginLine <= line && line <= std::max(range.beginLine, range.endLine);
}

class LineExplainer {
public:
  LineExplainer(const Analysed &analysed, const report::Report &report, link::FileId file, uint32_t line)
      : analysed_(analysed), program_(analysed.program), report_(report), sources_(report.folder),
        file_(file), line_(line), path_(program_.files[file].path) {}

  std::string explain() {
    link::FunctionId function = enclosing();
    showLine();
    bool reported = showFindings();
    showFunction(function);
    bool blocks = showCalls();
    if (!reported)
      showVerdict(function, blocks);
    return std::move(text_);
  }

private:
  void say(const std::string &sentence) { text_ += sentence + "\n"; }

  /// Reading `a.b` and calling it are two facts, but one thing to say.
  void sayOnce(const std::string &sentence) {
    if (said_.insert(sentence).second)
      say(sentence);
  }

  std::string place(link::FileId file, const facts::SourceRange &range) const {
    return program_.files[file].path + ":" + std::to_string(range.beginLine);
  }

  void showLine() {
    say(path_ + ":" + std::to_string(line_) + ": " + std::string(sources_.file(path_).line(line_)));
  }

  /// The innermost function around the line.
  link::FunctionId enclosing() const {
    const facts::FileFacts &file = program_.files[file_];
    facts::FunctionId best = 0;
    for (facts::FunctionId f = 1; f < file.functions.size(); ++f)
      if (covers(file.functions[f].range, line_) &&
          (best == 0 || file.functions[best].range <= file.functions[f].range))
        best = f;
    return file.functions.empty() ? link::kNone : program_.functionAt(file_, best);
  }

  bool touches(const report::Finding &finding) const {
    auto here = [&](const report::Location &location) {
      return location.file == path_ && covers(location.range, line_);
    };
    auto leadsHere = [&](const std::vector<report::Step> &chain) {
      return std::any_of(chain.begin(), chain.end(), [&](const report::Step &step) { return here(step.location); });
    };
    return here(finding.primary) || leadsHere(finding.chain) ||
           std::any_of(finding.otherChains.begin(), finding.otherChains.end(), leadsHere);
  }

  bool showFindings() {
    report::Report mine;
    for (const report::Finding &finding : report_.findings)
      if (touches(finding))
        mine.findings.push_back(finding);
    for (report::Finding &finding : mine.findings) {
      if (finding.suppressed)
        say("\nThis is suppressed by a comment" + (finding.justification.empty()
                                                       ? std::string(", without a reason:")
                                                       : ": " + finding.justification));
      else
        say("\nThis is reported:");
      report::Report one;
      finding.suppressed = false;
      one.findings = {finding};
      text_ += report::writeText(one, sources_, {});
    }
    return !mine.findings.empty();
  }

  void showFunction(link::FunctionId function) {
    if (function == link::kNone)
      return;
    const facts::Function &facts = program_.facts(function);
    bool isCoroutine =
        facts.kind == facts::FunctionKind::Coroutine || facts.kind == facts::FunctionKind::AsyncGenerator;
    say("\nThe line is in " + std::string(isCoroutine ? "the coroutine `" : "`") +
        checks::shortName(program_, function) + "` (" +
        place(program_.functions[function].file, facts.nameRange.valid() ? facts.nameRange : facts.range) +
        ").");
    if (analysis::isTest(program_, function))
      say("It is test code: findings in it are left out unless --include-tests is given.");
    for (const analysis::Reach &reach : analysed_.analyses.contexts.perFunction[function])
      showReach(function, reach);
    if (!analysed_.analyses.contexts.eventLoop(function))
      say("Nothing that was analysed runs it on an event loop.");
  }

  void showReach(link::FunctionId function, const analysis::Reach &reach) {
    std::string sentence = "It runs in the context " + std::string(catalog::toString(reach.context));
    if (!reach.runtime.empty())
      sentence += " (" + std::string(reach.runtime.view()) + ")";
    if (reach.entry == function)
      sentence += reach.api.empty() ? ": it is an entry point itself"
                                    : ": `" + std::string(reach.api.view()) + "` makes it an entry point";
    say(sentence +
        (reach.confidence == link::Confidence::NameOnly ? ", if a name alone can be trusted." : "."));
    for (link::FunctionId at = function; at != reach.entry && at != link::kNone;) {
      const analysis::Reach *step = analysed_.analyses.contexts.reach(at, reach.context);
      if (!step || step->via == link::kNone)
        break;
      say("  called by `" + checks::shortName(program_, step->from) + "` at " +
          place(program_.calls[step->via].file, program_.site(step->via).range));
      at = step->from;
    }
  }

  /// True if something called on the line blocks.
  bool showCalls() {
    bool blocks = false;
    for (link::CallId call = 0; call < program_.calls.size(); ++call)
      if (program_.calls[call].file == file_ &&
          covers(program_.site(call).nameRange.valid() ? program_.site(call).nameRange
                                                       : program_.site(call).range,
                 line_))
        blocks |= showCall(call);
    return blocks;
  }

  bool showCall(link::CallId id) {
    const link::Call &call = program_.calls[id];
    const analysis::Operation *operation = analysed_.analyses.effects.at(id);
    bool isRead = program_.site(id).kind == facts::CallKind::Attribute;
    bool blocks = operation != nullptr;
    if (analysed_.analyses.contexts.hops.isOffLoop(id))
      sayOnce("The coroutine is on a worker thread here: what it awaited before has moved it there, or it is only ever started "
              "on one.");
    if (operation)
      sayOnce("`" + std::string(operation->api.view()) +
              "` blocks: " + checks::describe(program_, *operation) + ".");
    for (const link::External &external : call.externals)
      if (!operation && !isRead)
        showExternal(external);
    for (const link::Target &target : call.targets)
      blocks |= showTarget(target);
    if (!operation && call.externals.empty() && call.targets.empty() && !isRead)
      sayOnce("A call here leads to nothing that is known: neither its name nor its receiver's type could be "
              "told.");
    return blocks;
  }

  void showExternal(const link::External &external) {
    std::string name = "`" + std::string(external.name.view()) + "`";
    if (!external.entry)
      sayOnce(name + " is not in the catalogue; --catalog or `catalog:` can add it.");
    else if (external.entry->effect == catalog::EffectKind::None)
      sayOnce(name + " is known not to block.");
    else
      sayOnce(name + " can block (" + std::string(catalog::toString(external.entry->effect)) +
              "), but not as it is called here: awaited, or under a condition of the catalogue.");
  }

  bool showTarget(const link::Target &target) {
    auto effects = analysed_.analyses.effects.of(target.function);
    std::string name = "`" + checks::shortName(program_, target.function) + "`";
    if (effects.empty())
      sayOnce(name + " does nothing that is known to block.");
    for (const analysis::Effect &effect : effects) {
      const analysis::Operation &operation = analysed_.analyses.effects.operations[effect.operation];
      sayOnce(name + " may block: `" + std::string(operation.api.view()) + "` at " +
              place(program_.calls[operation.call].file, program_.site(operation.call).range) + ".");
    }
    return !effects.empty();
  }

  void showVerdict(link::FunctionId function, bool blocks) {
    bool onLoop = function != link::kNone && analysed_.analyses.contexts.eventLoop(function);
    say("");
    if (!blocks)
      say("Nothing is reported: no call on this line is known to block.");
    else if (!onLoop)
      say("Nothing is reported: what blocks here is not known to run on an event loop.");
    else
      say("Nothing is reported: it is short or unlikely enough, in test code, or the business of a check "
          "that did not run.");
  }

  const Analysed &analysed_;
  const Program &program_;
  const report::Report &report_;
  report::SourceCache sources_;
  link::FileId file_;
  uint32_t line_;
  std::string path_;
  std::string text_;
  std::set<std::string> said_;
};

} // namespace

std::string explainLine(const Analysed &analysed, const report::Report &report,
                        const std::string &absoluteFile, uint32_t line) {
  report::SourceCache sources(report.folder);
  for (link::FileId file = 0; file < analysed.program.files.size(); ++file)
    if (sources.absolute(analysed.program.files[file].path) == absoluteFile)
      return LineExplainer(analysed, report, file, line).explain();
  return {};
}

} // namespace clearway::cli
