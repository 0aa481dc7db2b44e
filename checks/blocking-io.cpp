// Files, DNS, sockets, processes, databases and HTTP clients on the event loop.
#include "checks/support/Blocking.h"

namespace clearway::checks {
namespace {

class BlockingIo : public Check {
public:
  void run(const Context &context, const std::function<void(report::Finding)> &emit) const override {
    reportBlocking(context, "blocking-io", emit);
  }
};

CLEARWAY_CHECK(BlockingIo, "blocking-io", Warning)

} // namespace
} // namespace clearway::checks
