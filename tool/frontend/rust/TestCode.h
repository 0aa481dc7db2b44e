// What is there for tests, though it does not stand among them: helpers that say so by their name, by a feature or by their crate.
#pragma once

#include <string_view>

namespace clearway::frontend::rust {

/// `pool_for_tests`, `new_for_testing`; not `test_connection`, which a service may well offer.
bool isTestHelperName(std::string_view function);
/// `acme-test-utils`, `integration-tests`; not `test`, which is what a first try is called.
bool isTestSupportCrate(std::string_view package);
/// Whether an attribute, as written, leaves its item to tests: `#[cfg(test)]`, `#[cfg(all(unix, test))]`,
/// `#[cfg(feature = "test-util")]`, `#[cfg(any(feature = "testing", test))]`.
bool isForTests(std::string_view attribute);
/// Those, and what makes a function a test, a benchmark or a fixture: `#[test]`, `#[tokio::test]`, `#[rstest(…)]`.
bool isTestAttribute(std::string_view attribute);

} // namespace clearway::frontend::rust
