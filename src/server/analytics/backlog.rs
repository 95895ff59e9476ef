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
    server::store::rollups::HOUR_MS,
    texts::{analyses::AnalysisTexts, fill},
};
use sea_orm::{DbErr, FromQueryResult, Value};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;
use utoipa::ToSchema;

/// Parts that are counted at once: the same time before, and five ages.
const PARTS: usize = 6;

/// The parts' whole days and hours from what every write keeps, and the ends of less than an hour from the partial index on
/// the opening of tickets that are not closed: the cost goes with neither the tickets there ever were nor the backlog.
/// Its values are each part's [`Pieces`], in order.
pub(crate) static COUNT: LazyLock<String> = LazyLock::new(|| {
    let piece = |at: usize| {
        // No hours are kept of an end.
        let (part, hours) = (at / Pieces::HOURS.len(), Pieces::HOURS[at % Pieces::HOURS.len()]);
        format!("({part}, {hours}, ${}, ${})", 2 * at + 1, 2 * at + 2)
    };
    let pieces = (0..PARTS * Pieces::HOURS.len()).map(piece).collect::<Vec<_>>().join(", ");
    format!(
        "WITH piece (part, hours, since, until) AS (VALUES {pieces}) \
         SELECT part, category, CAST(sum(count) AS BIGINT) AS count FROM piece CROSS JOIN rollup_backlog AS sums \
         WHERE sums.hours = piece.hours AND sums.since >= piece.since AND sums.since < piece.until GROUP BY 1, 2 \
         UNION ALL SELECT part, category, count(*) FROM piece CROSS JOIN tickets \
         WHERE hours = 0 AND opened_at >= piece.since AND opened_at < piece.until AND status <> 'closed' GROUP BY 1, 2"
    )
});

/// Those of one place, from the index of that: what is not closed there is all that it reads.
pub(crate) const COUNT_OF_PLACE: &str = "\
    SELECT (opened_at < $3) + (opened_at < $4) + (opened_at < $5) + (opened_at < $6) + (opened_at < $7) AS part, \
    category, count(*) AS count FROM tickets \
    WHERE opened_at >= $1 AND opened_at < $2 AND status <> 'closed' AND place = $8 GROUP BY 1, 2";

const DAY: i64 = 24 * HOUR_MS;
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
    part: i64,
    category: Category,
    count: i64,
}

/// A time in milliseconds, its end not included.
type Time = (i64, i64);

/// A time in whole days, the whole hours at their ends, and what is left of it.
#[derive(Debug, PartialEq, Eq)]
struct Pieces {
    days: Time,
    hours: [Time; 2],
    rest: [Time; 2],
}

impl Pieces {
    /// How many hours are kept together of each, in order: one day, two times hours, two ends.
    const HOURS: [i64; 5] = [24, 1, 1, 0, 0];

    fn of(time: Time) -> Self {
        let (hours, rest) = whole(time, HOUR_MS);
        let (days, hours) = whole(hours, DAY);
        Self { days, hours, rest }
    }

    fn all(&self) -> [Time; 5] {
        let Self { days, hours: [before, after], rest: [begin, end] } = *self;
        [days, before, after, begin, end]
    }
}

/// What of a time is whole steps of that width from 1970 on, and what lies at its ends.
const fn whole((from, to): Time, width: i64) -> (Time, [Time; 2]) {
    let (first, last) = (from + (-from).rem_euclid(width), to - to.rem_euclid(width));
    if first < last { ((first, last), [(from, first), (last, to)]) } else { ((from, from), [(from, to), (to, to)]) }
}

impl Analysis for BacklogAnalysis {
    type Answer = Backlog;

    const SLUG: &'static str = "backlog";
    const SUMMARY: &'static str = "Count what was opened in a period and is not closed (staff).";
    const DESCRIPTION: &'static str = "Service 1: tickets opened in the last X hours or days, the beginning included, \
        that are open or active now; by category, by age, and beside the same time before.";
    const PARAMETERS: &'static [Parameter] = &[Parameter::Last, Parameter::Category, Parameter::Place];
    const LAST: Period = Period::DEFAULT;
    const IS_OF_THE_DAY: bool = false;

