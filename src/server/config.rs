//! The command line. What stands here in `///` is the manual that `campusdesk --help` prints.

use super::analytics::{self, client::ServiceAddress};
use axum::http::Uri;
use chrono_tz::Tz;
use clap::{Args, Parser, Subcommand, error::ErrorKind};
use std::path::PathBuf;

/// The ticket system of a university campus: report in seconds, work the tickets, read live charts.
///
/// `campusdesk serve` is all it takes: it serves the pages, the REST API and the analyses on <http://127.0.0.1:3000>, with
/// an SQLite file that it makes in the working directory. Every flag is an environment variable too, named beside it.
/// `CAMPUSDESK_LOG` says what is logged on standard error: `info` (unless given), `warn`, `debug`.
#[derive(Debug, Parser)]
#[command(name = "campusdesk", version)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the pages, the REST API and the analyses.
    ///
    /// SIGTERM or SIGINT (Ctrl+C) finishes what is running, for up to ten seconds, and ends with exit code 0.
    Serve(Serve),
    /// Serve the analyses, or some of them, as a process of their own.
    ///
    /// It reads the database of `campusdesk serve`, on the same machine, and never writes to it.
    Analytics(Analytics),
    /// Make the database, or bring it to this version's shape.
    ///
    /// `campusdesk serve` does the same when it starts.
    Migrate(Migrate),
    /// Fill the database with demo tickets, the same ones each time.
    Seed(Seed),
    /// Copy the database into a new file, and the photos into a folder beside it, while they are in use.
    Backup(Backup),
    /// What the campus's places are called.
    #[command(subcommand)]
    Places(Places),
    /// Write anew what a photo on standard input shows. `campusdesk serve` starts it for each photo, so that what a decoder takes
    /// or breaks is not the server's.
    #[command(hide = true)]
    Photo,
    /// Learn anew which words say what a report is about, and tell how well they do.
    ///
    /// Prints the accuracy, by cross-validation, of each way to decide, and changes nothing unless `--model` says where to.
    Train(Train),
}

/// `campusdesk serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port to listen on.
    #[arg(long, env = "CAMPUSDESK_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:3000")]
    pub listen: String,
    /// Where the tickets are.
    #[command(flatten)]
    pub database: Database,
    /// Time zone of the campus, an IANA name such as Europe/Rome: months begin at its midnight.
    #[arg(long, env = "CAMPUSDESK_TIME_ZONE", value_name = "TZ", default_value = "UTC", value_parser = time_zone)]
    pub time_zone: Tz,
    /// Where `campusdesk analytics` answers, such as <http://127.0.0.1:3100>; one analysis alone with its name before it.
    ///
    /// `backlog=http://127.0.0.1:3101,flow=http://127.0.0.1:3102` are two. What has no address runs in this process.
    #[arg(
        long,
        env = "CAMPUSDESK_ANALYTICS_URL",
        value_name = "URL",
        value_delimiter = ',',
        value_parser = analytics_url
    )]
    pub analytics_url: Vec<ServiceAddress>,
    /// Where photos are kept: a folder, or `s3://bucket/folder`. Without it, a folder beside the database.
    ///
    /// That is `campusdesk.photos` for `campusdesk.db`. How a bucket is reached is taken from `AWS_ENDPOINT`, `AWS_REGION`,
    /// `AWS_ACCESS_KEY_ID` and the like.
    #[arg(long, env = "CAMPUSDESK_PHOTOS", value_name = "PLACE")]
    pub photos: Option<String>,
    /// Most REST calls that one address may make a minute. Without it, as many as it likes.
    ///
    /// The address is the connection's: behind a reverse proxy, all callers share one.
    #[arg(long, env = "CAMPUSDESK_REST_LIMIT", value_name = "N", value_parser = at_least_one)]
    pub rest_limit: Option<u32>,
}

/// `campusdesk train`.
#[derive(Debug, Args)]
pub struct Train {
    /// A table of category, language and sentence, between tabs. Without it, the sentences that the program carries.
    #[arg(long, env = "CAMPUSDESK_CORPUS", value_name = "FILE")]
    pub corpus: Option<PathBuf>,
    /// Where to write the model. It becomes the program's own when it is built with that file as classifier/model.bin.
    #[arg(long, env = "CAMPUSDESK_MODEL", value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Learn from what staff decided in the database, too, and use it from then on unless that is worse.
    ///
    /// A `campusdesk serve` on the same database uses it some seconds later.
    #[arg(long, env = "CAMPUSDESK_FROM_CORRECTIONS", conflicts_with_all = ["corpus", "model"])]
    pub from_corrections: bool,
    /// Where the tickets are; read with `--from-corrections` alone.
    #[command(flatten)]
    pub database: Database,
}

