//! Service 2 (R14): resolution time, by the month in which the ticket was opened.

use super::{
    board,
    database::Snapshot,
    service::{Analysis, Asked},
    sums::Sums,
};
use crate::{
    domain::{
        category::Category,
        figure::{Cell, Drawing, Figure, Series, Shape, Table},
        ids::HistoryId,
        query::{Span, TicketQuery},
        status::Status,
        time::Timestamp,
    },
    server::calendar::Month,
    server::durations::{Durations, Spread},
    texts::{analyses::AnalysisTexts, fill},
};
use chrono_tz::Tz;
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Tickets, for another zone's months.
const SCANNED: &str =
    "SELECT id, place, category, opened_at, closed_at FROM tickets WHERE id > $1 ORDER BY id LIMIT 20000";

pub(crate) struct ResolutionAnalysis;

/// Service 2: resolution time by the month in which the ticket was opened, from the first ticket's to the current one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Resolution {
    /// When this was true.
    pub as_of: Timestamp,
    /// The last row of the history that it includes.
    #[schema(value_type = i64)]
    pub through: HistoryId,
    /// The campus time zone, an IANA name.
    pub time_zone: String,
    /// Oldest first, empty months included.
    pub months: Vec<ResolutionMonth>,
}

/// One month of service 2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ResolutionMonth {
    /// `YYYY-MM`, of the campus time zone.
    pub month: String,
    /// When it begins, included.
    pub from: Timestamp,
    /// When it ends, not included.
    pub to: Timestamp,
    /// Tickets opened in it.
    pub opened: i64,
    /// How many of those are closed: the times below are theirs.
    pub closed: i64,
    /// Mean of closing − opening over those, in seconds; none where none is closed.
    #[schema(required = true)]
    pub mean_seconds: Option<f64>,
    /// Half of them took no longer (nearest rank), in seconds, to 0.4 % or 8 seconds.
    #[schema(required = true)]
    pub median_seconds: Option<f64>,
    /// Nine of ten took no longer, likewise.
    #[schema(required = true)]
    pub p90_seconds: Option<f64>,
}

#[derive(FromQueryResult)]
struct Scanned {
    id: i64,
    place: Option<String>,
    category: Category,
    opened_at: i64,
    closed_at: Option<i64>,
}

#[derive(Clone, Default)]
struct MonthSums {
    opened: i64,
    closed: i64,
    resolution_ms: i64,
    took: Spread,
}

impl Analysis for ResolutionAnalysis {
    type Answer = Resolution;

    const SLUG: &'static str = "resolution";
    const SUMMARY: &'static str = "Read the resolution time by month (staff).";
    const DESCRIPTION: &'static str = "Service 2: opening to closing, by the month in which the ticket was opened, from \
        the first ticket's month to the current one: mean, median and 90th percentile.";

    async fn answer(snapshot: &Snapshot, asked: &Asked) -> Result<Resolution, DbErr> {
        let zone = snapshot.zone;
        let sums =
            if snapshot.is_kept_zone() { kept(snapshot, asked).await? } else { scanned(snapshot, asked).await? };
        Ok(Resolution {
            as_of: snapshot.now,
            through: snapshot.contents.through,
            time_zone: zone.name().to_owned(),
            months: months(&sums, Month::of(snapshot.now, zone), zone),
        })
    }

