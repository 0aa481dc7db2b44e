// Waits for threads, processes, results, events and messages on the event loop.
#include "checks/support/Blocking.h"

namespace clearway::checks {
namespace {

class BlockingWait : public Check {
public:
  void run(const Context &context, const std::function<void(report::Finding)> &emit) const override {
    reportBlocking(context, "blocking-wait", emit);
  }
};

CLEARWAY_CHECK(BlockingWait, "blocking-wait", Error)

} // namespace
} // namespace clearway::checks
