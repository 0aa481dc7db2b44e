//! Makes the C library: compiled into the program from the sources in `native/` (a published crate) or of the
//! checkout this crate lies in, or the installed one with the feature `system`.
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    if cfg!(feature = "system") {
        link_installed();
    } else {
        compile();
    }
}

fn link_installed() {
    pkg_config::Config::new()
        .atleast_version("0.1.0")
        .probe("clearway-probe")
        .expect("the feature `system` needs the installed library: cmake --install build-probe --component probe");
}

/// One file that holds or includes all sources, and the folder of the public headers.
fn sources() -> (PathBuf, PathBuf) {
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let native = here.join("native");
    println!("cargo:rerun-if-changed=native");
    if native.join("clearway-probe.cpp").exists() {
        return (native.join("clearway-probe.cpp"), native);
    }
    let probe = here.join("../..");
    let list = fs::read_to_string(probe.join("CMakeLists.txt")).unwrap_or_else(|error| {
        panic!(
            "no sources of the C library: neither {}/clearway-probe.cpp (written by probe/amalgamate.py) nor a checkout around \
             this crate ({error}); or use the installed library with the feature `system`",
            native.display()
        )
    });
    for folder in ["CMakeLists.txt", "src", "include"] {
        println!("cargo:rerun-if-changed={}", probe.join(folder).display());
    }
    (all_in_one(&probe, &list), probe.join("include"))
}

/// The source files in the order of the library's CMakeLists.txt, as amalgamate.py takes them.
fn all_in_one(probe: &Path, list: &str) -> PathBuf {
    let names = list.lines().filter_map(|line| line.strip_prefix("  src/")?.split(".cpp").next());
    let text: String = names.map(|name| format!("#include \"{}/src/{name}.cpp\"\n", probe.display())).collect();
    let file = PathBuf::from(std::env::var_os("OUT_DIR").expect("set by cargo")).join("clearway-probe.cpp");
    fs::write(&file, text).expect("cargo's OUT_DIR is writable");
    file
}

fn compile() {
    let (source, include) = sources();
    cc::Build::new()
        .cpp(true)
        .std("c++20")
        .file(source)
        .include(include)
        .define("CLEARWAY_PROBE_STATIC", None)
        .flag("-fvisibility=hidden")
        .flag("-pthread")
        .opt_level(2) // also in debug builds: it is measured with
        .warnings(false)
        .compile("clearway-probe");
    println!("cargo:rustc-link-lib=pthread");
    println!("cargo:rustc-link-lib=dl");
}
