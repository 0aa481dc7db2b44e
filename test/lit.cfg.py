# lit's configuration. A test is a file *.test below test/checks, test/catalog, test/frontend, test/link, test/tidy, test/cli,
# test/runtime or test/harness. Files of
# several languages or modules live in one test by split-file.
#
# Substitutions:
#   %clearway          the command, with colour and progress off
#   %verify            test/verify.py: holds findings against `expect:` comments (see there)
#   %exits CODE        test/exits.py: the command that follows has to exit with this code
#   %clang-tidy        clang-tidy with the plugin
#   %stalling-server   test/runtime/Inputs/server.cpp, compiled with the probe
#   %probe-libraries   the folder of the probe's static library
#   %python, %root     the interpreter; the project's source folder
#   %sarif-validate    test/sarif_validate.py FILE: the multitool and the JSON schema, both without findings
import os
import shutil

import lit.formats

config.name = "clearway"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".test"]
config.excludes = ["unit", "Inputs"]
config.test_source_root = os.path.join(config.source_dir, "test")
# Not below a folder called test: findings in test code are left out unless asked for.
config.test_exec_root = os.path.join(config.build_dir, "lit")

# Tests see no configuration, cache or colour setting of whoever runs them.
home = os.path.join(config.test_exec_root, "home")
os.makedirs(home, exist_ok=True)
config.environment["RUSTUP_HOME"] = os.environ.get("RUSTUP_HOME", os.path.expanduser("~/.rustup"))
config.environment["HOME"] = home
config.environment["XDG_CACHE_HOME"] = os.path.join(home, "cache")
config.environment["XDG_CONFIG_HOME"] = os.path.join(home, "config")
config.environment["NO_COLOR"] = "1"
config.environment["LC_ALL"] = "C.UTF-8"
config.environment["PATH"] = os.pathsep.join([config.llvm_tools_dir, os.path.join(config.build_dir, "venv", "bin"), config.environment["PATH"]])

stalling_server = os.path.join(config.build_dir, "bin", "clearway-stalling-server")
probe_libraries = os.path.join(config.build_dir, "probe")
tidy_plugin = os.path.join(config.build_dir, "lib", "libclearway-tidy.so")
script = lambda name: f"{config.python} {os.path.join(config.source_dir, 'test', name)}"
config.substitutions += [
    ("%clearway", config.clearway),
    ("%verify", f"{script('verify.py')} {config.clearway}"),
    ("%exits", script("exits.py")),
    ("%sarif-validate", script("sarif_validate.py")),
    ("%clang-tidy", f"clang-tidy -load {tidy_plugin}"),
    ("%stalling-server", stalling_server),
    ("%probe-libraries", probe_libraries),
    ("%python", config.python),
    ("%root", config.source_dir),
]

if config.cpp_frontend and os.path.exists(os.path.join(config.build_dir, "lib", "libclearway-cpp.so")):
    config.available_features.add("cpp-frontend")
if os.path.exists(tidy_plugin) and os.path.exists(os.path.join(config.llvm_tools_dir, "clang-tidy")):
    config.available_features.add("clang-tidy-plugin")
if os.path.exists(stalling_server):
    config.available_features.add("stalling-server")
if shutil.which("objcopy"):
    config.available_features.add("objcopy")
if shutil.which("rustc") and os.path.exists(os.path.join(probe_libraries, "libclearway-probe.a")):
    config.available_features.add("rust-programs")
if shutil.which("node") and os.path.isdir(os.path.join(config.source_dir, "node_modules", "ajv")):
    config.available_features.add("sarif-validators")
if shutil.which("pre-commit", path=config.environment["PATH"]):
    config.available_features.add("pre-commit")
if os.geteuid() == 0:
    config.available_features.add("root")
