//! Service 3 (R15): how many active tickets each category has, and how many open ones.

use super::{
    backlog::as_number,
    board::Board,
    database::Snapshot,
    service::{Analysis, Asked},
    sums::Sums,
};
use crate::{
    domain::{
        category::Category,
        figure::{Cell, Drawing, Figure, Series, Shape, Table},
        ids::HistoryId,
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
        Ok(CategoryCounts { as_of: snapshot.now, through: snapshot.through, categories })
    }

    fn figure(answer: &CategoryCounts, asked: &Asked, texts: &AnalysisTexts) -> Option<Figure> {
        let href = |status: Status, category| Board::of(asked).statuses(status.slug()).category(Some(category)).href();
        let rows = answer.categories.iter().map(|row| {
            vec![
                Cell::new(texts.all.category(row.category)),
                Cell::linked(row.active, href(Status::Active, row.category)),
                Cell::linked(row.open, href(Status::Open, row.category)),
            ]
        });
        let series = |name: &str, status: Status, count: fn(&CategoryActive) -> i64| Series {
            name: name.to_owned(),
            values: answer.categories.iter().map(|row| Some(as_number(count(row)))).collect(),
            hrefs: answer.categories.iter().map(|row| (count(row) > 0).then(|| href(status, row.category))).collect(),
            ..Series::default()
        };
        Some(Figure {
            notes: Vec::new(),
            setting: None,
            table: Table {
                columns: [texts.all.column_category, texts.categories_active, texts.categories_open]
                    .map(str::to_owned)
                    .into(),
                rows: rows.collect(),
            },
            drawing: Drawing {
                shape: Shape::Bars,
                labels: answer.categories.iter().map(|row| texts.all.category(row.category).to_owned()).collect(),
                series: vec![
                    series(texts.categories_active, Status::Active, |row| row.active),
                    series(texts.categories_open, Status::Open, |row| row.open),
                ],
                ..Drawing::default()
            },
        })
    }
}
