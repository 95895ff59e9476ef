//! Service 2 (R14): average resolution time, by the month in which the ticket was opened.

use super::database::AnalyticsDatabase;
use crate::domain::{
    analytics::{Resolution, ResolutionMonth},
    time::Timestamp,
};
use chrono::Datelike;
use chrono_tz::Tz;
use sea_orm::{DbErr, FromQueryResult};
use std::{collections::BTreeMap, fmt};

/// The sums that every change of a ticket keeps, with the zone whose months they are: a row a month. Without a ticket it
/// is one row, of the zone alone.
pub(crate) const KEPT: &str = "\
    SELECT settings.value AS zone, rollup_months.month AS month, CAST(sum(rollup_months.opened) AS INTEGER) AS opened, \
           CAST(sum(rollup_months.closed) AS INTEGER) AS closed, \
           CAST(sum(rollup_months.resolution_ms) AS INTEGER) AS resolution_ms \
    FROM settings LEFT JOIN rollup_months ON rollup_months.opened > 0 \
    WHERE settings.key = 'time_zone' \
    GROUP BY settings.value, rollup_months.month";

/// The same sums of every quarter of an hour, for another zone's months: it reads every ticket. Wherever on earth,
/// months have begun at a whole quarter of an hour since 1972.
const SCANNED: &str = "\
    SELECT opened_at / 900000 AS quarter, count(*) AS opened, count(closed_at) AS closed, \
           CAST(coalesce(sum(closed_at - opened_at), 0) AS INTEGER) AS resolution_ms \
    FROM tickets GROUP BY 1";

#[derive(FromQueryResult)]
struct Kept {
    zone: String,
    month: Option<String>,
    opened: Option<i64>,
    closed: Option<i64>,
    resolution_ms: Option<i64>,
}

#[derive(FromQueryResult)]
struct Scanned {
    quarter: i64,
    opened: i64,
    closed: i64,
    resolution_ms: i64,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    opened: i64,
    closed: i64,
    resolution_ms: i64,
}

/// A calendar month.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Month {
    year: i32,
    month: u32,
}

/// From the first ticket's month to the current one, in the months of `zone`, or of the zone in which the database is
/// kept when none is said.
pub async fn by_month(database: &AnalyticsDatabase, zone: Option<Tz>, now: Timestamp) -> Result<Resolution, DbErr> {
    let rows: Vec<Kept> = database.list(KEPT, []).await?;
    let kept_in = rows.first().ok_or_else(|| DbErr::RecordNotFound("the time zone's setting".to_owned()))?.zone.clone();
    let kept_in: Tz = kept_in.parse().map_err(|_| DbErr::Type(format!("{kept_in} is not a time zone")))?;
    let zone = zone.unwrap_or(kept_in);
    let sums = if zone == kept_in { kept(&rows) } else { scanned(database, zone).await? };
    Ok(Resolution { as_of: now, time_zone: zone.name().to_owned(), months: months(&sums, Month::of(now, zone)) })
}

fn kept(rows: &[Kept]) -> BTreeMap<Month, Sums> {
    let sums = |row: &Kept| {
        let month = Month::parse(row.month.as_deref()?)?;
        Some((month, Sums { opened: row.opened?, closed: row.closed?, resolution_ms: row.resolution_ms? }))
    };
    rows.iter().filter_map(sums).collect()
}

async fn scanned(database: &AnalyticsDatabase, zone: Tz) -> Result<BTreeMap<Month, Sums>, DbErr> {
    let mut months = BTreeMap::<Month, Sums>::new();
    for row in database.list::<Scanned>(SCANNED, []).await? {
        let sums = months.entry(Month::of(Timestamp(row.quarter * 900_000), zone)).or_default();
        sums.opened += row.opened;
        sums.closed += row.closed;
        sums.resolution_ms += row.resolution_ms;
    }
    Ok(months)
}

/// Every month from the first with a ticket to the current one, and beyond it where the clock was set back.
fn months(sums: &BTreeMap<Month, Sums>, current: Month) -> Vec<ResolutionMonth> {
    let (Some((first, _)), Some((last, _))) = (sums.first_key_value(), sums.last_key_value()) else {
        return Vec::new();
    };
    let last = current.max(*last);
    std::iter::successors(Some(*first), |month| Some(month.next()))
        .take_while(|month| *month <= last)
        .map(|month| sums.get(&month).copied().unwrap_or_default().of(month))
        .collect()
}

impl Sums {
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53 ms: 285,000 years of resolution time")]
    fn of(self, month: Month) -> ResolutionMonth {
        let mean_seconds = (self.closed > 0).then(|| self.resolution_ms as f64 / self.closed as f64 / 1000.0);
        ResolutionMonth { month: month.to_string(), opened: self.opened, closed: self.closed, mean_seconds }
    }
}

impl Month {
    fn of(at: Timestamp, zone: Tz) -> Self {
        let local = at.to_chrono().with_timezone(&zone);
        Self { year: local.year(), month: local.month() }
    }

    fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let month = Self { year: year.parse().ok()?, month: month.parse().ok()? };
        (1..=12).contains(&month.month).then_some(month)
    }

    const fn next(self) -> Self {
        if self.month == 12 {
            Self { year: self.year + 1, month: 1 }
        } else {
            Self { year: self.year, month: self.month + 1 }
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}
