//! What a reporter may expect: how long tickets of a category took lately, and how many are ahead.

use super::{
    database::Snapshot,
    service::{Analysis, Asked, Parameter},
    sums::Sums,
};
use crate::{
    domain::{category::Category, figure::Figure, ids::HistoryId, period::Period, time::Timestamp},
    server::{calendar::day, durations::Spread, store::rollups::Took},
    texts::{analyses::AnalysisTexts, fill},
};
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A category's tickets that are not closed and came before, from an index alone.
pub(crate) const AHEAD: &str =
    "SELECT count(*) AS count FROM tickets WHERE status IN ('open', 'active') AND category = $1 AND id < $2";

/// Closed tickets from which on something is said.
const ENOUGH: i64 = 5;

pub(crate) struct ExpectationAnalysis;

/// How long tickets took that were closed lately.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Expectation {
    /// The period, as it was asked for: its days are counted whole.
    pub last: String,
    /// When this was true.
    pub as_of: Timestamp,
    /// The last row of the history that it includes.
    #[schema(value_type = i64)]
    pub through: HistoryId,
    /// Every category, or the one that was asked for.
    pub categories: Vec<ExpectationCategory>,
}

/// A category's tickets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExpectationCategory {
    /// Which.
    pub category: Category,
    /// Tickets of it that were closed in the period.
    pub closed: i64,
    /// Half of them were closed within so many seconds, to 0.4 % or 8 seconds; none under 5 closed tickets.
    #[schema(required = true)]
    pub median_seconds: Option<f64>,
    /// Tickets of it that are not closed and were opened before `ticket`; none unless that was asked.
    #[schema(required = true)]
    pub ahead: Option<i64>,
}

#[derive(FromQueryResult)]
struct Ahead {
    count: i64,
}

impl ExpectationCategory {
    /// That as a reporter reads it; none where it is not known.
    pub(super) fn sentence(&self, texts: &AnalysisTexts) -> Option<String> {
        let duration = texts.all.duration(self.median_seconds?);
        let reports = texts.reports_of(self.category);
        let half = fill(texts.expectation_half, &[("reports", &reports), ("duration", &duration), ("n", &self.closed)]);
        let ahead = match self.ahead {
            None => return Some(half),
            Some(0) => texts.expectation_first.to_owned(),
            Some(n) => texts.all.counted(n, texts.expectation_one, texts.expectation_other),
        };
        Some(format!("{half} {ahead}"))
    }
}

impl Analysis for ExpectationAnalysis {
    type Answer = Expectation;

    const SLUG: &'static str = "expectation";
    const SUMMARY: &'static str = "Read how long tickets took lately (anybody).";
    const DESCRIPTION: &'static str = "Within what time half of a category's tickets were closed that were closed in the \
        period, and how many that are not closed were opened before a ticket.";
    const PARAMETERS: &'static [Parameter] = &[Parameter::Last, Parameter::Category, Parameter::Ticket];
    const LAST: Period = Period::QUARTER;
    const IS_PUBLIC: bool = true;
    const IS_CARD: bool = false;

    async fn answer(snapshot: &Snapshot, asked: &Asked) -> Result<Expectation, DbErr> {
        let first = day(asked.last.start(snapshot.now), snapshot.contents.zone).to_string();
        let rows = Sums::of(snapshot, asked).await?.durations(Took::ResolutionByClosing, &first, asked).await?;
        let mut categories = Vec::with_capacity(Category::ALL.len());
        for category in Category::ALL.into_iter().filter(|category| asked.counts(*category)) {
            let mut took = Spread::default();
            rows.iter().filter(|row| row.category == category).for_each(|row| took.add_bytes(&row.durations));
            let ahead = match asked.ticket {
                Some(ticket) => snapshot.list::<Ahead>(AHEAD, [category.into(), ticket.0.into()]).await?,
                None => Vec::new(),
            };
            categories.push(ExpectationCategory {
                category,
                closed: took.count(),
                median_seconds: took.quantile(1, 2).filter(|_| took.count() >= ENOUGH),
                ahead: ahead.first().map(|row| row.count),
            });
        }
        Ok(Expectation {
            last: asked.last.to_string(),
            as_of: snapshot.now,
            through: snapshot.contents.through,
            categories,
        })
    }

    fn figure(_: &Expectation, _: &Asked, _: &AnalysisTexts) -> Option<Figure> {
        None
    }
}
