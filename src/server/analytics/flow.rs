//! How many tickets are opened and closed, day by day or week by week, and how many are left: are we keeping up?

use super::{
    backlog::as_number,
    board::Board,
    database::Snapshot,
    service::{Analysis, Asked, Parameter},
    sums::Sums,
};
use crate::{
    domain::{
        figure::{Cell, Drawing, Figure, Series, Shape, Table},
        ids::HistoryId,
        time::Timestamp,
    },
    server::calendar::{Steps, start},
    texts::{analyses::AnalysisTexts, fill},
};
use chrono::NaiveDate;
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

pub(crate) struct FlowAnalysis;

/// Tickets opened and closed on each day, or in each week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Flow {
    /// The period, as it was asked for: the days or weeks that it touches are counted whole.
    pub last: String,
    /// When this was true.
    pub as_of: Timestamp,
    /// The last row of the history that it includes.
    #[schema(value_type = i64)]
    pub through: HistoryId,
    /// The campus time zone, an IANA name.
    pub time_zone: String,
    /// `day` up to 35 days, `week` beyond.
    pub step: String,
    /// The oldest first.
    pub steps: Vec<FlowStep>,
}

/// A day or a week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FlowStep {
    /// Its first day, `YYYY-MM-DD`.
    pub since: String,
    /// When it begins, included.
    pub from: Timestamp,
    /// When it ends, not included.
    pub to: Timestamp,
    /// Tickets opened in it.
    pub opened: i64,
    /// Tickets closed in it, whenever they were opened.
    pub closed: i64,
    /// Tickets not closed at its end, or now.
    pub left: i64,
}

impl Analysis for FlowAnalysis {
    type Answer = Flow;

    const SLUG: &'static str = "flow";
    const SUMMARY: &'static str = "Count what was opened and closed by day or week (staff).";
    const DESCRIPTION: &'static str = "Openings and closings of the days, or weeks in a longer period, and how many \
        tickets were not closed at the end of each.";
    const PARAMETERS: &'static [Parameter] = &[Parameter::Last, Parameter::Category, Parameter::Place];

    async fn answer(snapshot: &Snapshot, asked: &Asked) -> Result<Flow, DbErr> {
        let zone = snapshot.kept_zone;
        let steps = Steps::of(asked.last, snapshot.now, zone);
        let source = Sums::of(snapshot, asked).await?;
        let mut sums = BTreeMap::<NaiveDate, (i64, i64)>::new();
        for row in source.days(&steps.first()).await?.into_iter().filter(|row| asked.counts(row.category)) {
            let Ok(day) = row.day.parse() else { continue };
            let sum = sums.entry(steps.of_day(day)).or_default();
            sum.0 += row.opened;
            sum.1 += row.closed;
        }
        let now = source.now().await?;
        let mut left: i64 = now.iter().filter(|row| asked.counts(row.category)).map(|row| row.open + row.active).sum();
        // A clock that was set back leaves days behind today's: nothing of them is left at today's end.
        for (_, (opened, closed)) in sums.iter().filter(|(day, _)| Some(*day) > steps.since.last()) {
            left -= opened - closed;
        }
        let mut found: Vec<FlowStep> = Vec::with_capacity(steps.since.len());
        for since in steps.since.iter().rev() {
            let (opened, closed) = sums.get(since).copied().unwrap_or_default();
            let (from, to) = (start(*since, zone), start(steps.end(*since), zone));
            found.push(FlowStep { since: since.to_string(), from, to, opened, closed, left });
            left -= opened - closed;
        }
        found.reverse();
        Ok(Flow {
            last: asked.last.to_string(),
            as_of: snapshot.now,
            through: snapshot.through,
            time_zone: zone.name().to_owned(),
            step: if steps.weekly { "week" } else { "day" }.to_owned(),
            steps: found,
        })
    }

    fn figure(answer: &Flow, asked: &Asked, texts: &AnalysisTexts) -> Option<Figure> {
        let base = || Board::of(asked);
        let opened = |step: &FlowStep| base().opened(step.from, step.to).href();
        let closed = |step: &FlowStep| base().closed(step.from, step.to).href();
        let left = |step: &FlowStep| base().left(step.to.min(Timestamp(answer.as_of.0 + 1))).href();
        let rows = answer.steps.iter().rev().map(|step| {
            vec![
                Cell::new(&step.since),
                Cell::linked(step.opened, opened(step)),
                Cell::linked(step.closed, closed(step)),
                Cell::linked(step.left, left(step)),
            ]
        });
        let values =
            |count: fn(&FlowStep) -> i64| answer.steps.iter().map(|step| Some(as_number(count(step)))).collect();
        let series = vec![
            Series {
                name: texts.opened.to_owned(),
                values: values(|step| step.opened),
                hrefs: answer.steps.iter().map(|step| (step.opened > 0).then(|| opened(step))).collect(),
                ..Series::default()
            },
            Series {
                name: texts.closed.to_owned(),
                values: values(|step| step.closed),
                hrefs: answer.steps.iter().map(|step| (step.closed > 0).then(|| closed(step))).collect(),
                ..Series::default()
            },
            Series {
                name: texts.flow_backlog.to_owned(),
                is_line: true,
                is_apart: true,
                values: values(|step| step.left),
                hrefs: answer.steps.iter().map(|step| (step.left > 0).then(|| left(step))).collect(),
                ..Series::default()
            },
        ];
        let since = if answer.step == "week" { texts.week } else { texts.day };
        Some(Figure {
            notes: vec![fill(texts.zone, &[("zone", &answer.time_zone)])],
            setting: None,
            table: Table {
                columns: [since, texts.opened, texts.closed, texts.flow_backlog].map(str::to_owned).into(),
                rows: rows.collect(),
            },
            drawing: Drawing {
                shape: Shape::Columns,
                labels: answer.steps.iter().map(|step| step.since.clone()).collect(),
                series,
                ..Drawing::default()
            },
        })
    }
}
