//! The rules of `docs/architecture.md`, read from the sources.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The code without its comments and its own tests.
    fn code(&self) -> String {
        let body = self.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        body.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut found) = (vec![root.join("src"), root.join("migrations/src")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                found.push(Source { path: name, text: fs::read_to_string(path).unwrap() });
            }
        }
    }
    assert!(found.len() > 50, "only {} sources found", found.len());
    found
}

/// Fails when a file for which `applies` holds contains one of `refused`.
fn refuse(applies: impl Fn(&str) -> bool, refused: &[&str]) {
    let mut seen = 0;
    for source in sources().iter().filter(|source| applies(&source.path)) {
        seen += 1;
        let code = source.code();
        for word in refused {
            assert!(!code.contains(word), "{} contains {word:?}", source.path);
        }
    }
    assert!(seen > 0, "no file matches the rule");
}

#[test]
fn arrows_point_down_and_nobody_imports_pages() {
    refuse(
        |path| !path.starts_with("src/pages") && !path.starts_with("src/tests") && path != "src/app.rs",
        &["crate::pages", "super::pages"],
    );
    refuse(
        |path| path.starts_with("src/domain"),
        &["crate::server", "crate::api", "crate::components", "leptos", "crate::texts"],
    );
    refuse(
        |path| {
            path.starts_with("src/server/store")
                || path.starts_with("src/server/entity")
                || path.starts_with("src/server/analytics")
        },
        &["crate::api", "crate::components", "crate::app", "leptos"],
    );
}

#[test]
fn a_page_never_names_the_server() {
    refuse(|path| path.starts_with("src/pages") || path.starts_with("src/components"), &["crate::server"]);
}

#[test]
fn server_functions_and_rest_handlers_write_no_sql() {
    refuse(
        |path| path.starts_with("src/api") || path.starts_with("src/server/rest") || path == "src/server/door.rs",
        &["sea_orm", "sqlx", "SELECT ", "INSERT ", "UPDATE ", "server::entity"],
    );
}

#[test]
fn the_store_never_sees_http_and_entities_never_leave_it() {
    refuse(|path| path.starts_with("src/server/store"), &["axum", "StatusCode", "http::"]);
    let inside = |path: &str| {
        [
            "src/server/store",
            "src/server/entity",
            "src/server/analytics",
            "src/server/seed.rs",
            "src/tests",
            "src/server.rs",
        ]
        .iter()
        .any(|inside| path.starts_with(inside))
    };
    refuse(|path| !inside(path), &["server::entity", "entity::"]);
}

#[test]
fn every_file_says_what_it_is_for() {
    for source in sources() {
        assert!(source.text.starts_with("//! "), "{} does not begin with //!", source.path);
    }
}

#[test]
fn files_are_named_for_what_they_hold() {
    for source in sources() {
        for refused in ["mod.rs", "utils.rs", "common.rs", "helpers.rs", "models.rs", "misc.rs"] {
            assert!(!source.path.ends_with(&format!("/{refused}")), "{}", source.path);
        }
    }
}

#[test]
fn no_page_holds_a_sentence_of_its_own() {
    for source in sources()
        .iter()
        .filter(|source| source.path.starts_with("src/pages") || source.path.starts_with("src/components"))
    {
        for line in source.code().lines() {
            let words = line.split('"').skip(1).step_by(2).any(|literal| {
                let is_text = literal.split_whitespace().count() >= 3
                    && literal.chars().all(|c| c.is_alphabetic() || " .,!?’".contains(c));
                is_text && literal.starts_with(char::is_uppercase)
            });
            assert!(!words, "{}: a sentence belongs in texts: {line}", source.path);
        }
    }
}

#[test]
fn no_server_crate_reaches_the_browser() {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--features",
            "hydrate",
            "--target",
            "wasm32-unknown-unknown",
            "--edges",
            "normal",
            "--prefix",
            "none",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8_lossy(&tree.stdout);
    assert!(tree.contains("leptos v"), "{tree}");
    for refused in ["axum ", "hyper ", "sqlx", "sea-orm", "mio ", "socket2 ", "tower-http ", "clap "] {
        assert!(!tree.lines().any(|line| line.starts_with(refused)), "{refused} reaches the browser");
    }
}
