//! The sums that the analyses stand on: those that every write keeps or, for the tickets of one place alone, counted from
//! these tickets.

use super::{database::Snapshot, service::Asked};
use crate::{
    domain::{category::Category, role::Role, status::Status},
    server::{
        durations::Durations as Histogram,
        store::rollups::{Rollups, Share, Took},
    },
};
use sea_orm::{DbErr, FromQueryResult, QueryResult};
use std::{fmt::Write as _, sync::LazyLock};

/// A row a day and category, from a day on.
pub(crate) const DAYS: &str = "SELECT day, category, opened, closed FROM rollup_days WHERE day >= $1";
/// A row a weekday and category of a period, each with a sum for every hour.
pub(crate) static HOURS: LazyLock<String> = LazyLock::new(|| {
    let mut sql = String::from("SELECT weekday, category");
    for hour in 0..24 {
        _ = write!(sql, ", CAST(sum(h{hour:02}) AS INTEGER) AS h{hour:02}");
    }
    sql.push_str(" FROM rollup_days WHERE day >= $1 AND day <= $2 GROUP BY weekday, category");
    sql
});
/// A row a month and category, with its histogram.
pub(crate) const MONTHS: &str = "\
    SELECT rollup_months.month AS month, rollup_months.category AS category, opened, closed, resolution_ms, durations \
    FROM rollup_months LEFT JOIN rollup_durations ON what = 'resolution-by-opening' \
        AND since = rollup_months.month AND rollup_durations.category = rollup_months.category \
    WHERE opened > 0";
/// A row a time and category, or the one category, from a time on.
pub(crate) const DURATIONS: &str = "\
    SELECT since, category, durations FROM rollup_durations \
    WHERE what = $1 AND since >= $2 AND ($3 IS NULL OR category = $3)";
/// A row a category.
pub(crate) const CATEGORIES: &str = "SELECT category, active, open FROM rollup_categories";
/// The tickets of a place.
pub(crate) const OF_PLACE: &str = "\
    SELECT category, status, opened_at, first_response_at, closed_at FROM tickets WHERE place = $1";

/// Openings and closings of a day.
#[derive(FromQueryResult)]
pub(super) struct DayRow {
    pub day: String,
    pub category: Category,
    pub opened: i64,
    pub closed: i64,
}

/// Openings of a weekday, 0 for Monday, by the hour.
pub(super) struct WeekdayRow {
    pub weekday: u32,
    pub category: Category,
    pub hours: [i64; 24],
}

/// What was opened in a month.
#[derive(FromQueryResult)]
pub(super) struct MonthRow {
    pub month: String,
    pub category: Category,
    pub opened: i64,
    pub closed: i64,
    pub resolution_ms: i64,
    pub durations: Option<Vec<u8>>,
}

/// How long things took.
#[derive(FromQueryResult)]
pub(super) struct DurationsRow {
    pub since: String,
    pub category: Category,
    pub durations: Vec<u8>,
}

/// Open and active tickets of a category.
#[derive(FromQueryResult)]
pub(super) struct NowRow {
    pub category: Category,
    pub active: i64,
    pub open: i64,
}

#[derive(FromQueryResult)]
struct Ticket {
    category: Category,
    status: Status,
    opened_at: i64,
    first_response_at: Option<i64>,
    closed_at: Option<i64>,
}

impl FromQueryResult for WeekdayRow {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, DbErr> {
        let mut hours = [0; 24];
        for (at, hour) in hours.iter_mut().enumerate() {
            *hour = row.try_get_by_index(at + 2)?;
        }
        Ok(Self { weekday: row.try_get(pre, "weekday")?, category: row.try_get(pre, "category")?, hours })
    }
}

/// Where the sums come from.
pub(super) enum Sums<'s> {
    Kept(&'s Snapshot),
    Counted(Box<Rollups>),
}

