//! All that is SQLite's own: how its file is opened and copied, what its errors mean, and (in [`search`]) its full-text
//! index.

pub(super) mod search;

pub(super) use search::{index_anew, index_message, index_opened};

use super::{
    begin_immediate,
    error::{Fault, OpenError, StoreError},
};
use crate::error::AppError;
use migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, RuntimeErr, SqlxSqliteConnector, Statement,
    sqlx::{
        self, ConnectOptions, Connection, Row,
        pool::PoolOptions,
        sqlite::{Sqlite, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqliteSynchronous},
    },
};
use std::{
    collections::HashSet,
    fs::{File, OpenOptions},
    io::ErrorKind,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::{Duration, Instant},
};

/// "Cdsk": marks a database file as Campusdesk's, in the place that SQLite keeps for it.
const APPLICATION_ID: i64 = 0x4364_736b;
/// Reading connections at most; they are opened as they are needed.
const READERS: u32 = 4;
/// KiB of page cache that a reading connection may fill: the upper levels of every index, the rest is the system's cache.
const READER_CACHE_KIB: u32 = 4_000;
/// KiB of page cache that the writing connection may fill: a write touches a dozen indexes.
const WRITER_CACHE_KIB: u32 = 32_000;
/// Pages in the write-ahead log before it is copied into the file: fewer and longer pauses than SQLite's own 1,000.
const CHECKPOINT_PAGES: u32 = 4_000;
/// Bytes that a write-ahead log keeps after it was longer.
const LOG_LIMIT: u32 = 64 << 20;

/// Hears every statement before it is forgotten.
pub(crate) type Listener = Arc<dyn Fn(&Statement) + Send + Sync>;

/// Limits that tests reach on purpose.
#[derive(Clone)]
pub(crate) struct Tuning {
    /// How long a writer waits for another process's lock.
    pub busy_timeout: Duration,
    /// A disk of this many pages.
    pub max_pages: Option<u32>,
    /// Hears every statement.
    pub on_statement: Option<Listener>,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { busy_timeout: Duration::from_secs(5), max_pages: None, on_statement: None }
    }
}

/// The writing connection and the reading ones, on a file that is ours and of this program's schema.
pub(super) async fn open(
    database: &str,
    tuning: &Tuning,
) -> Result<(DatabaseConnection, DatabaseConnection), OpenError> {
    let path = path_of(database)?;
    let name = path.display().to_string();
    if prepare_file(&path)? {
        check_ours(&path, tuning).await?;
    }
    let failed = |error: &DbErr| OpenError::from_database(&name, error);
    let deadline = Instant::now() + tuning.busy_timeout;
    let mut writer = loop {
        match writer(&path, tuning).await {
            // Making a file a WAL one waits for nobody, so that two programs that start at once collide there.
            Err(error) if Fault::of(&error) == Fault::Busy && Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            opened => break opened.map_err(|error| failed(&error))?,
        }
    };
    let mut readers = readers(&path, tuning);
    if let Some(hear) = &tuning.on_statement {
        for connection in [&mut writer, &mut readers] {
            let hear = Arc::clone(hear);
            connection.set_metric_callback(move |info| hear(info.statement));
        }
    }
    migrate(&writer, &name).await?;
    Ok((writer, readers))
}

/// The file that a database's address names.
pub(crate) fn path_of(database: &str) -> Result<PathBuf, OpenError> {
    let malformed = || OpenError::Malformed { database: database.to_owned() };
    match database.split_once(':') {
        Some(("sqlite", _)) => {}
        Some(("postgres" | "postgresql" | "mysql" | "mariadb", _)) => {
            return Err(OpenError::NotSupported { database: database.to_owned() });
        }
        _ => return Err(malformed()),
    }
    let options = SqliteConnectOptions::from_str(database).map_err(|_| malformed())?;
    let path = options.get_filename();
    let in_memory = database.contains(":memory:") || database.contains("mode=memory");
    if path.as_os_str().is_empty() || in_memory || database.contains("mode=ro") {
        return Err(malformed());
    }
    Ok(path.to_owned())
}

/// Makes sure that the file can be written, and says whether something is in it.
fn prepare_file(path: &Path) -> Result<bool, OpenError> {
    let file = path.display().to_string();
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        return Err(OpenError::NoFolder { folder: folder.display().to_string() });
    }
    if path.is_dir() {
        return Err(OpenError::NotADatabase { file });
    }
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    match opened.and_then(|file| file.metadata()) {
        Ok(metadata) => Ok(metadata.len() > 0),
        Err(error) if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
            Err(OpenError::Disk { file })
        }
        Err(_) => Err(OpenError::NotWritable { file }),
    }
}

/// Refuses a file of another program before anything in it is touched.
async fn check_ours(path: &Path, tuning: &Tuning) -> Result<(), OpenError> {
    let file = path.display().to_string();
    let look = async {
        let options =
            SqliteConnectOptions::new().filename(path).busy_timeout(tuning.busy_timeout).disable_statement_logging();
        let mut connection = options.connect().await?;
        let id: i64 = sqlx::query("PRAGMA application_id").fetch_one(&mut connection).await?.try_get(0)?;
        let tables: i64 =
            sqlx::query("SELECT count(*) FROM sqlite_schema").fetch_one(&mut connection).await?.try_get(0)?;
        connection.close().await?;
        Ok((id, tables))
    };
    let (id, tables) = look.await.map_err(|error| OpenError::from_database(&file, &database_error(error)))?;
    if id == APPLICATION_ID || (id == 0 && tables == 0) { Ok(()) } else { Err(OpenError::OtherProgram { file }) }
}

