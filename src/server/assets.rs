//! The files of the site (scripts, WebAssembly, style, icons), inside the program itself.
//!
//! Those of the package live under `/pkg/` and a digest of the whole site, and are kept by browsers for ever: another
//! build is another address. While developing they are read from the disk. The texts of a language are one of them, made
//! from what is compiled in.

use crate::{app::STYLE, domain::language::Language, texts};
use axum::{
    body::{Body, Bytes},
    extract::Path,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};
use std::{borrow::Cow, fmt::Write, sync::OnceLock};

#[derive(RustEmbed)]
#[folder = "target/site"]
#[allow_missing = true]
struct Site;

/// The package's folder within the site.
const PACKAGE: &str = "pkg/";
/// An address that no later build uses.
const FOR_EVER: &str = if cfg!(debug_assertions) { "no-cache" } else { "public, max-age=31536000, immutable" };
/// Icons and the like, whose address stays.
const AN_HOUR: &str = "public, max-age=3600";

/// One file of the site.
pub struct Asset {
    bytes: Bytes,
    hash: [u8; 32],
    content_type: &'static str,
}

/// A way to write a file shorter, made beforehand beside it.
#[derive(Clone, Copy)]
enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    /// The best one first.
    const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }
}

/// Twelve hexadecimal digits that change with any file of the site.
pub fn digest() -> &'static str {
    static DIGEST: OnceLock<String> = OnceLock::new();
    DIGEST.get_or_init(|| {
        let mut names: Vec<_> = Site::iter().collect();
        names.sort_unstable();
        let mut digest = Sha256::new();
        for name in names {
            digest.update(name.as_bytes());
            if let Some(file) = Site::get(&name) {
                digest.update(file.metadata.sha256_hash());
            }
        }
        for language in Language::ALL {
            digest.update(json(language, true));
        }
        hex(&digest.finalize()[..6])
    })
}

/// The address under which the package's files are served.
pub fn package_url() -> String {
    format!("/{PACKAGE}{}", digest())
}

/// The file at that path within the site: `pkg/campusdesk.js`, `favicon.svg`.
pub fn find(path: &str) -> Option<Asset> {
    let file = Site::get(path)?;
    let hash = file.metadata.sha256_hash();
    Some(Asset { bytes: bytes(file), hash, content_type: content_type(path) })
}

/// The files that have an address of their own at the root, as paths within the site.
pub fn list_public() -> Vec<Cow<'static, str>> {
    let is_coded = |name: &str| Coding::ALL.iter().any(|coding| name.ends_with(coding.extension()));
    Site::iter().filter(|name| !name.starts_with(PACKAGE) && !is_coded(name)).collect()
}

/// The package's files, as paths within it.
pub fn list_package() -> impl Iterator<Item = String> {
    Site::iter().filter_map(|name| name.strip_prefix(PACKAGE).map(str::to_owned))
}

/// `GET /pkg/{digest}/{*path}`: a file of this build's package; of another build's, 404.
pub async fn get_package_file(Path((of, path)): Path<(String, String)>, headers: HeaderMap) -> Response {
    if of != digest() {
        return StatusCode::NOT_FOUND.into_response();
    }
    respond(&format!("{PACKAGE}{path}"), &headers, FOR_EVER)
}

