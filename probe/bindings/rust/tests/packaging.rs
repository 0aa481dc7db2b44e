//! The crate as it is published, and with the installed library: built for another program, which runs.
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAM: &str = r#"
use clearway_probe::{LoopHandle, Operation, Probe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

fn main() {
    let stalls = Arc::new(AtomicUsize::new(0));
    let count = stalls.clone();
    let on_stall = move |_: &_| drop(count.fetch_add(1, Ordering::Relaxed));
    let probe = Probe::builder().threshold(Duration::from_millis(20)).on_stall(on_stall).start().unwrap();
    let handle = LoopHandle::new("packaged").unwrap();
    handle.attach().unwrap();
    {
        let _poll = handle.poll(Operation::default()).unwrap();
        std::thread::sleep(Duration::from_millis(60));
    }
    probe.flush().unwrap();
    assert_eq!(handle.snapshot().unwrap().stalls, 1);
    assert_eq!(stalls.load(Ordering::Relaxed), 1);
    println!("one stall");
}
"#;

struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let folder = env::temp_dir().join(format!("clearway-packaging-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(command: &mut Command) -> String {
    let done = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(done.status.success(), "{command:?}\n{}{}", text(&done.stdout), text(&done.stderr));
    text(&done.stdout)
}

fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").expect("set by cargo"));
    cargo.current_dir(folder).env("CARGO_TARGET_DIR", folder.join("target")).env("CARGO_NET_OFFLINE", "true");
    cargo
}

/// The checkout's crate with the sources of the library in it, as a package unpacked below `folder`.
fn packaged(folder: &Path, probe: &Path) -> PathBuf {
    let copy = folder.join("crate");
    run(Command::new("cp").arg("-r").arg(env!("CARGO_MANIFEST_DIR")).arg(&copy));
    let _ = fs::remove_dir_all(copy.join("target"));
    run(Command::new("python3").arg(probe.join("amalgamate.py")).arg(copy.join("native")));
    run(cargo(&copy).args(["package", "--no-verify", "--allow-dirty", "--locked"]));
    let name = concat!("clearway-probe-", env!("CARGO_PKG_VERSION"));
    run(Command::new("tar").arg("xf").arg(copy.join(format!("target/package/{name}.crate"))).arg("-C").arg(folder));
    folder.join(name)
}

/// A program that uses the crate at `path`.
fn program(folder: &Path, path: &Path, feature: &str) -> PathBuf {
    let program = folder.join(format!("with-{feature}"));
    fs::create_dir_all(program.join("src")).unwrap();
    fs::write(program.join("src/main.rs"), PROGRAM).unwrap();
    let features = if feature == "system" { "\"system\"" } else { "" };
    let manifest = format!(
        "[package]\nname = \"program\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nclearway-probe = {{ path = {path:?}, \
         default-features = false, features = [{features}] }}\n[workspace]\n"
    );
    fs::write(program.join("Cargo.toml"), manifest).unwrap();
    fs::copy(path.join("Cargo.lock"), program.join("Cargo.lock")).unwrap();
    program
}

/// A shared library and what pkg-config needs to find it.
fn install(folder: &Path, native: &Path) {
    let library = folder.join("libclearway-probe.so");
    run(Command::new("c++")
        .args(["-std=c++20", "-shared", "-fPIC", "-fvisibility=hidden", "-pthread", "-I"])
        .args([native, &native.join("clearway-probe.cpp"), Path::new("-o"), &library]));
    let description = "Name: clearway-probe\nDescription: -\nVersion: 0.1.0\nLibs: -L${pcfiledir} -lclearway-probe\nCflags:\n";
    fs::write(folder.join("clearway-probe.pc"), description).unwrap();
}

#[test]
fn the_package_and_the_installed_library_serve_another_program() {
    let probe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    if !probe.join("amalgamate.py").exists() {
        eprintln!("left out: this is the package itself");
        return;
    }
    let folder = Folder::new();
    let unpacked = packaged(&folder.0, &probe);
    let own = program(&folder.0, &unpacked, "own");
    assert_eq!(run(cargo(&own).args(["run", "-q"])), "one stall\n");

    install(&folder.0, &unpacked.join("native"));
    fs::remove_dir_all(unpacked.join("native")).unwrap(); // only the installed one is left
    let system = program(&folder.0, &unpacked, "system");
    let mut command = cargo(&system);
    command.args(["run", "-q"]).env("PKG_CONFIG_PATH", &folder.0).env("LD_LIBRARY_PATH", &folder.0);
    assert_eq!(run(&mut command), "one stall\n");
}
