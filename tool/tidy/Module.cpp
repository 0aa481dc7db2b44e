// The entry of clang-tidy's plugin: every check of clearway, under the name clearway-<check>.
#include "tidy/UnitCheck.h"

#include "clang-tidy/ClangTidyModule.h"

namespace clearway::tidy {

namespace {

/// The run of the unit at hand. clang-tidy makes all checks of a unit together and drops them with the unit, so the
/// run is that of the checks that are alive; tools that work on several units at once use a thread for each.
std::shared_ptr<UnitRun> sharedRun() {
  thread_local std::weak_ptr<UnitRun> current;
  std::shared_ptr<UnitRun> run = current.lock();
  if (!run)
    current = run = std::make_shared<UnitRun>();
  return run;
}

class Module : public clang::tidy::ClangTidyModule {
public:
  void addCheckFactories(clang::tidy::ClangTidyCheckFactories &factories) override {
    for (const checks::Registration &check : checks::registry())
      factories.registerCheckFactory("clearway-" + std::string(check.name),
                                     [&check](llvm::StringRef name, clang::tidy::ClangTidyContext *context) {
                                       return std::make_unique<UnitCheck>(name, context, check, sharedRun());
                                     });
  }
};

const clang::tidy::ClangTidyModuleRegistry::Add<Module> kRegistered("clearway-module", "Code that stops an event loop.");

} // namespace

} // namespace clearway::tidy
