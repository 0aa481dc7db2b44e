import sys
from pathlib import Path

pytest_plugins = ["pytester"]

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "examples"), str(HERE.parent / "examples" / "inference")]
