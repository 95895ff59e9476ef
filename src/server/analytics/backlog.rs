//! Service 1 (R13): how many tickets were opened in the last X hours or days and are not closed now.

use super::database::AnalyticsDatabase;
use crate::domain::{
    analytics::{Backlog, Period},
    time::Timestamp,
};
use sea_orm::{DbErr, FromQueryResult};

/// Served by the partial index on the opening of tickets that are not closed: its cost goes with what it counts, not
/// with the tickets there ever were.
pub(crate) const COUNT: &str =
    "SELECT count(*) AS count FROM tickets WHERE opened_at >= $1 AND opened_at <= $2 AND status <> 'closed'";

#[derive(FromQueryResult)]
struct Row {
    count: i64,
}

/// Counts from the period's start to `now`, both included.
pub async fn count(database: &AnalyticsDatabase, period: Period, now: Timestamp) -> Result<Backlog, DbErr> {
    let from = period.start(now);
    let row: Option<Row> = database.find(COUNT, [from.0.into(), now.0.into()]).await?;
    let opened_not_closed = row.map_or(0, |row| row.count);
    Ok(Backlog { last: period.to_string(), from, as_of: now, opened_not_closed })
}
