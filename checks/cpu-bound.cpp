// Long computations on the event loop.
#include "checks/support/Blocking.h"

namespace clearway::checks {
namespace {

class CpuBound : public Check {
public:
  void run(const Context &context, const std::function<void(report::Finding)> &emit) const override {
    reportBlocking(context, "cpu-bound", emit);
  }
};

CLEARWAY_CHECK(CpuBound, "cpu-bound", Warning)

} // namespace
} // namespace clearway::checks
