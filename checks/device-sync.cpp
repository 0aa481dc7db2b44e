// Waiting for a GPU on the event loop.
#include "checks/support/Blocking.h"

namespace clearway::checks {
namespace {

class DeviceSync : public Check {
public:
  void run(const Context &context, const std::function<void(report::Finding)> &emit) const override {
    reportBlocking(context, "device-sync", emit);
  }
};

CLEARWAY_CHECK(DeviceSync, "device-sync", Warning)

} // namespace
} // namespace clearway::checks
