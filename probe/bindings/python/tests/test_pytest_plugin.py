"""The pytest plugin, run on test files of its own."""

TESTS = """
import asyncio, time, pytest

async def stall():
    time.sleep(0.12)

def test_stalls():
    asyncio.run(stall())

def test_yields():
    asyncio.run(asyncio.sleep(0.12))

def test_without_a_loop():
    time.sleep(0.12)

@pytest.mark.clearway_max_stall(None)
def test_allowed():
    asyncio.run(stall())

@pytest.mark.clearway_max_stall(5000)
def test_measured_nothing():
    pass
"""


def test_the_option(pytester):
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("--clearway-max-stall=50")
    result.assert_outcomes(passed=3, failed=2)
    result.stdout.fnmatch_lines(["*StallError*stall*", "*NotMeasuredError*"])


def test_without_the_option_only_marks_count(pytester):
    pytester.makepyfile(TESTS)
    pytester.runpytest_subprocess().assert_outcomes(passed=4, failed=1)


def test_a_limit_that_makes_no_sense(pytester):
    result = pytester.runpytest_subprocess("--clearway-max-stall=-1")
    assert result.ret == 4
