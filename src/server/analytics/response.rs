//! How long it takes until the helpdesk answers, by the week in which the ticket was opened.

use super::{
    board,
    database::Snapshot,
    service::{Analysis, Asked, Parameter},
    sums::Sums,
};
use crate::{
    domain::{
        figure::{Cell, Drawing, Figure, Series, Setting, Shape, Table},
        ids::HistoryId,
        period::{Period, TARGET, TARGETS},
        query::{Span, TicketQuery},
        time::Timestamp,
    },
    server::{
        calendar::{Steps, start},
        durations::Spread,
        store::rollups::Took,
    },
    texts::{analyses::AnalysisTexts, fill},
};
use chrono::NaiveDate;
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

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

impl Analysis for ResponseAnalysis {
    type Answer = Response;

    const SLUG: &'static str = "response";
    const SUMMARY: &'static str = "Read the first response time by week (staff).";
    const DESCRIPTION: &'static str = "From opening to the helpdesk's first message, by the week of opening: median, 90th \
        percentile, and how many within the target.";
    const PARAMETERS: &'static [Parameter] = &[Parameter::Last, Parameter::Category, Parameter::Place];
    const LAST: Period = Period::QUARTER;

    async fn answer(snapshot: &Snapshot, asked: &Asked) -> Result<Response, DbErr> {
        let zone = snapshot.contents.zone;
        let steps = Steps::weeks(asked.last, snapshot.now, zone);
        let target_seconds = i64::from(snapshot.contents.target.unwrap_or(TARGET)) * 60;
        let mut weeks = BTreeMap::<NaiveDate, (i64, Spread)>::new();
        let sums = Sums::of(snapshot, asked).await?;
        for row in sums.days(&steps.first()).await? {
            let (true, Ok(day)) = (asked.counts(row.category), row.day.parse()) else { continue };
            weeks.entry(steps.of_day(day)).or_default().0 += row.opened;
        }
        for row in sums.durations(Took::ResponseByOpening, &steps.first(), asked).await? {
            let Ok(week) = row.since.parse() else { continue };
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
            through: snapshot.contents.through,
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
        let opened = |week: &ResponseWeek| TicketQuery {
            opened: Some(Span { from: week.from, to: week.to }),
            ..board::of(asked)
        };
        let answered = |week: &ResponseWeek| board::href(&TicketQuery { answered: true, ..opened(week) });
        let rows = answer.weeks.iter().rev().map(|week| {
            [
                Cell::new(&week.since),
                Cell::linked(week.opened, board::href(&opened(week))),
                Cell::linked(week.answered, answered(week)),
                hours(week.median_seconds),
                hours(week.p90_seconds),
                within(week),
            ]
        });
        let series = |name, seconds: fn(&ResponseWeek) -> Option<f64>| Series {
            unfinished: answer.weeks.iter().map(|week| week.answered < week.opened).collect(),
            hrefs: answer.weeks.iter().map(|week| (week.answered > 0).then(|| answered(week))).collect(),
            ..Series::hours(name, answer.weeks.iter().map(seconds))
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
            setting: Some(Setting {
                name: texts.response_set.to_owned(),
                value: (answer.target_seconds / 60).to_string(),
                options: TARGETS
                    .map(|minutes| (minutes.to_string(), texts.all.duration(f64::from(minutes) * 60.0)))
                    .into(),
            }),
            table: Table::new(columns, rows),
            drawing: Drawing {
                shape: Shape::Columns,
                labels: answer.weeks.iter().map(|week| week.since.clone()).collect(),
                series: vec![
                    series(texts.response_median, |week| week.median_seconds),
                    series(texts.response_ninth, |week| week.p90_seconds).line(),
                ],
                unit: Some(texts.hours_unit.to_owned()),
                ..Drawing::default()
            },
        })
    }
}
