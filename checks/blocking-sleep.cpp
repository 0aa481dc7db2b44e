// Sleeps of a thread on the event loop.
#include "checks/support/Blocking.h"
#include "checks/support/Fixes.h"

namespace clearway::checks {
namespace {

class BlockingSleep : public Check {
public:
  void run(const Context &context, const std::function<void(report::Finding)> &emit) const override {
    for (const BlockingSite &site : blockingSites(context, "blocking-sleep")) {
      report::Finding finding = blockingFinding(context, "blocking-sleep", site);
      if (auto fix = awaitAsyncioSleep(context, *site.operation))
        finding.fixes.push_back(std::move(*fix));
      emit(std::move(finding));
    }
  }
};

CLEARWAY_CHECK(BlockingSleep, "blocking-sleep", Error)

} // namespace
} // namespace clearway::checks
