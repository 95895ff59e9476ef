//! The command line: reads it, does what it says, and ends with a sentence when that cannot be done.

use campusdesk::{
    domain::{role::Role, text::PLACE_MAX},
    error::AppError,
    server::{
        analytics::{
            self, AnalyticsState,
            client::{AnalyticsClient, address_of},
            database::AnalyticsDatabase,
        },
        config::{self, Analytics, AnalyticsTask, Arguments, Command, ImportPlaces, Places, Serve},
        learning, listen,
        live::Live,
        photos::{Photos, beside, remake},
        places::{decode, read_table},
        router::{AppState, analytics_app, app},
        seed,
        store::Store,
        telemetry,
    },
    texts::{EN, fill},
};
use chrono_tz::Tz;
use clap::Parser;
use mimalloc::MiMalloc;
use std::{
    env::current_exe,
    error::Error,
    io::{Write, stderr, stdin, stdout},
    process::ExitCode,
    thread,
    time::Duration,
};

/// Drawing a page is thousands of small allocations: the system's allocator took two fifths of its time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let (text, code) = config::explain(&error);
            return if error.use_stderr() { end(stderr(), &text, code) } else { end(stdout(), &text, code) };
        }
    };
    if matches!(arguments.command, Command::Photo) {
        return end(stdout(), [], u8::from(!remake(stdin(), stdout())));
    }
    telemetry::log_to_stderr();
    // One worker would let a slow page hold up everybody.
    let workers = thread::available_parallelism().map_or(2, |cores| cores.get().max(2));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build();
    let done = match runtime {
        Ok(runtime) => {
            let done = runtime.block_on(run(arguments.command));
            // Learning, if that goes on, is given up.
            runtime.shutdown_background();
            done
        }
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => end(stderr(), format!("{error}\n"), 1),
    }
}

async fn run(command: Command) -> Result<(), Box<dyn Error>> {
    match command {
        Command::Serve(serve) => run_serve(serve).await?,
        Command::Analytics(Analytics { then: Some(AnalyticsTask::Rebuild(rebuild)), .. }) => {
            // In the time zone that it has; a mistyped address would make an empty database.
            let database = AnalyticsDatabase::open(&rebuild.database.url).await?;
            let zone = database.zone().await?;
            database.shut_down().await;
            let store = Store::open(&rebuild.database.url, zone).await?;
            store.rebuild_sums().await.map_err(sentence)?;
            store.shut_down().await;
        }
        Command::Analytics(analytics) => run_analytics(analytics).await?,
        Command::Migrate(migrate) => open(&migrate.database.url).await?.shut_down().await,
        Command::Seed(demo) => {
            let store = open(&demo.database.url).await?;
            seed::seed(&store, demo.tickets.into()).await.map_err(sentence)?;
            store.shut_down().await;
        }
        Command::Train(train) if train.from_corrections => {
            // As with a backup: a mistyped address would make an empty database.
            AnalyticsDatabase::open(&train.database.url).await?.shut_down().await;
            let store = open(&train.database.url).await?;
            let learned = learning::learn_from_corrections(&store, Role::Staff).await.map_err(sentence)?;
            writeln!(stdout(), "{}", EN.learned(&learned))?;
            store.shut_down().await;
        }
        Command::Places(Places::Import(import)) => import_places(import).await?,
        // It has been done without all this.
        Command::Photo => {}
        Command::Train(train) => learning::train(train.corpus.as_deref(), train.model.as_deref())?,
        Command::Backup(backup) => {
            // A mistyped address would make, and copy, an empty database.
            AnalyticsDatabase::open(&backup.database.url).await?.shut_down().await;
            let store = open(&backup.database.url).await?;
            let photos = Photos::open(backup.photos.as_deref(), &backup.database.url)?;
            // Before anything is written.
            let copies = photos.copies_in(&beside(&backup.file))?;
            store.backup(&backup.file).await.map_err(sentence)?;
            // What was added since the database was copied is copied, too, and belongs to nothing there.
            photos.copy_to(&copies, &store).await.map_err(sentence)?;
            store.shut_down().await;
        }
    }
    Ok(())
}