impl<'s> Sums<'s> {
    /// Those of what is asked for.
    pub(super) async fn of(snapshot: &'s Snapshot, asked: &Asked) -> Result<Self, DbErr> {
        let Some(place) = &asked.place else { return Ok(Self::Kept(snapshot)) };
        let mut rollups = Rollups::default();
        for ticket in snapshot.list::<Ticket>(OF_PLACE, [place.as_str().into()]).await? {
            let Ticket { category, status, opened_at, first_response_at, closed_at } = ticket;
            let share = Share {
                place: None,
                category,
                status,
                waits: status.waits(None::<Role>),
                doubts: false,
                machine: None,
                opened_at,
                first_response_at,
                closed_at,
                returned: false,
            };
            rollups.add(&share, snapshot.contents.zone, 1);
        }
        Ok(Self::Counted(Box::new(rollups)))
    }

    /// Days from that one on, in no order.
    pub(super) async fn days(&self, first: &str) -> Result<Vec<DayRow>, DbErr> {
        match self {
            Self::Kept(snapshot) => snapshot.list(DAYS, [first.into()]).await,
            Self::Counted(rollups) => Ok((rollups.days.iter())
                .map(|((day, category), sum)| DayRow {
                    day: day.to_string(),
                    category: *category,
                    opened: sum.opened,
                    closed: sum.closed,
                })
                .filter(|row| row.day.as_str() >= first)
                .collect()),
        }
    }

    /// Weekdays of those days, both included.
    pub(super) async fn hours(&self, first: &str, last: &str) -> Result<Vec<WeekdayRow>, DbErr> {
        match self {
            Self::Kept(snapshot) => snapshot.list(&HOURS, [first.into(), last.into()]).await,
            Self::Counted(rollups) => Ok((rollups.days.iter())
                .filter(|((day, _), _)| (first..=last).contains(&day.to_string().as_str()))
                .map(|((day, category), sum)| WeekdayRow {
                    weekday: chrono::Datelike::weekday(day).num_days_from_monday(),
                    category: *category,
                    hours: sum.hours,
                })
                .collect()),
        }
    }

    /// All months.
    pub(super) async fn months(&self) -> Result<Vec<MonthRow>, DbErr> {
        match self {
            Self::Kept(snapshot) => snapshot.list(MONTHS, []).await,
            Self::Counted(rollups) => Ok((rollups.months.iter())
                .map(|((month, category), sum)| MonthRow {
                    month: month.clone(),
                    category: *category,
                    opened: sum.opened,
                    closed: sum.closed,
                    resolution_ms: sum.resolution_ms,
                    durations: rollups
                        .durations
                        .get(&(Took::ResolutionByOpening, month.clone(), *category))
                        .map(Histogram::to_bytes),
                })
                .collect()),
        }
    }

    /// How long it took, from a time on, in what is asked for.
    pub(super) async fn durations(&self, what: Took, first: &str, asked: &Asked) -> Result<Vec<DurationsRow>, DbErr> {
        match self {
            Self::Kept(snapshot) => {
                let category = asked.category.map(Category::slug);
                snapshot.list(DURATIONS, [what.slug().into(), first.into(), category.into()]).await
            }
            Self::Counted(rollups) => Ok((rollups.durations.iter())
                .filter(|((took, since, category), _)| {
                    *took == what && since.as_str() >= first && asked.counts(*category)
                })
                .map(|((_, since, category), durations)| DurationsRow {
                    since: since.clone(),
                    category: *category,
                    durations: durations.to_bytes(),
                })
                .collect()),
        }
    }

    /// What is open and active now.
    pub(super) async fn now(&self) -> Result<Vec<NowRow>, DbErr> {
        match self {
            Self::Kept(snapshot) => snapshot.list(CATEGORIES, []).await,
            Self::Counted(rollups) => Ok((rollups.categories.iter())
                .map(|(category, sum)| NowRow { category: *category, active: sum.active, open: sum.open })
                .collect()),
        }
    }
}
