// Event loops inside event loops: asyncio.run, run_until_complete, block_on, and waiting for a coroutine on
// another thread.
#include "checks/support/Blocking.h"
#include "checks/support/InPlace.h"
#include "checks/support/NestedWaits.h"

namespace clearway::checks {
namespace {

class BlockOn : public Check {
public:
  void run(const Context &context, const std::function<void(report::Finding)> &emit) const override {
    reportBlocking(context, "block-on", emit);
    reportBlockingInPlace(context, emit);
    reportNestedWaits(context, emit);
  }
};

CLEARWAY_CHECK(BlockOn, "block-on", Error)

} // namespace
} // namespace clearway::checks
