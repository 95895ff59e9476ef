//! Writers take turns in one task, and those that wait at the same time are committed together: one disk sync for all.
//!
//! A verb is a turn. It refuses before it writes, or it writes and succeeds: so a refusal leaves nothing behind in the
//! transaction that others share. Nobody is answered before what was written is on the disk. A turn runs to its end even
//! when whoever asked for it has gone.

use super::{begin_immediate, error::StoreError};
use crate::error::AppError;
use futures_util::FutureExt;
use sea_orm::{DatabaseConnection, DatabaseTransaction};
use std::{collections::VecDeque, panic::AssertUnwindSafe, pin::Pin};
use tokio::sync::{mpsc, oneshot, watch};

/// Turns in one transaction at most: the first of them waits for the last.
const TOGETHER: usize = 64;
/// Turns that may wait; beyond it, askers wait for a place in the queue.
const QUEUE: usize = 1024;

/// What a verb does within a transaction.
pub(super) type Work<'tx, T> = Pin<Box<dyn Future<Output = T> + Send + 'tx>>;
type Turn = Box<dyn for<'tx> FnOnce(&'tx DatabaseTransaction) -> Work<'tx, Outcome> + Send>;
type Answer = Box<dyn FnOnce(Result<(), AppError>) + Send>;

enum Outcome {
    /// It wrote nothing and has been answered.
    Refused,
    /// To be answered when all is on the disk, or when it is known that it will not be.
    Written(Answer),
    /// The transaction is lost, with what others wrote in it.
    Failed(StoreError, Answer),
}

/// The way to the writing connection. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Writing {
    turns: mpsc::Sender<Turn>,
    committed: watch::Receiver<()>,
}

impl Writing {
    /// Starts the task that takes the turns; it ends when nobody can ask for one any more.
    pub(super) fn start(writer: DatabaseConnection) -> Self {
        let (sender, turns) = mpsc::channel(QUEUE);
        let (commits, committed) = watch::channel(());
        tokio::spawn(take_turns(writer, turns, commits));
        Self { turns: sender, committed }
    }

    /// Changes after each commit.
    pub(super) fn committed(&self) -> watch::Receiver<()> {
        self.committed.clone()
    }

    /// Does `verb` when its turn comes, and answers when what it wrote is on the disk.
    ///
    /// # Errors
    /// The verb's refusal; [`AppError::Unavailable`] or [`AppError::Internal`] when the database failed, also in the turn of
    /// somebody else in the same transaction. Nothing was written then.
    pub(super) async fn turn<T, V>(&self, verb: V) -> Result<T, AppError>
    where
        T: Send + 'static,
        V: for<'tx> FnOnce(&'tx DatabaseTransaction) -> Work<'tx, Result<T, StoreError>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let turn: Turn = Box::new(move |tx| {
            Box::pin(async move {
                // Whoever asked may have gone: then nobody hears the answer.
                match verb(tx).await {
                    Ok(made) => Outcome::Written(Box::new(move |committed| {
                        _ = answer.send(committed.map(|()| made));
                    })),
                    Err(StoreError::Refused(refusal)) => {
                        _ = answer.send(Err(refusal));
                        Outcome::Refused
                    }
                    Err(error) => {
                        let tell = move |committed: Result<(), AppError>| {
                            _ = answer.send(committed.and(Err(AppError::Unavailable)));
                        };
                        Outcome::Failed(error, Box::new(tell))
                    }
                }
            })
        });
        self.turns.send(turn).await.map_err(|_| AppError::Unavailable)?;
        // A turn that was never taken, or that panicked, is dropped without an answer.
        answered.await.unwrap_or(Err(AppError::Unavailable))
    }
}

async fn take_turns(writer: DatabaseConnection, mut turns: mpsc::Receiver<Turn>, commits: watch::Sender<()>) {
    let mut waiting = Vec::with_capacity(TOGETHER);
    while turns.recv_many(&mut waiting, TOGETHER).await > 0 {
        let mut group = VecDeque::from(std::mem::take(&mut waiting));
        while !group.is_empty() {
            let taken = AssertUnwindSafe(take_together(&writer, &mut group, &commits)).catch_unwind();
            if taken.await.is_err() {
                tracing::error!("a writer panicked: what was written with it is undone");
            }
        }
    }
}

/// Takes turns in one transaction until all of the group had theirs, or until one of them loses the transaction.
async fn take_together(writer: &DatabaseConnection, group: &mut VecDeque<Turn>, commits: &watch::Sender<()>) {
    let tx = match begin_immediate(writer).await {
        Ok(tx) => tx,
        Err(error) => {
            // Each of them would wait as long for the same: they are let go at once.
            group.clear();
            _ = AppError::from(error);
            return;
        }
    };
    let mut answers: Vec<Answer> = Vec::with_capacity(group.len());
    while let Some(turn) = group.pop_front() {
        match turn(&tx).await {
            Outcome::Refused => {}
            Outcome::Written(answer) => answers.push(answer),
            Outcome::Failed(error, answer) => {
                answers.push(answer);
                let error = AppError::from(error);
                // A transaction that cannot be rolled back has been already.
                _ = tx.rollback().await;
                return tell(answers, &Err(error));
            }
        }
    }
    let committed = if answers.is_empty() { tx.rollback().await } else { tx.commit().await };
    if committed.is_ok() && !answers.is_empty() {
        commits.send_replace(());
    }
    tell(answers, &committed.map_err(|error| AppError::from(StoreError::from(error))));
}