/// `campusdesk analytics`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Analytics {
    /// Something else than serving.
    #[command(subcommand)]
    pub then: Option<AnalyticsTask>,
    /// Address and port to listen on.
    #[arg(long, env = "CAMPUSDESK_LISTEN", value_name = "ADDR", required = true)]
    pub listen: Option<String>,
    /// Where the tickets are.
    #[command(flatten)]
    pub database: Database,
    /// Which analyses to serve; the others answer 404.
    #[arg(
        long,
        env = "CAMPUSDESK_SERVICES",
        value_name = "NAMES",
        value_delimiter = ',',
        default_values_t = analytics::slugs().map(str::to_owned),
        value_parser = service
    )]
    pub services: Vec<String>,
    /// Time zone whose months are meant, where it is not the one that `campusdesk serve` was given.
    ///
    /// Its sums are not kept: the average resolution time is then counted ticket by ticket.
    #[arg(long, env = "CAMPUSDESK_TIME_ZONE", value_name = "TZ", value_parser = time_zone)]
    pub time_zone: Option<Tz>,
}

/// What else `campusdesk analytics` does.
#[derive(Debug, Subcommand)]
pub enum AnalyticsTask {
    /// Count all sums that the analyses read anew from the tickets, in one transaction.
    ///
    /// They are kept right by every change: this is for a database that something else wrote to.
    Rebuild(Rebuild),
}

/// `campusdesk analytics rebuild`.
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Where the tickets are.
    #[command(flatten)]
    pub database: Database,
}

/// `campusdesk migrate`.
#[derive(Debug, Args)]
pub struct Migrate {
    /// Where the tickets are.
    #[command(flatten)]
    pub database: Database,
}

/// `campusdesk seed`.
#[derive(Debug, Args)]
pub struct Seed {
    /// How many tickets.
    #[arg(long, env = "CAMPUSDESK_TICKETS", value_name = "N", value_parser = at_least_one)]
    pub tickets: u32,
    /// Where the tickets are.
    #[command(flatten)]
    pub database: Database,
}

/// `campusdesk backup`.
#[derive(Debug, Args)]
pub struct Backup {
    /// The new file. One that exists is never overwritten.
    #[arg(env = "CAMPUSDESK_FILE", value_name = "FILE")]
    pub file: PathBuf,
    /// Where the tickets are.
    #[command(flatten)]
    pub database: Database,
    /// Where photos are kept: a folder, or `s3://bucket/folder`. Without it, the folder beside the database.
    #[arg(long, env = "CAMPUSDESK_PHOTOS", value_name = "PLACE")]
    pub photos: Option<String>,
}

/// `campusdesk places`.
#[derive(Debug, Subcommand)]
pub enum Places {
    /// Add the places of a table to those that are suggested.
    Import(ImportPlaces),
}

/// `campusdesk places import`.
#[derive(Debug, Args)]
pub struct ImportPlaces {
    /// CSV: a place a line, its columns (building, room) joined by commas. A first line of headings is passed over.
    #[arg(env = "CAMPUSDESK_FILE", value_name = "FILE")]
    pub file: PathBuf,
    /// Let the table stand for all: places that are not in it are suggested no more.
    #[arg(long, env = "CAMPUSDESK_REPLACE")]
    pub replace: bool,
    /// Where the tickets are.
    #[command(flatten)]
    pub database: Database,
}

/// Where the tickets are.
#[derive(Debug, Args)]
pub struct Database {
    /// The database: `sqlite:PATH` or `sqlite://PATH?mode=rwc`.
    #[arg(
        id = "database",
        long = "database",
        env = "CAMPUSDESK_DATABASE",
        value_name = "URL",
        default_value = "sqlite:campusdesk.db"
    )]
    pub url: String,
}

fn time_zone(text: &str) -> Result<Tz, String> {
    text.parse().map_err(|_| format!("\"{text}\" is not a time zone: give an IANA name such as Europe/Rome or UTC."))
}

fn analytics_url(text: &str) -> Result<ServiceAddress, String> {
    let is_address = |uri: &Uri| uri.scheme_str() == Some("http") && uri.authority().is_some() && uri.query().is_none();
    let (slug, address) = match text.split_once('=') {
        Some((name, address)) => (Some(known(name)?), address),
        None => (None, text),
    };
    let at = address.parse().ok().filter(is_address);
    let at = at.ok_or_else(|| {
        format!("\"{address}\" is not the address of a service: give one such as http://127.0.0.1:3100.")
    })?;
    Ok(ServiceAddress { slug, at })
}

fn service(text: &str) -> Result<String, String> {
    known(text).map(str::to_owned)
}

fn known(text: &str) -> Result<&'static str, String> {
    let all = || analytics::slugs().collect::<Vec<_>>().join(", ");
    let found = analytics::find(text).map(|service| service.slug);
    found.ok_or_else(|| format!("\"{text}\" is not an analysis: give some of {}.", all()))
}

fn at_least_one(text: &str) -> Result<u32, String> {
    text.parse()
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(|| format!("\"{text}\" is not a number from 1 to {}.", u32::MAX))
}

/// What to tell about a command line that was not understood, and the exit code: a value that cannot be is one sentence
/// and 1, a flag that does not exist is clap's message and 2. `--help` and `--version` come here too, with 0.
pub fn explain(error: &clap::Error) -> (String, u8) {
    let sentence = std::error::Error::source(error).filter(|_| error.kind() == ErrorKind::ValueValidation);
    match sentence {
        Some(sentence) => (format!("{sentence}\n"), 1),
        None => (error.render().to_string(), u8::try_from(error.exit_code()).unwrap_or(2)),
    }
}