    async fn answer(snapshot: &Snapshot, asked: &Asked) -> Result<Backlog, DbErr> {
        let (now, from) = (snapshot.now, asked.last.start(snapshot.now));
        let start = asked.last.start(from);
        // Each part ends where the one before it begins, the youngest first; a ticket that is exactly a day old is a day old.
        let borders = AGES.map(|age| (now.0 - age + 1).max(from.0));
        let ends = [[now.0 + 1].as_slice(), &borders, &[from.0, start.0]].concat();
        let rows: Vec<Row> = if let Some(place) = &asked.place {
            let values = [start.0, now.0 + 1].into_iter().chain(borders).chain([from.0]).map(Value::from);
            snapshot.list(COUNT_OF_PLACE, values.chain([place.as_str().into()])).await?
        } else {
            let times = ends.windows(2).flat_map(|ends| Pieces::of((ends[1], ends[0])).all());
            snapshot.list(&COUNT, times.flat_map(|(since, until)| [since.into(), until.into()])).await?
        };
        let before = i64::try_from(AGES.len() + 1).unwrap_or(i64::MAX);
        let rows: Vec<Row> = rows.into_iter().filter(|row| asked.counts(row.category)).collect();
        let sum = |of: &dyn Fn(&&Row) -> bool| rows.iter().filter(of).map(|row| row.count).sum::<i64>();
        let inside = |row: &Row| row.part < before;
        Ok(Backlog {
            last: asked.last.to_string(),
            from,
            as_of: now,
            through: snapshot.contents.through,
            opened_not_closed: sum(&|row| inside(row)),
            categories: Category::ALL
                .into_iter()
                .filter(|category| asked.counts(*category))
                .map(|category| BacklogCategory {
                    category,
                    count: sum(&|row| inside(row) && row.category == category),
                })
                .collect(),
            ages: (0..)
                .zip(AGE_WORDS)
                .map(|(age, word)| BacklogAge { age: word.to_owned(), count: sum(&|row: &&Row| row.part == age) })
                .collect(),
            before: sum(&|row| row.part == before),
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
        let period = fill(texts.backlog_period, &[("period", &period)]);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the time, its pieces lie side by side, are whole where they say so, and are the time.
    #[test]
    fn r13_a_time_is_the_sum_of_its_pieces() {
        let mut state = 11_u64;
        let mut below = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from((state >> 33) % bound).unwrap()
        };
        for round in 0..2_000 {
            let from = below(1 << 31) * 20 - (1 << 34);
            let from = if round % 3 == 0 { from - from.rem_euclid(DAY) } else { from };
            let to = from + [below(HOUR_MS.unsigned_abs()), below(3 * DAY.unsigned_abs()), 4 * DAY][round % 3];
            let Pieces { days, hours, rest } = Pieces::of((from, to));
            let of = |(since, until): Time, width: i64| {
                assert!(since <= until && (since == until || (since % width, until % width) == (0, 0)));
                (since..until).step_by(usize::try_from(width).unwrap()).count()
            };
            let milliseconds: i64 = rest.iter().map(|(since, until)| until - since).sum();
            let whole = of(days, DAY) * 24 + hours.iter().map(|time| of(*time, HOUR_MS)).sum::<usize>();
            assert_eq!(i64::try_from(whole).unwrap() * HOUR_MS + milliseconds, to - from, "{from} {to}");
            assert!(rest.iter().all(|(since, until)| until - since < 2 * HOUR_MS));
            let mut all: Vec<Time> =
                Pieces { days, hours, rest }.all().into_iter().filter(|time| time.0 < time.1).collect();
            all.sort_unstable();
            assert!(all.windows(2).all(|times| times[0].1 == times[1].0), "{all:?}");
            assert!(all.iter().all(|(since, until)| from <= *since && *until <= to), "{all:?}");
        }
    }
}
