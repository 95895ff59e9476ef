//! How long it takes until the helpdesk answers, by the week in which the ticket was opened.

use super::{
    board::Board,
    calendar::{Steps, start},
    database::Snapshot,
    service::{Analysis, Asked, Parameter},
};
use crate::{
    domain::{
        category::Category,
        figure::{Cell, Drawing, Figure, Series, Shape, Table},
        ids::HistoryId,
        period::Period,
        time::Timestamp,
    },
    server::durations::Spread,
    texts::{analyses::AnalysisTexts, fill},
};
use chrono::NaiveDate;
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A row a day and category of the period.
pub(crate) const OPENED: &str = "SELECT day, category, opened FROM rollup_days WHERE day >= $1";
/// A row a week and category.
pub(crate) const TOOK: &str =
    "SELECT since, category, durations FROM rollup_durations WHERE what = 'response-by-opening' AND since >= $1";
/// What staff set as their target; none until they do.
pub(crate) const TARGET: &str = "SELECT value FROM settings WHERE key = 'response_target_seconds'";

/// The target until staff set one: a working day.
const TARGET_SECONDS: i64 = 8 * 3_600;
/// Seconds in an hour, the unit of the chart.
const HOUR: f64 = 3_600.0;

pub(crate) struct ResponseAnalysis;

/// First response time by the week of opening.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Response {
    /// The period, as it was asked for: the weeks that it touches are counted whole.
    pub last: String,
    /// When this was true.
    pub as_of: Timestamp,
    /// The last row of the history that it includes.
    #[schema(value_type = i64)]
    pub through: HistoryId,
    /// The campus time zone, an IANA name.
    pub time_zone: String,
    /// Within what the helpdesk means to answer, in seconds.
    pub target_seconds: i64,
    /// The oldest first.
    pub weeks: Vec<ResponseWeek>,
}

/// A week's tickets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ResponseWeek {
    /// Its Monday, `YYYY-MM-DD`.
    pub since: String,
    /// When it begins, included.
    pub from: Timestamp,
    /// When it ends, not included.
    pub to: Timestamp,
    /// Tickets opened in it.
    pub opened: i64,
    /// How many of those the helpdesk wrote a message under: the times below are theirs.
    pub answered: i64,
    /// Half of them waited no longer (nearest rank), in seconds, to 0.4 % or 8 seconds.
    #[schema(required = true)]
    pub median_seconds: Option<f64>,
    /// Nine of ten waited no longer, likewise.
    #[schema(required = true)]
    pub p90_seconds: Option<f64>,
    /// How many waited no longer than the target.
    pub within_target: i64,
}

#[derive(FromQueryResult)]
struct DayRow {
    day: String,
    category: Category,
    opened: i64,
}

#[derive(FromQueryResult)]
struct Took {
    since: String,
    category: Category,
    durations: Vec<u8>,
}

#[derive(FromQueryResult)]
struct Target {
    value: String,
}

impl Analysis for ResponseAnalysis {
    type Answer = Response;

    const SLUG: &'static str = "response";
    const SUMMARY: &'static str = "Read the first response time by week (staff).";
    const DESCRIPTION: &'static str = "From opening to the helpdesk's first message, by the week of opening: median, 90th \
        percentile, and how many within the target.";
    const PARAMETERS: &'static [Parameter] = &[Parameter::Last, Parameter::Category];
    const LAST: Period = Period::QUARTER;