/// `GET /pkg/{digest}/texts/{tag}.json`: the texts of a language, in the order in which the browser side of this build reads
/// them. Those of the helpdesk's pages are with the others in `{tag}-staff.json` alone.
pub async fn get_texts(Path((of, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    static SHORT: [[OnceLock<Option<Bytes>>; 2]; Language::ALL.len()] =
        [const { [const { OnceLock::new() }; 2] }; Language::ALL.len()];
    let name = file.strip_suffix(".json").unwrap_or_default();
    let (tag, is_staffs) = name.strip_suffix("-staff").map_or((name, false), |tag| (tag, true));
    let asked = |language: &Language| language.tag() == tag;
    let Some(at) = Language::ALL.iter().position(asked).filter(|_| of == digest()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let whole = json(Language::ALL[at], is_staffs);
    let short = accepts(&headers, Coding::Brotli)
        .then(|| SHORT[at][usize::from(is_staffs)].get_or_init(|| brotli(&whole)).clone())
        .flatten();
    let mut response = match &short {
        Some(short) => Body::from(short.clone()).into_response(),
        None => Body::from(whole).into_response(),
    };
    let coding = short.map(|_| (header::CONTENT_ENCODING, Coding::Brotli.name()));
    for (name, value) in [
        (header::CACHE_CONTROL, FOR_EVER),
        (header::VARY, "accept-encoding"),
        (header::CONTENT_TYPE, "application/json"),
    ]
    .into_iter()
    .chain(coding)
    {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn json(language: Language, is_staffs: bool) -> Vec<u8> {
    // A list of strings is always JSON.
    serde_json::to_vec(&texts::of(language).to_list(is_staffs)).unwrap_or_default()
}

/// As short as brotli makes it: once for each language and process.
fn brotli(whole: &[u8]) -> Option<Bytes> {
    let mut short = Vec::new();
    let how = brotli::enc::BrotliEncoderParams { quality: 11, size_hint: whole.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &whole[..], &mut short, &how).ok()?;
    Some(short.into())
}

/// The style sheet as it is on the disk now, for a page that is being developed.
pub fn get_style(headers: &HeaderMap) -> Response {
    respond(STYLE, headers, FOR_EVER)
}

/// A file at the root.
pub fn get_public(path: &str, headers: &HeaderMap) -> Response {
    respond(path, headers, AN_HOUR)
}

fn respond(path: &str, headers: &HeaderMap, cache: &'static str) -> Response {
    let Some(asset) = find(path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let coded = Coding::ALL
        .into_iter()
        .filter(|coding| accepts(headers, *coding))
        .find_map(|coding| Site::get(&format!("{path}{}", coding.extension())).map(|file| (coding, bytes(file))));
    let (coding, body) = coded.map_or((None, asset.bytes), |(coding, body)| (Some(coding), body));
    let tag = format!("\"{}{}\"", hex(&asset.hash[..8]), coding.map_or("", Coding::extension));
    let is_known = headers.get_all(header::IF_NONE_MATCH).iter().any(|known| mentions(known, &tag));
    let mut response =
        if is_known { StatusCode::NOT_MODIFIED.into_response() } else { Body::from(body).into_response() };
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CACHE_CONTROL, cache);
    set(header::VARY, "accept-encoding");
    set(header::ETAG, &tag);
    set(header::CONTENT_TYPE, asset.content_type);
    if let Some(coding) = coding {
        set(header::CONTENT_ENCODING, coding.name());
    }
    response
}

/// Whether an `If-None-Match` names that tag: weakly, as the answer may be compressed on its way.
fn mentions(known: &HeaderValue, tag: &str) -> bool {
    known.to_str().is_ok_and(|known| {
        known.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == tag || one == "*")
    })
}

/// Whether `Accept-Encoding` names the coding without forbidding it.
fn accepts(headers: &HeaderMap, coding: Coding) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .any(|one| {
            let (name, weight) = one.split_once(';').unwrap_or((one, ""));
            let weight = weight.trim().trim_start_matches("q=");
            let is_forbidden = weight.starts_with('0') && weight.bytes().all(|byte| matches!(byte, b'0' | b'.'));
            name.trim().eq_ignore_ascii_case(coding.name()) && !is_forbidden
        })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "wasm" => "application/wasm",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => mime_guess::from_path(path).first_raw().unwrap_or("application/octet-stream"),
    }
}

fn bytes(file: EmbeddedFile) -> Bytes {
    match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    }
}

/// In hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        _ = write!(text, "{byte:02x}");
        text
    })
}

impl Asset {
    /// Its content.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_coding_is_used_only_when_it_is_accepted() {
        assert!(accepts(&accepting("gzip, deflate, br"), Coding::Brotli));
        assert!(accepts(&accepting("BR;q=0.5"), Coding::Brotli));
        assert!(!accepts(&accepting("br;q=0, gzip"), Coding::Brotli));
        assert!(!accepts(&accepting("br;q=0.000"), Coding::Brotli));
        assert!(!accepts(&accepting("brotli"), Coding::Brotli));
        assert!(!accepts(&HeaderMap::new(), Coding::Gzip));
    }

    #[test]
    fn a_tag_is_known_weakly_and_among_others() {
        let known = HeaderValue::from_static("\"a\", W/\"b\"");
        assert!(mentions(&known, "\"a\""));
        assert!(mentions(&known, "\"b\""));
        assert!(!mentions(&known, "\"c\""));
    }

    #[test]
    fn web_assembly_may_be_compiled_while_it_streams() {
        assert_eq!(content_type("pkg/campusdesk.wasm"), "application/wasm");
        assert_eq!(content_type("manifest.webmanifest"), "application/manifest+json");
    }

    #[test]
    fn nothing_outside_the_site_is_found() {
        assert!(find("../../Cargo.toml").is_none());
        assert!(find("pkg/../../../Cargo.toml").is_none());
    }
}
