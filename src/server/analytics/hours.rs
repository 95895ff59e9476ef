//! When reports come: by weekday and hour of the clock on the campus's wall.

use super::{
    backlog::as_number,
    calendar::{day, start},
    database::Snapshot,
    service::{Analysis, Asked, Parameter},
};
use crate::{
    domain::{
        category::Category,
        figure::{Cell, Drawing, Figure, Series, Shape, Table},
        ids::HistoryId,
        time::Timestamp,
    },
    texts::{analyses::AnalysisTexts, fill},
};
use sea_orm::{DbErr, FromQueryResult, QueryResult};
use serde::{Deserialize, Serialize};
use std::{fmt::Write as _, sync::LazyLock};
use utoipa::ToSchema;

/// A row a weekday and category of the period, each with a sum for every hour.
pub(crate) static CELLS: LazyLock<String> = LazyLock::new(|| {
    let mut sql = String::from("SELECT weekday, category");
    for hour in 0..24 {
        _ = write!(sql, ", CAST(sum(h{hour:02}) AS INTEGER) AS h{hour:02}");
    }
    sql.push_str(" FROM rollup_days WHERE day >= $1 AND day <= $2 GROUP BY weekday, category");
    sql
});

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

struct Row {
    weekday: i64,
    category: Category,
    hours: [i64; 24],
}

impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, DbErr> {
        let mut hours = [0; 24];
        for (at, hour) in hours.iter_mut().enumerate() {
            *hour = row.try_get_by_index(at + 2)?;
        }
        Ok(Self { weekday: row.try_get(pre, "weekday")?, category: row.try_get(pre, "category")?, hours })
    }
}

impl Analysis for HoursAnalysis {
    type Answer = Hours;

    const SLUG: &'static str = "hours";
    const SUMMARY: &'static str = "Count openings by weekday and hour (staff).";
    const DESCRIPTION: &'static str =
        "How many tickets of the days that the period touches were opened in each hour of the week.";
    const PARAMETERS: &'static [Parameter] = &[Parameter::Last, Parameter::Category];

    async fn answer(snapshot: &Snapshot, asked: &Asked) -> Result<Hours, DbErr> {
        let zone = snapshot.kept_zone;
        let first = day(asked.last.start(snapshot.now), zone);
        let last = day(snapshot.now, zone);
        let rows: Vec<Row> = snapshot.list(&CELLS, [first.to_string().into(), last.to_string().into()]).await?;
        let weekday = |at: u8| {
            let mut hours = vec![0; 24];
            for row in rows.iter().filter(|row| row.weekday == i64::from(at) && asked.counts(row.category)) {
                hours.iter_mut().zip(row.hours).for_each(|(sum, count)| *sum += count);
            }
            HoursDay { weekday: at + 1, hours }
        };
        Ok(Hours {
            last: asked.last.to_string(),
            from: start(first, zone),
            as_of: snapshot.now,
            through: snapshot.through,
            time_zone: zone.name().to_owned(),
            weekdays: (0..7).map(weekday).collect(),
        })
    }

    fn figure(answer: &Hours, _: &Asked, texts: &AnalysisTexts) -> Option<Figure> {
        let hour = |hour: usize| format!("{hour:02}");
        let columns = [texts.hours_weekday.to_owned()].into_iter().chain((0..24).map(hour));
        let rows = answer
            .weekdays
            .iter()
            .zip(texts.weekdays)
            .map(|(day, name)| [Cell::new(name)].into_iter().chain(day.hours.iter().map(Cell::new)).collect());
        let series = answer.weekdays.iter().zip(texts.weekdays).map(|(day, name)| Series {
            name: name.to_owned(),
            values: day.hours.iter().map(|count| Some(as_number(*count))).collect(),
            ..Series::default()
        });
        Some(Figure {
            notes: vec![fill(texts.zone, &[("zone", &answer.time_zone)])],
            table: Table { columns: columns.collect(), rows: rows.collect() },
            drawing: Drawing {
                shape: Shape::Heat,
                labels: (0..24).map(hour).collect(),
                rows: texts.weekdays.map(str::to_owned).into(),
                series: series.collect(),
                ..Drawing::default()
            },
        })
    }
}