    async fn answer(snapshot: &Snapshot, asked: &Asked) -> Result<Response, DbErr> {
        let zone = snapshot.kept_zone;
        let steps = Steps::weeks(asked.last, snapshot.now, zone);
        let target: Option<Target> = snapshot.list(TARGET, []).await?.into_iter().next();
        let target_seconds = target.and_then(|target| target.value.parse().ok()).unwrap_or(TARGET_SECONDS);
        let mut weeks = BTreeMap::<NaiveDate, (i64, Spread)>::new();
        for row in snapshot.list::<DayRow>(OPENED, [steps.first().into()]).await? {
            let (true, Ok(day)) = (asked.counts(row.category), row.day.parse()) else { continue };
            weeks.entry(steps.of_day(day)).or_default().0 += row.opened;
        }
        for row in snapshot.list::<Took>(TOOK, [steps.first().into()]).await? {
            let (true, Ok(week)) = (asked.counts(row.category), row.since.parse()) else { continue };
            weeks.entry(week).or_default().1.add_bytes(&row.durations);
        }
        let week = |since: NaiveDate| {
            let (opened, took) = weeks.get(&since).cloned().unwrap_or_default();
            ResponseWeek {
                since: since.to_string(),
                from: start(since, zone),
                to: start(steps.end(since), zone),
                opened,
                answered: took.count(),
                median_seconds: took.quantile(1, 2),
                p90_seconds: took.quantile(9, 10),
                within_target: took.within(target_seconds * 1000),
            }
        };
        Ok(Response {
            last: asked.last.to_string(),
            as_of: snapshot.now,
            through: snapshot.through,
            time_zone: zone.name().to_owned(),
            target_seconds,
            weeks: steps.since.iter().copied().map(week).collect(),
        })
    }

    fn figure(answer: &Response, asked: &Asked, texts: &AnalysisTexts) -> Option<Figure> {
        let hours = |seconds: Option<f64>| {
            Cell::new(seconds.map_or_else(|| texts.response_none.to_owned(), |seconds| texts.all.hours(seconds)))
        };
        #[expect(clippy::cast_precision_loss, reason = "a share needs no 53 bits")]
        let within = |week: &ResponseWeek| {
            let share = week.within_target as f64 / week.answered.max(1) as f64;
            Cell::new(if week.answered == 0 { texts.response_none.to_owned() } else { texts.all.percent(share) })
        };
        let opened = |week: &ResponseWeek| Board::new().category(asked.category).opened(week.from, week.to).href();
        let rows = answer.weeks.iter().rev().map(|week| {
            vec![
                Cell::new(&week.since),
                Cell::linked(week.opened, opened(week)),
                Cell::new(week.answered),
                hours(week.median_seconds),
                hours(week.p90_seconds),
                within(week),
            ]
        });
        let series = |name: &str, is_line, seconds: fn(&ResponseWeek) -> Option<f64>| Series {
            name: name.to_owned(),
            is_line,
            is_apart: false,
            values: answer
                .weeks
                .iter()
                .map(|week| seconds(week).map(|seconds| (seconds / HOUR * 10.0).round() / 10.0))
                .collect(),
            unfinished: answer.weeks.iter().map(|week| week.answered < week.opened).collect(),
            hrefs: answer.weeks.iter().map(|week| (week.opened > 0).then(|| opened(week))).collect(),
        };
        #[expect(clippy::cast_precision_loss, reason = "a few days in seconds")]
        let target = texts.all.duration(answer.target_seconds as f64);
        let columns = [
            texts.week,
            texts.opened,
            texts.response_answered,
            texts.response_median,
            texts.response_ninth,
            texts.response_within,
        ];
        Some(Figure {
            notes: vec![
                fill(texts.response_target, &[("target", &target)]),
                fill(texts.zone, &[("zone", &answer.time_zone)]),
            ],
            table: Table { columns: columns.map(str::to_owned).into(), rows: rows.collect() },
            drawing: Drawing {
                shape: Shape::Columns,
                labels: answer.weeks.iter().map(|week| week.since.clone()).collect(),
                series: vec![
                    series(texts.response_median, false, |week| week.median_seconds),
                    series(texts.response_ninth, true, |week| week.p90_seconds),
                ],
                unit: Some(texts.hours_unit.to_owned()),
                ..Drawing::default()
            },
        })
    }
}
