//! When reports come: by weekday and hour of the clock on the campus's wall.

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
        query::{Span, TicketQuery, WeekHour},
        time::Timestamp,
    },
    server::calendar::{day, start},
    texts::{analyses::AnalysisTexts, fill},
};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) struct HoursAnalysis;

/// Tickets opened in each hour of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hours {
    /// The period, as it was asked for: the days that it touches are counted whole.
    pub last: String,
    /// When the first of those days begins.
    pub from: Timestamp,
    /// When this was true.
    pub as_of: Timestamp,
    /// The last row of the history that it includes.
    #[schema(value_type = i64)]
    pub through: HistoryId,
    /// The campus time zone, an IANA name.
    pub time_zone: String,
    /// Monday first.
    pub weekdays: Vec<HoursDay>,
}

/// A weekday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HoursDay {
    /// 1 for Monday to 7 for Sunday, as ISO 8601 counts.
    pub weekday: u8,
    /// 24 counts, from midnight on.
    pub hours: Vec<i64>,
}

impl Analysis for HoursAnalysis {
    type Answer = Hours;

    const SLUG: &'static str = "hours";
    const SUMMARY: &'static str = "Count openings by weekday and hour (staff).";
    const DESCRIPTION: &'static str =
        "How many tickets of the days that the period touches were opened in each hour of the week.";
    const PARAMETERS: &'static [Parameter] = &[Parameter::Last, Parameter::Category, Parameter::Place];

    async fn answer(snapshot: &Snapshot, asked: &Asked) -> Result<Hours, DbErr> {
        let zone = snapshot.contents.zone;
        let first = day(asked.last.start(snapshot.now), zone);
        let last = day(snapshot.now, zone);
        let sums = Sums::of(snapshot, asked).await?;
        let rows = sums.hours(&first.to_string(), &last.to_string()).await?;
        let weekday = |at: u8| {
            let mut hours = vec![0; 24];
            for row in rows.iter().filter(|row| row.weekday == u32::from(at) && asked.counts(row.category)) {
                hours.iter_mut().zip(row.hours).for_each(|(sum, count)| *sum += count);
            }
            HoursDay { weekday: at + 1, hours }
        };
        Ok(Hours {
            last: asked.last.to_string(),
            from: start(first, zone),
            as_of: snapshot.now,
            through: snapshot.contents.through,
            time_zone: zone.name().to_owned(),
            weekdays: (0..7).map(weekday).collect(),
        })
    }

    fn figure(answer: &Hours, asked: &Asked, texts: &AnalysisTexts) -> Option<Figure> {
        let counts = |day: &HoursDay| -> Vec<(i64, String)> {
            let list = |hour| {
                let (opened, hour) = (Span::until(answer.from, answer.as_of), WeekHour { weekday: day.weekday, hour });
                board::href(&TicketQuery { opened: Some(opened), hour: Some(hour), ..board::of(asked) })
            };
            (0..).zip(&day.hours).map(|(hour, count)| (*count, list(hour))).collect()
        };
        let hours = || (0..24).map(|hour| format!("{hour:02}"));
        let days = || answer.weekdays.iter().zip(texts.all.weekdays());
        let row = |(day, name)| {
            let cells = counts(day).into_iter().map(|(count, href)| Cell::linked(count, href));
            [Cell::new(name)].into_iter().chain(cells).collect()
        };
        let columns = [texts.hours_weekday.to_owned()].into_iter().chain(hours()).collect();
        Some(Figure {
            notes: vec![fill(texts.zone, &[("zone", &answer.time_zone)])],
            setting: None,
            table: Table { columns, rows: days().map(row).collect() },
            drawing: Drawing {
                shape: Shape::Heat,
                labels: hours().collect(),
                rows: texts.all.weekdays().map(str::to_owned).collect(),
                series: days().map(|(day, name)| Series::counts(name, counts(day))).collect(),
                ..Drawing::default()
            },
        })
    }
}