    fn figure(answer: &Resolution, asked: &Asked, texts: &AnalysisTexts) -> Option<Figure> {
        let opened = |month: &ResolutionMonth| TicketQuery {
            opened: Some(Span { from: month.from, to: month.to }),
            ..board::of(asked)
        };
        let closed =
            |month: &ResolutionMonth| board::href(&TicketQuery { statuses: vec![Status::Closed], ..opened(month) });
        let hours = |seconds: Option<f64>| {
            Cell::new(seconds.map_or_else(|| texts.resolution_none.to_owned(), |seconds| texts.all.hours(seconds)))
        };
        let rows = answer.months.iter().rev().map(|month| {
            [
                Cell::new(&month.month),
                Cell::linked(month.opened, board::href(&opened(month))),
                Cell::linked(month.closed, closed(month)),
                hours(month.mean_seconds),
                hours(month.median_seconds),
                hours(month.p90_seconds),
            ]
        });
        let series = |name, seconds: fn(&ResolutionMonth) -> Option<f64>| Series {
            unfinished: answer.months.iter().map(|month| month.closed < month.opened).collect(),
            hrefs: answer.months.iter().map(|month| (month.closed > 0).then(|| closed(month))).collect(),
            ..Series::hours(name, answer.months.iter().map(seconds))
        };
        let mut notes = vec![fill(texts.zone, &[("zone", &answer.time_zone)])];
        if answer.months.iter().any(|month| month.closed < month.opened) {
            notes.push(texts.resolution_unfinished.to_owned());
        }
        let columns = [
            texts.month,
            texts.opened,
            texts.all.resolution_closed,
            texts.resolution_mean,
            texts.resolution_median,
            texts.resolution_ninth,
        ];
        Some(Figure {
            notes,
            setting: None,
            table: Table::new(columns, rows),
            drawing: Drawing {
                shape: Shape::Columns,
                labels: answer.months.iter().map(|month| month.month.clone()).collect(),
                series: vec![
                    series(texts.resolution_mean, |month| month.mean_seconds),
                    series(texts.resolution_median, |month| month.median_seconds).line(),
                    series(texts.resolution_ninth, |month| month.p90_seconds).line(),
                ],
                unit: Some(texts.hours_unit.to_owned()),
                ..Drawing::default()
            },
        })
    }
}

async fn kept(snapshot: &Snapshot, asked: &Asked) -> Result<BTreeMap<Month, MonthSums>, DbErr> {
    let mut months = BTreeMap::<Month, MonthSums>::new();
    for row in Sums::of(snapshot, asked).await?.months().await? {
        let (true, Some(month)) = (asked.counts(row.category), Month::parse(&row.month)) else { continue };
        let sums = months.entry(month).or_default();
        sums.opened += row.opened;
        sums.closed += row.closed;
        sums.resolution_ms += row.resolution_ms;
        sums.took.add_bytes(&row.durations.unwrap_or_default());
    }
    Ok(months)
}

async fn scanned(snapshot: &Snapshot, asked: &Asked) -> Result<BTreeMap<Month, MonthSums>, DbErr> {
    let (mut months, mut last) = (BTreeMap::<Month, (MonthSums, Durations)>::new(), 0);
    loop {
        let rows: Vec<Scanned> = snapshot.list(SCANNED, [last.into()]).await?;
        let Some(end) = rows.last() else { break };
        last = end.id;
        let is_meant =
            |row: &Scanned| asked.counts(row.category) && (asked.place.is_none() || asked.place == row.place);
        for row in rows.into_iter().filter(is_meant) {
            let (sums, took) = months.entry(Month::of(Timestamp(row.opened_at), snapshot.zone)).or_default();
            sums.opened += 1;
            if let Some(closed_at) = row.closed_at {
                sums.closed += 1;
                sums.resolution_ms += closed_at - row.opened_at;
                took.add(closed_at - row.opened_at, 1);
            }
        }
    }
    let read = |(mut sums, took): (MonthSums, Durations)| {
        sums.took.add_bytes(&took.to_bytes());
        sums
    };
    Ok(months.into_iter().map(|(month, sums)| (month, read(sums))).collect())
}

/// Every month from the first with a ticket to the current one, and beyond it where the clock was set back.
fn months(sums: &BTreeMap<Month, MonthSums>, current: Month, zone: Tz) -> Vec<ResolutionMonth> {
    let (Some((first, _)), Some((last, _))) = (sums.first_key_value(), sums.last_key_value()) else {
        return Vec::new();
    };
    let last = current.max(*last);
    std::iter::successors(Some(*first), |month| Some(month.next()))
        .take_while(|month| *month <= last)
        .map(|month| sums.get(&month).cloned().unwrap_or_default().of(month, zone))
        .collect()
}

impl MonthSums {
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53 ms: 285,000 years of resolution time")]
    fn of(self, month: Month, zone: Tz) -> ResolutionMonth {
        ResolutionMonth {
            month: month.to_string(),
            from: month.start(zone),
            to: month.next().start(zone),
            opened: self.opened,
            closed: self.closed,
            mean_seconds: (self.closed > 0).then(|| self.resolution_ms as f64 / self.closed as f64 / 1000.0),
            median_seconds: self.took.quantile(1, 2),
            p90_seconds: self.took.quantile(9, 10),
        }
    }
}
