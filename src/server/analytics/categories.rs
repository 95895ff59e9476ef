//! Service 3 (R15): how many active tickets each category has.

use super::database::AnalyticsDatabase;
use crate::domain::{
    analytics::{Categories, CategoryActive},
    category::Category,
    time::Timestamp,
};
use sea_orm::{DbErr, FromQueryResult};

/// Read from the counts that every change of a ticket keeps: three rows, however many tickets there are.
pub(crate) const ACTIVE: &str = "SELECT category, active FROM rollup_categories";

#[derive(FromQueryResult)]
struct Row {
    category: String,
    active: i64,
}

/// Every category, those without an active ticket too.
pub async fn active(database: &AnalyticsDatabase, now: Timestamp) -> Result<Categories, DbErr> {
    let rows: Vec<Row> = database.list(ACTIVE, []).await?;
    let active =
        |category: Category| rows.iter().find(|row| row.category == category.slug()).map_or(0, |row| row.active);
    let categories = Category::ALL.map(|category| CategoryActive { category, active: active(category) }).into();
    Ok(Categories { as_of: now, categories })
}
