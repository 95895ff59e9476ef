//! Service 1 (R13): how many tickets were opened in the last X hours or days and are not closed now.

use super::{
    board,
    database::Snapshot,
    service::{Analysis, Asked, Parameter},
};
use crate::{
    domain::{
        category::Category,
        figure::{Cell, Drawing, Figure, Series, Shape, Table},
        ids::HistoryId,
        period::{Period, Unit},
        query::{Span, TicketQuery},
        time::Timestamp,
    },
    texts::{analyses::AnalysisTexts, fill},
};
use sea_orm::{DbErr, FromQueryResult, Value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The statement, with what else is asked of a ticket.
macro_rules! count {
    ($asked:literal) => {
        concat!(
            "SELECT category, opened_at >= $2 AS inside, \
             (opened_at <= $4) + (opened_at <= $5) + (opened_at <= $6) + (opened_at <= $7) AS age, count(*) AS count \
             FROM tickets WHERE opened_at >= $1 AND opened_at <= $3 AND status <> 'closed'",
            $asked,
            " GROUP BY 1, 2, 3"
        )
    };
}

/// Served by the partial index on the opening of tickets that are not closed: its cost goes with what it counts, not
/// with the tickets there ever were. The ages end 1, 3, 7 and 30 days before now.
pub(crate) const COUNT: &str = count!("");
/// The same of one place: it reads the same tickets, and looks where each is.
pub(crate) const COUNT_OF_PLACE: &str = count!(" AND +place = $8");

const DAY: i64 = 86_400_000;
/// Where one age ends and the next begins, in milliseconds.
const AGES: [i64; 4] = [DAY, 3 * DAY, 7 * DAY, 30 * DAY];
/// Their words in the API, the youngest first.
const AGE_WORDS: [&str; 5] = ["under-1d", "1d-3d", "3d-7d", "7d-30d", "30d-or-more"];

pub(crate) struct BacklogAnalysis;

/// Service 1: tickets opened in a period that are open or active now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Backlog {
    /// The period, as it was asked for.
    pub last: String,
    /// Where it begins, included.
    pub from: Timestamp,
    /// When this was true: the period's end.
    pub as_of: Timestamp,
    /// The last row of the history that it includes.
    #[schema(value_type = i64)]
    pub through: HistoryId,
    /// How many.
    pub opened_not_closed: i64,
    /// How many of each category.
    pub categories: Vec<BacklogCategory>,
    /// How many by how long ago they were opened, the youngest first.
    pub ages: Vec<BacklogAge>,
    /// How many were opened in the same time before the period, and are not closed now.
    pub before: i64,
}

/// A category's part of service 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BacklogCategory {
    /// Which.
    pub category: Category,
    /// How many of its tickets.
    pub count: i64,
}

/// The part of service 1 that is as old as that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BacklogAge {
    /// `under-1d`, `1d-3d`, `3d-7d`, `7d-30d`, `30d-or-more`.
    pub age: String,
    /// How many.
    pub count: i64,
}

#[derive(FromQueryResult)]
struct Row {
    category: Category,
    inside: bool,
    age: i64,
    count: i64,
}

impl Analysis for BacklogAnalysis {
    type Answer = Backlog;

    const SLUG: &'static str = "backlog";
    const SUMMARY: &'static str = "Count what was opened in a period and is not closed (staff).";
    const DESCRIPTION: &'static str = "Service 1: tickets opened in the last X hours or days, the beginning included, \
        that are open or active now; by category, by age, and beside the same time before.";
    const PARAMETERS: &'static [Parameter] = &[Parameter::Last, Parameter::Category, Parameter::Place];
    const LAST: Period = Period::DEFAULT;

    async fn answer(snapshot: &Snapshot, asked: &Asked) -> Result<Backlog, DbErr> {
        let (now, from) = (snapshot.now, asked.last.start(snapshot.now));
        let start = asked.last.start(from);
        let [one, three, seven, thirty] = AGES.map(|age| now.0 - age);
        let borders = [start.0, from.0, now.0, one, three, seven, thirty];
        let mut values: Vec<Value> = borders.map(Into::into).into();
        let sql = if let Some(place) = &asked.place {
            values.push(place.as_str().into());
            COUNT_OF_PLACE
        } else {
            COUNT
        };
        let rows: Vec<Row> = snapshot.list(sql, values).await?;
        let rows: Vec<Row> = rows.into_iter().filter(|row| asked.counts(row.category)).collect();
        let sum = |of: &dyn Fn(&&Row) -> bool| rows.iter().filter(of).map(|row| row.count).sum::<i64>();
        Ok(Backlog {
            last: asked.last.to_string(),
            from,
            as_of: now,
            through: snapshot.through,
            opened_not_closed: sum(&|row| row.inside),
            categories: Category::ALL
                .into_iter()
                .filter(|category| asked.counts(*category))
                .map(|category| BacklogCategory { category, count: sum(&|row| row.inside && row.category == category) })
                .collect(),
            ages: (0..)
                .zip(AGE_WORDS)
                .map(|(age, word)| BacklogAge {
                    age: word.to_owned(),
                    count: sum(&|row: &&Row| row.inside && row.age == age),
                })
                .collect(),
            before: sum(&|row| !row.inside),
        })
    }

    fn figure(answer: &Backlog, asked: &Asked, texts: &AnalysisTexts) -> Option<Figure> {
        let Backlog { from, as_of, opened_not_closed, categories, ages, before, .. } = answer;
        let list = |span, category: Option<Category>| {
            let of = board::of(asked);
            let categories = category.map_or(of.categories, |category| vec![category]);
            board::href(&TicketQuery { statuses: board::not_closed(), opened: Some(span), categories, ..of })
        };
        let whole = Span::until(*from, *as_of);
        let n = i64::from(asked.last.count());
        let period = match asked.last.unit() {
            Unit::Hours => texts.all.counted(n, texts.all.hours_one, texts.all.hours_other),
            Unit::Days => texts.all.counted(n, texts.all.days_one, texts.all.days_other),
        };
        let period = format!("{} {period}", texts.all.analytics_last);
        let mut rows = vec![[Cell::new(&period), Cell::linked(*opened_not_closed, list(whole, None))]];
        rows.extend(categories.iter().map(|part| {
            let name = texts.all.category(part.category);
            [Cell::new(name), Cell::linked(part.count, list(whole, Some(part.category)))]
        }));
        // An age is at most as old as the period.
        let border = |age: i64| Timestamp((as_of.0 - age + 1).max(from.0));
        let borders: Vec<Timestamp> = [whole.to].into_iter().chain(AGES.map(border)).chain([*from]).collect();
        for ((part, words), ends) in ages.iter().zip(texts.ages).zip(borders.windows(2)) {
            let name = fill(texts.backlog_age, &[("age", &words)]);
            let span = Span { from: ends[1], to: ends[0] };
            rows.push([Cell::new(name), Cell::linked(part.count, list(span, None))]);
        }
        let series = categories.iter().map(|part| {
            let name = texts.all.category(part.category);
            Series::counts(name, [(part.count, list(whole, Some(part.category)))])
        });
        Some(Figure {
            notes: vec![fill(texts.backlog_before, &[("n", before)])],
            setting: None,
            table: Table::new([texts.backlog_group, texts.not_yet_closed], rows),
            drawing: Drawing {
                shape: Shape::Bars,
                labels: vec![period],
                series: series.collect(),
                is_stacked: true,
                ..Drawing::default()
            },
        })
    }
}
