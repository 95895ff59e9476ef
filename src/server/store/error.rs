//! What goes wrong below the store's verbs, and the one crossing where it becomes what a person may be told.

use super::sqlite;
use crate::error::AppError;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};
use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::SystemTime,
};
use thiserror::Error;

/// Why a database cannot be used, as one sentence for the terminal.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another kind of database.
    #[error(
        "The database {database:?} is of a kind that is not supported yet: give --database an SQLite file, such as \
         \"sqlite:campusdesk.db\"."
    )]
    NotSupported {
        /// As it was given.
        database: String,
    },
    /// Not understood.
    #[error("The database {database:?} is not understood: write \"sqlite:PATH\" or \"sqlite://PATH?mode=rwc\".")]
    Malformed {
        /// As it was given.
        database: String,
    },
    /// The folder is missing.
    #[error("The folder {folder:?} does not exist: create it, or give --database another path.")]
    NoFolder {
        /// Which.
        folder: String,
    },
    /// May not be written.
    #[error("The database file {file:?} cannot be written: give this user the right to write it and its folder.")]
    NotWritable {
        /// Which.
        file: String,
    },
    /// No database at all.
    #[error("{file:?} is not an SQLite database: give --database another path, or move that file away.")]
    NotADatabase {
        /// Which.
        file: String,
    },
    /// Somebody else's.
    #[error("{file:?} is the database of another program: give --database another path.")]
    OtherProgram {
        /// Which.
        file: String,
    },
    /// Made by a later version.
    #[error(
        "{file:?} was written by a newer version of Campusdesk (it has {migration:?}): install that version, or restore \
         a backup made before it."
    )]
    Newer {
        /// Which.
        file: String,
        /// The first change of the schema that this program does not know.
        migration: String,
    },
    /// Held by somebody else.
    #[error("{file:?} is locked by another program: end that program, then start again.")]
    Locked {
        /// Which.
        file: String,
    },
    /// The disk.
    #[error(
        "{file:?} cannot be read or written because the disk is full or failing: make room on it, then start again."
    )]
    Disk {
        /// Which.
        file: String,
    },
    /// Anything else.
    #[error("The database {file:?} cannot be used ({reason}): restore a backup, or report this.")]
    Failed {
        /// Which.
        file: String,
        /// In the database's own words.
        reason: String,
    },
}

impl OpenError {
    pub(super) fn from_store(file: &str, error: StoreError) -> Self {
        match error {
            StoreError::Database(error) => Self::from_database(file, &error),
            StoreError::Refused(error) => Self::Failed { file: file.to_owned(), reason: error.to_string() },
            StoreError::Corrupt(reason) => Self::Failed { file: file.to_owned(), reason },
        }
    }

    pub(super) fn from_database(file: &str, error: &DbErr) -> Self {
        let file = file.to_owned();
        match Fault::of(error) {
            Fault::Busy => Self::Locked { file },
            Fault::Disk => Self::Disk { file },
            Fault::ReadOnly => Self::NotWritable { file },
            Fault::NotADatabase => Self::NotADatabase { file },
            Fault::Other => Self::Failed { file, reason: error.to_string() },
        }
    }
}

/// What a verb ends with when it does not succeed.
#[derive(Debug, Error)]
pub(crate) enum StoreError {
    /// A rule says no; nothing was written.
    #[error("refused: {0}")]
    Refused(AppError),
    /// The database says no; the transaction is rolled back.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// The database holds what it should not.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
}

impl From<AppError> for StoreError {
    fn from(refusal: AppError) -> Self {
        Self::Refused(refusal)
    }
}

/// The crossing: what the database said is logged here, once, and goes no further.
impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => return refusal,
            StoreError::Database(ref cause) => match Fault::of(cause) {
                Fault::Busy | Fault::Disk => {
                    tracing::warn!(%cause, "the database takes nothing now");
                    return Self::Unavailable;
                }
                Fault::ReadOnly | Fault::NotADatabase | Fault::Other => {}
            },
            StoreError::Corrupt(_) => {}
        }
        let reference = new_reference();
        tracing::error!(%error, reference, "the store failed");
        Self::Internal { reference }
    }
}

/// What a database error means to whoever waits for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Somebody else holds the lock for longer than anyone should wait.
    Busy,
    /// The disk is full or failing.
    Disk,
    /// The file may not be written.
    ReadOnly,
    /// The file is something else.
    NotADatabase,
    /// Ours to mend.
    Other,
}

impl Fault {
    pub(super) fn of(error: &DbErr) -> Self {
        match error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout | ConnAcquireErr::ConnectionClosed) => Self::Busy,
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => Self::of_driver(error),
            _ => Self::Other,
        }
    }

    pub(super) fn of_driver(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => Self::Busy,
            sqlx::Error::Database(error) => error.code().map_or(Self::Other, |code| sqlite::fault(&code)),
            _ => Self::Other,
        }
    }
}

/// Eight characters to find one line of the log by.
fn new_reference() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().subsec_nanos();
    format!("{:08x}", nanos.rotate_left(8) ^ COUNT.fetch_add(1, Ordering::Relaxed))
}