fn options(path: &Path, tuning: &Tuning) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(tuning.busy_timeout)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging()
}

/// One connection, which lives as long as the store does.
async fn writer(path: &Path, tuning: &Tuning) -> Result<DatabaseConnection, DbErr> {
    let mut options = options(path, tuning)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .pragma("cache_size", format!("-{WRITER_CACHE_KIB}"))
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES.to_string())
        .pragma("journal_size_limit", LOG_LIMIT.to_string());
    if let Some(pages) = tuning.max_pages {
        options = options.pragma("max_page_count", pages.to_string());
    }
    let pool = PoolOptions::<Sqlite>::new()
        .max_connections(1)
        .min_connections(1)
        .max_lifetime(None)
        .idle_timeout(None)
        .test_before_acquire(false)
        .acquire_timeout(tuning.busy_timeout * 2)
        .after_release(|connection, _| Box::pin(is_at_rest(connection)))
        .connect_with(options)
        .await
        .map_err(database_error)?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}

/// Whether the connection has left its transaction. A full disk makes SQLite roll back by itself; the driver then believes
/// itself in that transaction for ever, and such a connection is not used again.
async fn is_at_rest(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // A rollback may be on its way to the connection's thread: what answers behind it comes after it.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

fn readers(path: &Path, tuning: &Tuning) -> DatabaseConnection {
    let options = options(path, tuning).pragma("cache_size", format!("-{READER_CACHE_KIB}")).pragma("query_only", "ON");
    let pool: SqlitePool = PoolOptions::new()
        .max_connections(READERS)
        .max_lifetime(None)
        .test_before_acquire(false)
        .acquire_timeout(tuning.busy_timeout * 2)
        .connect_lazy_with(options);
    SqlxSqliteConnector::from_sqlx_sqlite_pool(pool)
}

/// Brings the schema up to date, all of it or nothing.
async fn migrate(writer: &DatabaseConnection, name: &str) -> Result<(), OpenError> {
    let failed = |error: DbErr| OpenError::from_database(name, &error);
    let known: HashSet<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    let applied = applied_migrations(writer).await.map_err(failed)?;
    if let Some(unknown) = applied.iter().find(|migration| !known.contains(*migration)) {
        return Err(OpenError::Newer { file: name.to_owned(), migration: unknown.clone() });
    }
    if applied.len() == known.len() {
        return Ok(());
    }
    let tx = begin_immediate(writer).await.map_err(|error| OpenError::from_store(name, error))?;
    if applied.is_empty() {
        let ours = format!("PRAGMA application_id = {APPLICATION_ID}");
        tx.execute_unprepared(&ours).await.map_err(failed)?;
    }
    Migrator::up(&tx, None).await.map_err(failed)?;
    tx.commit().await.map_err(failed)
}

async fn applied_migrations(writer: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let table = "SELECT count(*) AS tables FROM sqlite_schema WHERE name = 'seaql_migrations'";
    let tables = writer.query_one_raw(Statement::from_string(DbBackend::Sqlite, table)).await?;
    if tables.map_or(Ok(0), |row| row.try_get::<i64>("", "tables"))? == 0 {
        return Ok(Vec::new());
    }
    let versions = "SELECT version FROM seaql_migrations ORDER BY version";
    let rows = writer.query_all_raw(Statement::from_string(DbBackend::Sqlite, versions)).await?;
    rows.iter().map(|row| row.try_get("", "version")).collect()
}

/// Copies the database into a new file and makes sure that the copy is on the disk.
pub(super) async fn backup(readers: &DatabaseConnection, file: &Path) -> Result<(), StoreError> {
    let refused = |what: &str| StoreError::from(AppError::Malformed { what: format!("{}: {what}", file.display()) });
    if file.exists() {
        return Err(refused("this file exists already; give the backup a name of its own"));
    }
    if file.parent().is_some_and(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        return Err(refused("its folder does not exist; create it first"));
    }
    let Some(path) = file.to_str() else { return Err(refused("its name has to be Unicode")) };
    let pool = readers.get_sqlite_connection_pool();
    let mut connection = pool.acquire().await.map_err(database_error)?.detach();
    let copied = async {
        sqlx::query("PRAGMA query_only = OFF").execute(&mut connection).await?;
        sqlx::query("VACUUM INTO ?").bind(path).execute(&mut connection).await?;
        connection.close().await
    };
    if let Err(error) = copied.await {
        let _ = std::fs::remove_file(file);
        let error = database_error(error);
        return Err(if Fault::of(&error) == Fault::ReadOnly {
            refused("this user may not write there")
        } else {
            error.into()
        });
    }
    File::open(file).and_then(|copy| copy.sync_all()).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// Brings what stands in the write-ahead log into the file. There is no PRAGMA optimize: without statistics SQLite plans every
/// statement in the one way that the tests have seen.
pub(super) async fn checkpoint(writer: &DatabaseConnection) {
    if let Err(error) = writer.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await {
        tracing::debug!(%error, "the write-ahead log stays until the next start");
    }
}

/// What SQLite's result code means.
pub(super) fn fault(code: &str) -> Fault {
    // The low byte is the result code, what is above it says more.
    match code.parse::<u32>().unwrap_or(0) & 0xff {
        5 | 6 => Fault::Busy,
        10 | 13 => Fault::Disk,
        8 | 14 => Fault::ReadOnly,
        26 => Fault::NotADatabase,
        _ => Fault::Other,
    }
}

fn database_error(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error)))
}
