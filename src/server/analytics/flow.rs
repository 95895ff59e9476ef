//! How many tickets are opened and closed, day by day or week by week, and how many are left: are we keeping up?

use super::{
    board,
    database::Snapshot,
    service::{Analysis, Asked, Parameter},
    sums::Sums,
};
use crate::{
    domain::{
        figure::{Cell, Drawing, Figure, Series, Shape, Table},
        ids::HistoryId,
        query::{Span, TicketQuery},
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
        let zone = snapshot.contents.zone;
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
            through: snapshot.contents.through,
            time_zone: zone.name().to_owned(),
            step: if steps.weekly { "week" } else { "day" }.to_owned(),
            steps: found,
        })
    }

    fn figure(answer: &Flow, asked: &Asked, texts: &AnalysisTexts) -> Option<Figure> {
        let span = |step: &FlowStep| Some(Span { from: step.from, to: step.to });
        let opened =
            |step: &FlowStep| (step.opened, board::href(&TicketQuery { opened: span(step), ..board::of(asked) }));
        let closed =
            |step: &FlowStep| (step.closed, board::href(&TicketQuery { closed: span(step), ..board::of(asked) }));
        let left = |step: &FlowStep| {
            let then = step.to.min(Timestamp(answer.as_of.0 + 1));
            (step.left, board::href(&TicketQuery { left: Some(then), ..board::of(asked) }))
        };
        let cell = |(count, href)| Cell::linked(count, href);
        let rows = answer
            .steps
            .iter()
            .rev()
            .map(|step| [Cell::new(&step.since), cell(opened(step)), cell(closed(step)), cell(left(step))]);
        let since = if answer.step == "week" { texts.week } else { texts.day };
        Some(Figure {
            notes: vec![fill(texts.zone, &[("zone", &answer.time_zone)])],
            setting: None,
            table: Table::new([since, texts.opened, texts.closed, texts.flow_backlog], rows),
            drawing: Drawing {
                shape: Shape::Columns,
                labels: answer.steps.iter().map(|step| step.since.clone()).collect(),
                series: vec![
                    Series::counts(texts.opened, answer.steps.iter().map(opened)),
                    Series::counts(texts.closed, answer.steps.iter().map(closed)),
                    Series {
                        is_apart: true,
                        ..Series::counts(texts.flow_backlog, answer.steps.iter().map(left)).line()
                    },
                ],
                ..Drawing::default()
            },
        })
    }
}
