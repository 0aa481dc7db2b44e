"""pytest --clearway-max-stall=MS, @pytest.mark.clearway_max_stall(MS) and the fixture clearway_stalls."""
import pytest


def pytest_addoption(parser):
    parser.getgroup("clearway").addoption(
        "--clearway-max-stall", type=float, metavar="MS",
        help="fail tests in which an event loop is kept from running for longer than MS milliseconds")


def pytest_configure(config):
    config.addinivalue_line("markers", "clearway_max_stall(ms): the test fails if an event loop stalls for longer; "
                                       "None switches --clearway-max-stall off")
    limit = config.getoption("--clearway-max-stall")
    if limit is not None and not limit > 0:
        raise pytest.UsageError("--clearway-max-stall must be positive")


def _marked(item):
    mark = item.get_closest_marker("clearway_max_stall")
    if mark is None:
        return None, False
    if len(mark.args) != 1:
        raise pytest.UsageError("@pytest.mark.clearway_max_stall needs one argument: milliseconds, or None")
    return mark.args[0], True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    limit, marked = _marked(item)
    limit = limit if marked else item.config.getoption("--clearway-max-stall")
    if limit is None:
        return (yield)
    from . import no_stall

    # A marked test that runs no loop is a mistake; of all tests, many are meant to run none.
    with no_stall(limit, allow_unmeasured=not marked):
        return (yield)


@pytest.fixture
def clearway_stalls():
    """A function that returns the stalls reported since the test began."""
    import clearway_probe

    clearway_probe.stalls()
    return clearway_probe.stalls
