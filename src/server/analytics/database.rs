//! The services' own handle on the database: it cannot write, whatever it is asked.

use chrono_tz::Tz;
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr, FromQueryResult, Statement, Value};
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
    /// The time zone in which the Store keeps the monthly roll-up.
    ///
    /// # Errors
    /// [`DbErr::RecordNotFound`] when none is recorded, [`DbErr::Type`] when it is none that is known.
    pub async fn zone(&self) -> Result<Tz, DbErr> {
        #[derive(FromQueryResult)]
        struct Setting {
            value: String,
        }
        let setting: Option<Setting> = self.find("SELECT value FROM settings WHERE key = 'time_zone'", []).await?;
        let zone = setting.ok_or_else(|| DbErr::RecordNotFound("the time zone's setting".to_owned()))?.value;
        zone.parse().map_err(|_| DbErr::Type(format!("{zone} is not a time zone")))
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

    /// The only row of a query, if there is one. `sql` takes its values at `$1`, `$2`, ….
    pub(crate) async fn find<T: FromQueryResult>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<T>, DbErr> {
        T::find_by_statement(self.statement(sql, values)).one(&self.0).await
    }

    /// All rows of a query.
    pub(crate) async fn list<T: FromQueryResult>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<T>, DbErr> {
        T::find_by_statement(self.statement(sql, values)).all(&self.0).await
    }

    fn statement(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        Statement::from_sql_and_values(self.0.get_database_backend(), sql, values)
    }
}
