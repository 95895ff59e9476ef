//! Service 3 (R15): how many active tickets each category has, and how many open ones.

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
        query::TicketQuery,
        status::Status,
        time::Timestamp,
    },
    texts::analyses::AnalysisTexts,
};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) struct CategoriesAnalysis;

/// Service 3: active tickets by category, all three, zeros too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CategoryCounts {
    /// When this was true.
    pub as_of: Timestamp,
    /// The last row of the history that it includes.
    #[schema(value_type = i64)]
    pub through: HistoryId,
    /// Facility management first.
    pub categories: Vec<CategoryActive>,
}

/// One category of service 3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CategoryActive {
    /// Which.
    pub category: Category,
    /// How many of its tickets are active.
    pub active: i64,
    /// How many are open: nobody has picked them up.
    pub open: i64,
}

impl Analysis for CategoriesAnalysis {
    type Answer = CategoryCounts;

    const SLUG: &'static str = "categories";
    const SUMMARY: &'static str = "Count the active and open tickets of each category (staff).";
    const DESCRIPTION: &'static str = "Service 3: all three categories, zeros too.";

    async fn answer(snapshot: &Snapshot, asked: &Asked) -> Result<CategoryCounts, DbErr> {
        let rows = Sums::of(snapshot, asked).await?.now().await?;
        let categories = Category::ALL
            .into_iter()
            .filter(|category| asked.counts(*category))
            .map(|category| {
                let row = rows.iter().find(|row| row.category == category);
                CategoryActive {
                    category,
                    active: row.map_or(0, |row| row.active),
                    open: row.map_or(0, |row| row.open),
                }
            })
            .collect();
        Ok(CategoryCounts { as_of: snapshot.now, through: snapshot.contents.through, categories })
    }

    fn figure(answer: &CategoryCounts, asked: &Asked, texts: &AnalysisTexts) -> Option<Figure> {
        let list = |status, category| {
            board::href(&TicketQuery { statuses: vec![status], categories: vec![category], ..board::of(asked) })
        };
        let (active, open) = (
            |row: &CategoryActive| (row.active, list(Status::Active, row.category)),
            |row: &CategoryActive| (row.open, list(Status::Open, row.category)),
        );
        let names = || answer.categories.iter().map(|row| texts.all.category(row.category));
        let rows = answer.categories.iter().zip(names()).map(|(row, name)| {
            let ((active, actives), (open, opens)) = (active(row), open(row));
            [Cell::new(name), Cell::linked(active, actives), Cell::linked(open, opens)]
        });
        Some(Figure {
            table: Table::new([texts.all.column_category, texts.categories_active, texts.categories_open], rows),
            drawing: Drawing {
                shape: Shape::Bars,
                labels: names().map(str::to_owned).collect(),
                series: vec![
                    Series::counts(texts.categories_active, answer.categories.iter().map(active)),
                    Series::counts(texts.categories_open, answer.categories.iter().map(open)),
                ],
                ..Drawing::default()
            },
            ..Figure::default()
        })
    }
}
