"""Runs a command and says what it cost. For the benchmarks beside this file."""
import os
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass
class Run:
    wall: float  # seconds
    cpu: float  # seconds, user and system, all threads
    memory: float  # MiB, peak resident
    output: str


def run(command, accepted):
    """Ends the benchmark if the exit status is none of `accepted`: a failure costs nothing and proves nothing."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = process.stdout.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in accepted:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{output}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output)
