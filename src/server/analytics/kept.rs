//! Answers that are good for as long as nothing is written and the day is the same: whoever asks again is told the same, as
//! of now. A dashboard on a wall, or a hundred readers of one ticket, count once.

use super::{
    database::{Contents, Snapshot},
    service::{Asked, Service},
};
use crate::{domain::time::Timestamp, server::calendar::day};
use axum::body::Bytes;
use chrono::NaiveDate;
use sea_orm::DbErr;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Questions whose answers are kept at most.
const KEPT_MAX: usize = 256;
/// The field of an answer that says of when it is.
const AS_OF: &str = "\"as_of\":";

/// The last answers, by question.
#[derive(Debug, Default)]
pub(super) struct KeptAnswers(Mutex<HashMap<(&'static str, Asked), Kept>>);

/// What an answer depends on besides its question.
#[derive(Debug, PartialEq, Eq)]
struct Basis {
    contents: Contents,
    /// The period's first day and the last one as the sums count days, and the last one where the zone that is meant is.
    days: [NaiveDate; 3],
}

impl Basis {
    fn of(snapshot: &Snapshot, asked: &Asked) -> Self {
        let Snapshot { contents, now, zone, .. } = snapshot;
        let days = [(asked.last.start(*now), contents.zone), (*now, contents.zone), (*now, *zone)];
        Self { contents: contents.clone(), days: days.map(|(at, zone)| day(at, zone)) }
    }
}

/// An answer's JSON before and after the moment of which it is.
#[derive(Debug)]
struct Kept {
    basis: Basis,
    before: Bytes,
    after: Bytes,
}

impl KeptAnswers {
    /// What the service answers: what it answered last, where that is what it would answer.
    pub(super) async fn answer(
        &self,
        service: &Service,
        asked: &Asked,
        snapshot: &Snapshot,
        anew: bool,
    ) -> Result<Vec<u8>, DbErr> {
        if !service.is_of_the_day {
            return (service.answer)(snapshot, asked).await;
        }
        let (question, basis) = ((service.slug, asked.clone()), Basis::of(snapshot, asked));
        if !anew && let Some(json) = self.get(&question, &basis, snapshot.now) {
            return Ok(json);
        }
        let json = (service.answer)(snapshot, asked).await?;
        if let Some((before, after)) = around_moment(&json, snapshot.now) {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= KEPT_MAX {
                kept.clear();
            }
            kept.insert(question, Kept { basis, before, after });
        }
        Ok(json)
    }

    fn get(&self, question: &(&'static str, Asked), basis: &Basis, now: Timestamp) -> Option<Vec<u8>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = kept.get(question).filter(|kept| kept.basis == *basis)?;
        Some([&answer.before, moment(now)?.as_bytes(), &answer.after].concat())
    }
}

/// The JSON before and after its moment, which stands in it once.
fn around_moment(json: &[u8], now: Timestamp) -> Option<(Bytes, Bytes)> {
    let field = format!("{AS_OF}{}", moment(now)?);
    let text = std::str::from_utf8(json).ok()?;
    let (before, after) = text.split_once(&field)?;
    let before = [before, AS_OF].concat();
    (!after.contains(&field)).then(|| (before.into(), after.to_owned().into()))
}

fn moment(at: Timestamp) -> Option<String> {
    serde_json::to_string(&at).ok()
}
