//! Makes `a2a-core/src/grpc/generated/*.rs` of `a2a-core/proto/**/*.proto`. With `--check` it writes nothing and fails
//! if what is there isn't what it would write.

use std::{
    collections::BTreeMap,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Messages with secrets, whose `Debug` a2a-core writes itself.
const SECRET: [&str; 4] = [
    ".lf.a2a.v1.TaskPushNotificationConfig",
    ".lf.a2a.v1.AuthenticationInfo",
    ".a2a.v1.PushNotificationConfig",
    ".a2a.v1.AuthenticationInfo",
];

/// Generated code by the name of its file.
type Files = BTreeMap<String, String>;

fn main() -> ExitCode {
    let check = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [flag] if flag == "--check" => true,
        other => {
            eprintln!("expected nothing or --check, got {}", other.join(" "));
            return ExitCode::from(2);
        }
    };
    match run(check) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(check: bool) -> Result<()> {
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("../a2a-core");
    let made = generate(&core.join("proto"))?;
    let folder = core.join("src/grpc/generated");
    let present = read(&folder)?;
    let changed: Vec<&String> =
        made.iter().filter(|(name, code)| present.get(*name) != Some(*code)).map(|(name, _)| name).collect();
    let stale: Vec<&String> = present.keys().filter(|name| !made.contains_key(*name)).collect();
    if check {
        return if changed.is_empty() && stale.is_empty() {
            Ok(())
        } else {
            let run = "run: cargo run --manifest-path codegen/Cargo.toml";
            Err(format!("not current in {}: {changed:?}; to be removed: {stale:?}; {run}", folder.display())
                .into())
        };
    }
    fs::create_dir_all(&folder)?;
    for name in changed {
        fs::write(folder.join(name), &made[name])?;
    }
    for name in stale {
        fs::remove_file(folder.join(name))?;
    }
    Ok(())
}

/// The code of each package, from all files below `protos`.
fn generate(protos: &Path) -> Result<Files> {
    let mut files = Vec::new();
    find(protos, &mut files)?;
    files.sort();
    let descriptors = protox::compile(files, [protos])?;
    let out = tempfile::tempdir()?;
    prost_build::Config::new()
        .out_dir(out.path())
        .btree_map(["."])
        .bytes(["."])
        .skip_debug(SECRET)
        .compile_fds(descriptors)?;
    read(out.path())
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            found.push(path);
        }
    }
    Ok(())
}

/// The files of a folder; none if there is no folder.
fn read(folder: &Path) -> Result<Files> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Files::new()),
        Err(error) => return Err(error.into()),
    };
    let mut files = Files::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.insert(name, fs::read_to_string(&path)?);
    }
    Ok(files)
}
