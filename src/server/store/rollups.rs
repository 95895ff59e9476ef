//! The sums that the analyses read: kept by every write, and counted anew when the campus changes its time zone.

use super::{batch::Batch, error::StoreError};
use crate::{
    domain::{category::Category, role::Role, status::Status, time::Timestamp},
    server::entity::{rollup_category, rollup_correction, rollup_month, ticket},
};
use chrono::Datelike;
use chrono_tz::Tz;
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Expr, OnConflict},
};
use std::collections::HashMap;

/// Rows of the ticket table read at a time by [`by_scan`].
const SCAN_ROWS: u64 = 20_000;

/// What the sums need to know of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub category: Category,
    pub status: Status,
    pub waits: bool,
    pub doubts: bool,
    /// What the machine had decided, where staff decided since.
    pub machine: Option<Category>,
    pub opened_at: i64,
    pub closed_at: Option<i64>,
}

impl From<&ticket::Model> for Share {
    fn from(row: &ticket::Model) -> Self {
        Self {
            category: row.category,
            status: row.status,
            waits: row.status.waits(row.last_message_role),
            doubts: row.doubtful && row.status != Status::Closed,
            machine: row.machine_category,
            opened_at: row.opened_at,
            closed_at: row.closed_at,
        }
    }
}

/// Sums over the tickets of one category opened in one month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MonthSum {
    /// Tickets.
    pub opened: i64,
    /// Those of them that are closed.
    pub closed: i64,
    /// Closing − opening over those.
    pub resolution_ms: i64,
}

/// Tickets of one category by status, how many of them wait for the helpdesk, and how many to have their category checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CategorySum {
    pub open: i64,
    pub active: i64,
    pub closed: i64,
    pub waiting: i64,
    pub doubtful: i64,
}

/// All roll-ups, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rollups {
    pub months: HashMap<(String, Category), MonthSum>,
    pub categories: HashMap<Category, CategorySum>,
    /// By month, the machine's category and the staff's.
    pub corrections: HashMap<(String, Category, Category), i64>,
}

impl Rollups {
    /// Adds a ticket's share, or takes it away with `sign` −1.
    pub(crate) fn add(&mut self, share: Share, zone: Tz, sign: i64) {
        let resolution_ms = share.closed_at.map(|closed_at| closed_at - share.opened_at);
        let opened = month_of(Timestamp(share.opened_at), zone);
        if let Some(machine) = share.machine {
            *self.corrections.entry((opened.clone(), machine, share.category)).or_default() += sign;
        }
        let month = self.months.entry((opened, share.category)).or_default();
        month.opened += sign;
        month.closed += sign * i64::from(resolution_ms.is_some());
        month.resolution_ms += sign * resolution_ms.unwrap_or(0);
        let category = self.categories.entry(share.category).or_default();
        *match share.status {
            Status::Open => &mut category.open,
            Status::Active => &mut category.active,
            Status::Closed => &mut category.closed,
        } += sign;
        category.waiting += sign * i64::from(share.waits);
        category.doubtful += sign * i64::from(share.doubts);
    }

    /// What changes when a ticket's share does.
    pub(crate) fn change(before: Option<Share>, after: Share, zone: Tz) -> Self {
        let mut change = Self::default();
        if let Some(before) = before {
            change.add(before, zone, -1);
        }
        change.add(after, zone, 1);
        change
    }