fn tell(answers: Vec<Answer>, committed: &Result<(), AppError>) {
    for answer in answers {
        answer(committed.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::Store;
    use chrono_tz::Tz;
    use futures_util::future::join_all;
    use sea_orm::ConnectionTrait;
    use std::error::Error;
    use tempfile::TempDir;

    async fn open() -> Result<(Store, TempDir), Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let store = Store::open(&format!("sqlite:{}", folder.path().join("campus.db").display()), Tz::UTC).await?;
        Ok((store, folder))
    }

    /// A turn that writes a setting, then ends as `end` says.
    fn put(
        key: &str,
        end: fn() -> Result<(), StoreError>,
    ) -> impl for<'tx> FnOnce(&'tx DatabaseTransaction) -> Work<'tx, Result<(), StoreError>> + Send + 'static {
        let sql = format!("INSERT INTO settings (key, value) VALUES ('{key}', '')");
        move |tx| {
            Box::pin(async move {
                tx.execute_unprepared(&sql).await?;
                end()
            })
        }
    }

    async fn kept(store: &Store) -> Result<Vec<String>, Box<dyn Error>> {
        let sql = "SELECT key FROM settings WHERE key LIKE 'turn%' ORDER BY key";
        let backend = store.reading().get_database_backend();
        let rows = store.reading().query_all_raw(sea_orm::Statement::from_string(backend, sql)).await?;
        Ok(rows.iter().map(|row| row.try_get("", "key")).collect::<Result<_, _>>()?)
    }

    #[tokio::test]
    async fn turns_that_wait_together_are_all_kept() -> Result<(), Box<dyn Error>> {
        let (store, _folder) = open().await?;
        let turns: Vec<_> = (100..300).map(|n| format!("turn{n}")).collect();
        let done = join_all(turns.iter().map(|key| store.writing.turn(put(key, || Ok(()))))).await;
        assert!(done.iter().all(Result::is_ok));
        assert_eq!(kept(&store).await?, turns);
        Ok(())
    }

    #[tokio::test]
    async fn a_refusal_leaves_the_others_what_they_wrote() -> Result<(), Box<dyn Error>> {
        let (store, _folder) = open().await?;
        let refused = store.writing.turn::<(), _>(|_| Box::pin(async { Err(AppError::NoSuchTicket.into()) }));
        let (first, refused, last) = tokio::join!(
            store.writing.turn(put("turn1", || Ok(()))),
            refused,
            store.writing.turn(put("turn2", || Ok(())))
        );
        assert_eq!((first, refused, last), (Ok(()), Err(AppError::NoSuchTicket), Ok(())));
        assert_eq!(kept(&store).await?, ["turn1", "turn2"]);
        Ok(())
    }

    #[tokio::test]
    async fn whoever_wrote_in_a_transaction_that_is_lost_is_told_so() -> Result<(), Box<dyn Error>> {
        let (store, _folder) = open().await?;
        let fails = || Err(StoreError::Corrupt("for a test".to_owned()));
        let (first, failed, last) = tokio::join!(
            store.writing.turn(put("turn1", || Ok(()))),
            store.writing.turn(put("turn2", fails)),
            store.writing.turn(put("turn3", || Ok(()))),
        );
        assert!(matches!(first, Err(AppError::Internal { .. })), "{first:?}");
        assert!(matches!(failed, Err(AppError::Internal { .. })), "{failed:?}");
        assert_eq!((last, kept(&store).await?), (Ok(()), vec!["turn3".to_owned()]));
        Ok(())
    }

    #[tokio::test]
    async fn a_panic_ends_its_transaction_and_not_the_writing() -> Result<(), Box<dyn Error>> {
        let (store, _folder) = open().await?;
        let (failed, last) = tokio::join!(
            store.writing.turn(put("turn1", || std::panic::resume_unwind(Box::new("for a test")))),
            store.writing.turn(put("turn2", || Ok(()))),
        );
        assert_eq!((failed, last), (Err(AppError::Unavailable), Ok(())));
        assert_eq!(kept(&store).await?, ["turn2"]);
        Ok(())
    }

    #[tokio::test]
    async fn a_turn_ends_though_whoever_asked_has_gone() -> Result<(), Box<dyn Error>> {
        let (store, _folder) = open().await?;
        let asked = tokio::spawn({
            let store = store.clone();
            async move { store.writing.turn(put("turn1", || Ok(()))).await }
        });
        tokio::task::yield_now().await;
        asked.abort();
        store.writing.turn(put("turn2", || Ok(()))).await?;
        assert_eq!(kept(&store).await?, ["turn1", "turn2"]);
        Ok(())
    }
}