async fn import_places(import: ImportPlaces) -> Result<(), Box<dyn Error>> {
    let unread = |error| format!("{} cannot be read ({error}): check its name.", import.file.display());
    let table = read_table(&decode(&std::fs::read(&import.file).map_err(unread)?));
    // As with a backup: a mistyped address would make an empty database.
    AnalyticsDatabase::open(&import.database.url).await?.shut_down().await;
    let store = open(&import.database.url).await?;
    let done = store.import_places(Role::Staff, table.names, import.replace).await.map_err(sentence)?;
    store.shut_down().await;
    let (new, count) = (fill(EN.places_new, &[("n", &done.new)]), fill(EN.places_count, &[("n", &done.count)]));
    writeln!(stdout(), "{new} {count}.")?;
    if !table.refused.is_empty() {
        let lines: Vec<_> = table.refused.iter().map(u64::to_string).collect();
        let refused = fill(EN.places_refused, &[("max", &PLACE_MAX), ("lines", &lines.join(", "))]);
        writeln!(stdout(), "{refused}")?;
    }
    Ok(())
}

async fn run_serve(serve: Serve) -> Result<(), Box<dyn Error>> {
    let listener = listen::bind(&serve.listen).await?;
    let store = Store::open(&serve.database.url, serve.time_zone).await?;
    let photos = Photos::open(serve.photos.as_deref(), &serve.database.url)?.decoding_apart(current_exe()?);
    // A handle is not held for nothing.
    let is_here = |slug| address_of(slug, &serve.analytics_url).is_none();
    let database =
        if analytics::slugs().any(is_here) { Some(AnalyticsDatabase::open(&serve.database.url).await?) } else { None };
    let here = database.clone().map(|database| analytics::router(AnalyticsState::new(database)));
    let analytics = AnalyticsClient::new(here.unwrap_or_default(), &serve.analytics_url);
    tokio::spawn(telemetry::keep_figures());
    tokio::spawn(follow_models(store.clone()));
    tokio::spawn(sweep_photos(photos.clone(), store.clone()));
    let live = Live::start(store.clone()).await.map_err(sentence)?;
    let site =
        app(AppState { store: store.clone(), analytics, live: live.clone(), photos, rest_limit: serve.rest_limit });
    listen::serve(listener, site, || live.end()).await?;
    if let Some(database) = database {
        database.shut_down().await;
    }
    store.shut_down().await;
    Ok(())
}

async fn run_analytics(services: Analytics) -> Result<(), Box<dyn Error>> {
    let listener = listen::bind(services.listen.as_deref().unwrap_or_default()).await?;
    let database = AnalyticsDatabase::open(&services.database.url).await?;
    let state = AnalyticsState::new(database).with_services(&services.services).with_zone(services.time_zone);
    tokio::spawn(telemetry::keep_figures());
    Ok(listen::serve(listener, analytics_app(state), || {}).await?)
}

/// Puts a model in force that another process learned.
async fn follow_models(store: Store) {
    let mut looks = tokio::time::interval(Duration::from_secs(5));
    loop {
        looks.tick().await;
        // What cannot be read now is looked for again.
        _ = store.take_model().await;
    }
}

/// Removes once an hour what photos were left behind.
async fn sweep_photos(photos: Photos, store: Store) {
    let mut looks = tokio::time::interval(Duration::from_hours(1));
    loop {
        looks.tick().await;
        // What cannot be removed now is found again.
        _ = photos.sweep(&store).await;
    }
}

/// The store, in the time zone in which it is kept already: only `serve` decides that.
async fn open(database: &str) -> Result<Store, Box<dyn Error>> {
    let mut zone = Tz::UTC;
    if let Ok(made) = AnalyticsDatabase::open(database).await {
        zone = made.zone().await.unwrap_or(zone);
    }
    Ok(Store::open(database, zone).await?)
}

fn sentence(error: AppError) -> String {
    match error {
        AppError::Malformed { what } => format!("{what}."),
        error => EN.error(&error),
    }
}

fn end(mut to: impl Write, text: impl AsRef<[u8]>, code: u8) -> ExitCode {
    // Nobody is left to tell when even this fails.
    drop(to.write_all(text.as_ref()));
    ExitCode::from(code)
}