    /// Adds these sums to those in the database. Sums that do not change cost nothing.
    pub(crate) fn write(self, backend: DbBackend, batch: &mut Batch) {
        for ((month, category), sum) in self.months {
            if sum == MonthSum::default() {
                continue;
            }
            let row = rollup_month::ActiveModel {
                month: Set(month),
                category: Set(category),
                opened: Set(sum.opened),
                closed: Set(sum.closed),
                resolution_ms: Set(sum.resolution_ms),
            };
            let mut added = OnConflict::columns([rollup_month::Column::Month, rollup_month::Column::Category]);
            added.values(["opened", "closed", "resolution_ms"].map(|column| (column, sum_of("rollup_months", column))));
            batch.add(rollup_month::Entity::insert(row).on_conflict(added).build(backend));
        }
        for ((month, machine, category), count) in self.corrections {
            if count == 0 {
                continue;
            }
            let row = rollup_correction::ActiveModel {
                month: Set(month),
                machine: Set(machine),
                category: Set(category),
                count: Set(count),
            };
            let mut added = OnConflict::columns([
                rollup_correction::Column::Month,
                rollup_correction::Column::Machine,
                rollup_correction::Column::Category,
            ]);
            added.value(rollup_correction::Column::Count, sum_of("rollup_corrections", "count"));
            batch.add(rollup_correction::Entity::insert(row).on_conflict(added).build(backend));
        }
        for (category, sum) in self.categories {
            if sum == CategorySum::default() {
                continue;
            }
            let row = rollup_category::ActiveModel {
                category: Set(category),
                open: Set(sum.open),
                active: Set(sum.active),
                closed: Set(sum.closed),
                waiting: Set(sum.waiting),
                doubtful: Set(sum.doubtful),
            };
            let mut added = OnConflict::column(rollup_category::Column::Category);
            added.values(
                ["open", "active", "closed", "waiting", "doubtful"]
                    .map(|column| (column, sum_of("rollup_categories", column))),
            );
            batch.add(rollup_category::Entity::insert(row).on_conflict(added).build(backend));
        }
    }
}

/// The month of a moment in a time zone, as `YYYY-MM`.
pub(crate) fn month_of(at: Timestamp, zone: Tz) -> String {
    let there = at.to_chrono().with_timezone(&zone);
    format!("{:04}-{:02}", there.year(), there.month())
}

/// All roll-ups counted from the tickets themselves.
pub(crate) async fn rollups_by_scan<C: ConnectionTrait>(db: &C, zone: Tz) -> Result<Rollups, StoreError> {
    let mut rollups = Rollups::default();
    let mut last = 0;
    loop {
        let rows = ticket::Entity::find()
            .select_only()
            .columns([
                ticket::Column::Id,
                ticket::Column::Category,
                ticket::Column::Status,
                ticket::Column::LastMessageRole,
                ticket::Column::Doubtful,
                ticket::Column::MachineCategory,
                ticket::Column::OpenedAt,
                ticket::Column::ClosedAt,
            ])
            .filter(ticket::COLUMN.id.gt(last))
            .order_by_asc(ticket::Column::Id)
            .limit(SCAN_ROWS)
            .into_model::<Scanned>()
            .all(db)
            .await?;
        let Some(end) = rows.last() else { return Ok(rollups) };
        last = end.id;
        for row in rows {
            let share = Share {
                category: row.category,
                status: row.status,
                waits: row.status.waits(row.last_message_role),
                doubts: row.doubtful && row.status != Status::Closed,
                machine: row.machine_category,
                opened_at: row.opened_at,
                closed_at: row.closed_at,
            };
            rollups.add(share, zone, 1);
        }
    }
}

/// Replaces all roll-ups by what the tickets say.
pub(crate) async fn rebuild(tx: &DatabaseTransaction, zone: Tz) -> Result<(), StoreError> {
    let rollups = rollups_by_scan(tx, zone).await?;
    rollup_month::Entity::delete_many().exec(tx).await?;
    rollup_category::Entity::delete_many().exec(tx).await?;
    rollup_correction::Entity::delete_many().exec(tx).await?;
    let mut batch = Batch::default();
    rollups.write(tx.get_database_backend(), &mut batch);
    batch.write(tx).await
}

#[derive(FromQueryResult)]
struct Scanned {
    id: i64,
    category: Category,
    status: Status,
    last_message_role: Option<Role>,
    doubtful: bool,
    machine_category: Option<Category>,
    opened_at: i64,
    closed_at: Option<i64>,
}

fn sum_of(table: &'static str, column: &'static str) -> Expr {
    Expr::cust(format!("{table}.{column} + excluded.{column}"))
}
