//! The services' own handle on the database: it cannot write, whatever it is asked.

use crate::domain::{ids::HistoryId, time::Timestamp};
use chrono_tz::Tz;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbErr, FromQueryResult,
    Statement, TransactionTrait, Value,
};
use std::time::Duration;
use thiserror::Error;

/// Connections: as many analyses run at once, others wait their turn.
const CONNECTIONS: u32 = 2;
/// How long an analysis waits for its turn.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// A read-only handle on a database that the Store made. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AnalyticsDatabase(DatabaseConnection);

/// Why the services cannot read that database, as one sentence for the terminal.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Nothing is there, or it cannot be read.
    #[error(
        "The analyses cannot read the database {database}: run \"campusdesk serve\" or \"campusdesk migrate\" on it \
         first, and check that this user may read it."
    )]
    Unreadable {
        /// As it was given.
        database: String,
    },
    /// It is not one of Campusdesk's, or of an older or newer version.
    #[error(
        "{database} is not a database of this version of Campusdesk: check --database, or run \"campusdesk migrate\" \
         with the same version first."
    )]
    Foreign {
        /// As it was given.
        database: String,
    },
}

impl AnalyticsDatabase {
    /// Opens `sqlite:PATH` or `sqlite://PATH?mode=rwc`, for reading only, whatever the mode says.
    ///
    /// # Errors
    /// [`OpenError`] when there is no such file, or it is not the Store's.
    pub async fn open(database: &str) -> Result<Self, OpenError> {
        let mut options = ConnectOptions::new(database);
        options
            .max_connections(CONNECTIONS)
            .min_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .sqlx_logging(false)
            .test_before_acquire(false)
            .map_sqlx_sqlite_opts(|sqlite| {
                sqlite.create_if_missing(false).read_only(true).pragma("query_only", "ON").busy_timeout(ACQUIRE_TIMEOUT)
            });
        let connection = Database::connect(options).await.map_err(|error| {
            tracing::debug!(%error, "the database does not open");
            OpenError::Unreadable { database: database.to_owned() }
        })?;
        let opened = Self(connection);
        opened.zone().await.map_err(|error| {
            tracing::debug!(%error, "the database is not the Store's");
            OpenError::Foreign { database: database.to_owned() }
        })?;
        Ok(opened)
    }
}

impl AnalyticsDatabase {
    /// The time zone in which the Store keeps its sums.
    ///
    /// # Errors
    /// [`DbErr::RecordNotFound`] when none is recorded, [`DbErr::Type`] when it is none that is known.
    pub async fn zone(&self) -> Result<Tz, DbErr> {
        Ok(look(&self.0).await?.zone)
    }

    /// Whether it answers.
    ///
    /// # Errors
    /// The database's own.
    pub async fn check_ready(&self) -> Result<(), DbErr> {
        self.zone().await.map(|_| ())
    }

    /// Lets go of the database, so that who writes to it can tidy up behind the last one out.
    pub async fn shut_down(self) {
        if let Err(error) = self.0.close().await {
            tracing::warn!(%error, "the analyses' database does not close");
        }
    }

    /// One state of the database, whatever is written meanwhile, to be read at `now`.
    pub(crate) async fn snapshot(&self, zone: Option<Tz>, now: Timestamp) -> Result<Snapshot, DbErr> {
        let tx = self.0.begin().await?;
        let contents = look(&tx).await?;
        Ok(Snapshot { tx, now, zone: zone.unwrap_or(contents.zone), contents })
    }
}

/// What an analysis reads: all of it is of one moment.
pub(crate) struct Snapshot {
    tx: DatabaseTransaction,
    /// What time it is.
    pub now: Timestamp,
    /// The time zone that is meant.
    pub zone: Tz,
    /// What the database holds.
    pub contents: Contents,
}

/// What the database holds: where two of these are equal, so is all that the analyses read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contents {
    /// The last row of the history.
    pub through: HistoryId,
    /// The time zone in which the sums are kept.
    pub zone: Tz,
    /// Within how many minutes the helpdesk means to answer, where staff said so.
    pub target: Option<u32>,
    /// How often the sums were counted anew.
    pub recounts: i64,
}

impl Snapshot {
    /// Whether the sums are those of the time zone that is meant.
    pub(crate) fn is_kept_zone(&self) -> bool {
        self.zone == self.contents.zone
    }

    /// All rows of a query. `sql` takes its values at `$1`, `$2`, ….
    pub(crate) async fn list<T: FromQueryResult>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<T>, DbErr> {
        let statement = Statement::from_sql_and_values(self.tx.get_database_backend(), sql, values);
        T::find_by_statement(statement).all(&self.tx).await
    }

    /// Lets go of it.
    pub(crate) async fn end(self) -> Result<(), DbErr> {
        self.tx.commit().await
    }
}

/// What it holds.
async fn look<C: ConnectionTrait>(db: &C) -> Result<Contents, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        zone: String,
        through: i64,
        target: Option<String>,
        recounts: Option<String>,
    }
    let sql = "SELECT value AS zone, coalesce((SELECT max(id) FROM history), 0) AS through, \
               (SELECT value FROM settings WHERE key = 'response_target_minutes') AS target, \
               (SELECT value FROM settings WHERE key = 'recounts') AS recounts \
               FROM settings WHERE key = 'time_zone'";
    let row = Row::find_by_statement(Statement::from_string(db.get_database_backend(), sql)).one(db).await?;
    let Row { zone, through, target, recounts } =
        row.ok_or_else(|| DbErr::RecordNotFound("the time zone's setting".to_owned()))?;
    Ok(Contents {
        through: HistoryId(through),
        zone: zone.parse().map_err(|_| DbErr::Type(format!("{zone} is not a time zone")))?,
        target: target.and_then(|minutes| minutes.parse().ok()),
        recounts: recounts.and_then(|count| count.parse().ok()).unwrap_or(0),
    })
}
