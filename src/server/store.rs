//! The one place that reads and writes tickets, and what the helpdesk keeps beside them: a verb for everything that can
//! be done to one.
//!
//! Every verb that writes takes its turn ([`writing`]) in a transaction that took the write lock first: it reads, asks [`crate::domain`] whether it may,
//! writes, and leaves a history row, the sums of the analyses and the search index as they have to be. Pages, server
//! functions and REST call the same verbs.

mod affected;
mod batch;
pub(crate) mod bulk;
mod claims;
mod conversation;
mod cursor;
mod error;
mod history;
mod keys;
mod learning;
mod listing;
mod merging;
mod photos;
mod places;
mod reading;
pub(crate) mod rollups;
mod saved_replies;
mod similar;
pub(crate) mod sqlite;
mod tickets;
mod writing;

pub use error::OpenError;
pub use places::Imported;

use crate::{
    domain::{category::Classification, role::Role, time::Timestamp},
    error::AppError,
    server::{classifier::Classifier, entity::setting},
};
use chrono_tz::Tz;
use error::StoreError;
use places::KnownPlaces;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseConnection, DatabaseTransaction, EntityTrait, SqliteTransactionMode,
    TransactionOptions, TransactionTrait, sea_query::OnConflict,
};
use sqlite::Tuning;
use std::{path::Path, sync::Arc, time::SystemTime};
use tokio::sync::watch;
use writing::Writing;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The database and what goes with it. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    /// One connection, which the verbs reach by taking turns.
    writer: DatabaseConnection,
    writing: Writing,
    /// Several, none of which can write.
    readers: DatabaseConnection,
    zone: Tz,
    clock: Clock,
    classifier: Classifier,
    places: KnownPlaces,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("zone", &self.zone).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens `sqlite:PATH` or `sqlite://PATH?mode=rwc`, makes the file if there is none, and brings it to the schema of
    /// this program. Months are kept in `zone`; another one than last time costs a pass over all tickets.
    ///
    /// # Errors
    /// [`OpenError`], which says what to do about it.
    pub async fn open(database: &str, zone: Tz) -> Result<Self, OpenError> {
        Self::open_tuned(database, zone, &Tuning::default()).await
    }

    /// [`Store::open`] with other limits than those of everyday, for tests of what happens at them.
    pub(crate) async fn open_tuned(database: &str, zone: Tz, tuning: &Tuning) -> Result<Self, OpenError> {
        let (writer, readers) = sqlite::open(database, tuning).await?;
        let writing = Writing::start(writer.clone());
        let store = Self {
            writer,
            writing,
            readers,
            zone,
            clock: Arc::new(system_time),
            classifier: Classifier::default(),
            places: KnownPlaces::default(),
        };
        store.keep_months_in_zone().await.map_err(|error| OpenError::from_store(database, error))?;
        // A model that cannot be read leaves the program's own in force.
        _ = store.take_model().await;
        Ok(store)
    }

    /// The same store living at another time.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// What a report is about, by the model in force.
    pub fn classify(&self, text: &str) -> Classification {
        self.classifier.classify(text)
    }

    /// The campus time zone.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// Copies the database, as of now and compacted, into a new file while work goes on.
    ///
    /// # Errors
    /// [`AppError::Malformed`] when the file exists or its folder does not, [`AppError::Unavailable`] when the disk is full.
    pub async fn backup(&self, file: &Path) -> Result<(), AppError> {
        Ok(sqlite::backup(&self.readers, file).await?)
    }

    /// Changes whenever something was written here, to be looked up in the history. Other processes may write, too.
    pub(crate) fn grown(&self) -> watch::Receiver<()> {
        self.writing.committed()
    }

    /// Keeps within what time the helpdesk means to answer, one of [`crate::domain::period::TARGETS`] in minutes.
    ///
    /// # Errors
    /// [`AppError::StaffOnly`].
    pub async fn set_response_target(&self, role: Role, minutes: u32) -> Result<(), AppError> {
        if !role.may_analyse() {
            return Err(AppError::StaffOnly);
        }
        self.writing.turn(move |tx| Box::pin(put_setting(tx, setting::RESPONSE_TARGET, minutes.to_string()))).await
    }

    /// Counts all sums that the analyses read anew from the tickets.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the disk is full: the sums stay as they were.
    pub async fn rebuild_sums(&self) -> Result<(), AppError> {
        Ok(self.recount_sums().await?)
    }

    async fn recount_sums(&self) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        rollups::rebuild(&tx, self.zone).await?;
        Ok(tx.commit().await?)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] or [`AppError::Internal`] when it does not.
    pub async fn check_ready(&self) -> Result<(), AppError> {
        setting::Entity::find_by_id(setting::TIME_ZONE).one(&self.readers).await.map_err(StoreError::from)?;
        Ok(())
    }

    /// Finishes what is being written, brings all of it into the database file and closes it.
    pub async fn shut_down(self) {
        let _ = self.readers.close_by_ref().await;
        sqlite::checkpoint(&self.writer).await;
        let _ = self.writer.close_by_ref().await;
    }

    /// A transaction that holds the write lock from the start, so that nothing it reads is stale when it writes.
    async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        begin_immediate(&self.writer).await
    }

    /// The reading connections, for tests that look at what is kept.
    #[cfg(test)]
    pub(crate) fn reading(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// The writing connection, for tests that do what no verb does.
    #[cfg(test)]
    pub(crate) fn writing(&self) -> &DatabaseConnection {
        &self.writer
    }

    async fn keep_months_in_zone(&self) -> Result<(), StoreError> {
        let name = self.zone.name();
        let kept = setting::Entity::find_by_id(setting::TIME_ZONE).one(&self.writer).await?;
        let recount = setting::Entity::find_by_id(setting::RECOUNT).one(&self.writer).await?;
        if recount.is_none() && kept.as_ref().is_some_and(|kept| kept.value == name) {
            return Ok(());
        }
        let tx = self.begin().await?;
        rollups::rebuild(&tx, self.zone).await?;
        setting::Entity::delete_by_id(setting::RECOUNT).exec(&tx).await?;
        put_setting(&tx, setting::TIME_ZONE, name.to_owned()).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Keeps a setting, in the place of what it was.
async fn put_setting(tx: &DatabaseTransaction, key: &'static str, value: String) -> Result<(), StoreError> {
    let setting = setting::ActiveModel { key: Set(key.to_owned()), value: Set(value) };
    let replaced = OnConflict::column(setting::Column::Key).update_column(setting::Column::Value).to_owned();
    setting::Entity::insert(setting).on_conflict(replaced).exec_without_returning(tx).await?;
    Ok(())
}

async fn begin_immediate<C: TransactionTrait<Transaction = DatabaseTransaction> + ConnectionTrait>(
    connection: &C,
) -> Result<DatabaseTransaction, StoreError> {
    let immediate = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    Ok(connection.begin_with_options(immediate).await?)
}

fn system_time() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
}
