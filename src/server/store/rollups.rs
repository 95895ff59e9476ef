//! The sums that the analyses read: kept by every write, and counted anew when the campus changes its time zone.

use super::{batch::Batch, error::StoreError, put_setting};
use crate::{
    domain::{category::Category, role::Role, status::Status, time::Timestamp},
    server::{
        calendar::monday,
        durations::Durations,
        entity::{
            rollup_backlog, rollup_category, rollup_correction, rollup_duration, rollup_month, rollup_place, setting,
            ticket,
        },
    },
};
use chrono::{DateTime, Datelike, NaiveDate, Timelike};
use chrono_tz::Tz;
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Statement, Value,
    sea_query::{Expr, OnConflict},
};
use std::{collections::HashMap, fmt::Write as _};

/// Rows of the ticket table read at a time by [`by_scan`].
const SCAN_ROWS: u64 = 20_000;

/// What the sums need to know of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub place: Option<String>,
    pub category: Category,
    pub status: Status,
    pub waits: bool,
    pub doubts: bool,
    /// What the machine had decided, where staff decided since.
    pub machine: Option<Category>,
    pub opened_at: i64,
    pub first_response_at: Option<i64>,
    pub closed_at: Option<i64>,
    pub returned: bool,
}

impl From<&ticket::Model> for Share {
    fn from(row: &ticket::Model) -> Self {
        Self {
            place: row.place.clone(),
            category: row.category,
            status: row.status,
            waits: row.status.waits(row.last_message_role),
            doubts: row.doubtful && row.status != Status::Closed,
            machine: row.machine_category,
            opened_at: row.opened_at,
            first_response_at: row.first_response_at,
            closed_at: row.closed_at,
            returned: row.returned,
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

/// Openings and closings of one category on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct DaySum {
    pub opened: i64,
    pub closed: i64,
    /// The openings by the hour of the clock on the wall.
    pub hours: [i64; 24],
}

/// The tickets of one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PlaceSum {
    pub opened: i64,
    pub not_closed: i64,
    pub returned: i64,
}

/// What took so long, and by what it is grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Took {
    /// From opening to closing, by the month of opening.
    ResolutionByOpening,
    /// From opening to closing, by the day of closing.
    ResolutionByClosing,
    /// From opening to the first answer, by the week of opening.
    ResponseByOpening,
}

impl Took {
    /// The word it is kept under.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Self::ResolutionByOpening => "resolution-by-opening",
            Self::ResolutionByClosing => "resolution-by-closing",
            Self::ResponseByOpening => "response-by-opening",
        }
    }

    /// What is kept under that word.
    #[cfg(test)]
    pub(crate) fn from_slug(slug: &str) -> Option<Self> {
        [Self::ResolutionByOpening, Self::ResolutionByClosing, Self::ResponseByOpening]
            .into_iter()
            .find(|took| took.slug() == slug)
    }
}

/// The times by whose tickets the backlog is kept, in hours from midnight UTC on: a sum takes whole days and, at its ends,
/// hours.
pub(crate) const BACKLOG_HOURS: [i64; 2] = [1, 24];
/// Milliseconds in an hour.
pub(crate) const HOUR_MS: i64 = 3_600_000;

/// All roll-ups, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rollups {
    pub months: HashMap<(String, Category), MonthSum>,
    pub days: HashMap<(NaiveDate, Category), DaySum>,
    pub durations: HashMap<(Took, String, Category), Durations>,
    pub places: HashMap<String, PlaceSum>,
    pub categories: HashMap<Category, CategorySum>,
    /// Tickets that are not closed: by how many hours are counted together, when they begin in milliseconds, and category.
    pub backlog: HashMap<(i64, i64, Category), i64>,
    /// By month, the machine's category and the staff's.
    pub corrections: HashMap<(String, Category, Category), i64>,
}

impl Rollups {
    /// Adds a ticket's share, or takes it away with `sign` −1.
    pub(crate) fn add(&mut self, share: &Share, zone: Tz, sign: i64) {
        let Share { category, opened_at, closed_at, .. } = *share;
        let (opened, closed) = (local(opened_at, zone), closed_at.map(|at| local(at, zone)));
        let resolution_ms = closed_at.map(|closed_at| closed_at - opened_at);
        let opening_month = month(opened.date_naive());
        if let Some(machine) = share.machine {
            *self.corrections.entry((opening_month.clone(), machine, category)).or_default() += sign;
        }
        if let Some(took) = resolution_ms {
            self.took(Took::ResolutionByOpening, opening_month.clone(), category, took, sign);
        }
        if let Some(answered_at) = share.first_response_at {
            let week = monday(opened.date_naive()).to_string();
            self.took(Took::ResponseByOpening, week, category, answered_at - opened_at, sign);
        }
        let month = self.months.entry((opening_month, category)).or_default();
        month.opened += sign;
        month.closed += sign * i64::from(resolution_ms.is_some());
        month.resolution_ms += sign * resolution_ms.unwrap_or(0);
        let day = self.days.entry((opened.date_naive(), category)).or_default();
        day.opened += sign;
        if let Some(hour) = day.hours.get_mut(opened.hour() as usize) {
            *hour += sign;
        }
        if let (Some(closed), Some(took)) = (closed, resolution_ms) {
            self.days.entry((closed.date_naive(), category)).or_default().closed += sign;
            self.took(Took::ResolutionByClosing, closed.date_naive().to_string(), category, took, sign);
        }
        if let Some(place) = &share.place {
            let place = self.places.entry(place.clone()).or_default();
            place.opened += sign;
            place.not_closed += sign * i64::from(share.status != Status::Closed);
            place.returned += sign * i64::from(share.returned);
        }
        if share.status != Status::Closed {
            for hours in BACKLOG_HOURS {
                let since = opened_at - opened_at.rem_euclid(hours * HOUR_MS);
                *self.backlog.entry((hours, since, category)).or_default() += sign;
            }
        }
        let sum = self.categories.entry(category).or_default();
        *match share.status {
            Status::Open => &mut sum.open,
            Status::Active => &mut sum.active,
            Status::Closed => &mut sum.closed,
        } += sign;
        sum.waiting += sign * i64::from(share.waits);
        sum.doubtful += sign * i64::from(share.doubts);
    }

    fn took(&mut self, what: Took, since: String, category: Category, millis: i64, sign: i64) {
        self.durations.entry((what, since, category)).or_default().add(millis, sign);
    }

    /// What changes when a ticket's share does.
    pub(crate) fn change(before: Option<&Share>, after: &Share, zone: Tz) -> Self {
        let mut change = Self::default();
        if before == Some(after) {
            return change;
        }
        if let Some(before) = before {
            change.add(before, zone, -1);
        }
        change.add(after, zone, 1);
        change
    }

    /// Adds these sums to those in the database. Sums that do not change cost nothing.
    pub(crate) async fn write(self, tx: &DatabaseTransaction, batch: &mut Batch) -> Result<(), StoreError> {
        let backend = tx.get_database_backend();
        for ((month, category), sum) in self.months.into_iter().filter(|(_, sum)| *sum != MonthSum::default()) {
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
        for ((day, category), sum) in self.days.into_iter().filter(|(_, sum)| *sum != DaySum::default()) {
            batch.add(sum.statement(day, category, tx));
        }
        for ((what, since, category), mut durations) in self.durations {
            if durations.is_empty() {
                continue;
            }
            // A histogram is not a number that the database could add to.
            let key = (what.slug().to_owned(), since.clone(), category);
            if let Some(kept) = rollup_duration::Entity::find_by_id(key).one(tx).await? {
                durations.add_bytes(&kept.durations);
            }
            let row = rollup_duration::ActiveModel {
                what: Set(what.slug().to_owned()),
                since: Set(since),
                category: Set(category),
                durations: Set(durations.to_bytes()),
            };
            let mut replaced = OnConflict::columns([
                rollup_duration::Column::What,
                rollup_duration::Column::Since,
                rollup_duration::Column::Category,
            ]);
            replaced.update_column(rollup_duration::Column::Durations);
            batch.add(rollup_duration::Entity::insert(row).on_conflict(replaced).build(backend));
        }
        for (place, sum) in self.places.into_iter().filter(|(_, sum)| *sum != PlaceSum::default()) {
            let row = rollup_place::ActiveModel {
                place: Set(place),
                opened: Set(sum.opened),
                not_closed: Set(sum.not_closed),
                returned: Set(sum.returned),
            };
            let mut added = OnConflict::column(rollup_place::Column::Place);
            added.values(["opened", "not_closed", "returned"].map(|column| (column, sum_of("rollup_places", column))));
            batch.add(rollup_place::Entity::insert(row).on_conflict(added).build(backend));
        }
        for ((hours, since, category), count) in self.backlog.into_iter().filter(|(_, count)| *count != 0) {
            let row = rollup_backlog::ActiveModel {
                hours: Set(hours),
                since: Set(since),
                category: Set(category),
                count: Set(count),
            };
            let mut added = OnConflict::columns([
                rollup_backlog::Column::Hours,
                rollup_backlog::Column::Since,
                rollup_backlog::Column::Category,
            ]);
            added.value(rollup_backlog::Column::Count, sum_of("rollup_backlog", "count"));
            batch.add(rollup_backlog::Entity::insert(row).on_conflict(added).build(backend));
        }
        for ((month, machine, category), count) in self.corrections.into_iter().filter(|(_, count)| *count != 0) {
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
        for (category, sum) in self.categories.into_iter().filter(|(_, sum)| *sum != CategorySum::default()) {
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
        Ok(())
    }
}

impl DaySum {
    /// Adds this to the row of its day. A single ticket touches two columns at most; whatever touches more names them all, so
    /// that there are few different statements.
    fn statement(self, day: NaiveDate, category: Category, tx: &DatabaseTransaction) -> Statement {
        let hours = self.hours.iter().enumerate().map(|(hour, count)| (format!("h{hour:02}"), *count));
        let sums = [("opened".to_owned(), self.opened), ("closed".to_owned(), self.closed)].into_iter().chain(hours);
        let touched: Vec<(String, i64)> = sums.clone().filter(|(_, count)| *count != 0).collect();
        let all = if touched.len() > 2 { sums.collect() } else { touched };
        let (mut names, mut given, mut added) = (String::new(), String::new(), String::new());
        let mut values: Vec<Value> =
            vec![day.to_string().into(), category.into(), day.weekday().num_days_from_monday().into()];
        for (name, count) in all {
            let comma = if added.is_empty() { "" } else { ", " };
            _ = write!(names, ", {name}");
            given.push_str(", ?");
            _ = write!(added, "{comma}{name} = rollup_days.{name} + excluded.{name}");
            values.push(count.into());
        }
        let sql = format!(
            "INSERT INTO rollup_days (day, category, weekday{names}) VALUES (?, ?, ?{given}) \
             ON CONFLICT (day, category) DO UPDATE SET {added}"
        );
        Statement::from_sql_and_values(tx.get_database_backend(), sql, values)
    }
}

/// The month of a moment in a time zone, as `YYYY-MM`.
#[cfg(test)]
pub(crate) fn month_of(at: Timestamp, zone: Tz) -> String {
    month(local(at.0, zone).date_naive())
}

fn local(at: i64, zone: Tz) -> DateTime<Tz> {
    Timestamp(at).to_chrono().with_timezone(&zone)
}

fn month(day: NaiveDate) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
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
                ticket::Column::Place,
                ticket::Column::Category,
                ticket::Column::Status,
                ticket::Column::LastMessageRole,
                ticket::Column::Doubtful,
                ticket::Column::MachineCategory,
                ticket::Column::OpenedAt,
                ticket::Column::FirstResponseAt,
                ticket::Column::ClosedAt,
                ticket::Column::Returned,
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
                place: row.place,
                category: row.category,
                status: row.status,
                waits: row.status.waits(row.last_message_role),
                doubts: row.doubtful && row.status != Status::Closed,
                machine: row.machine_category,
                opened_at: row.opened_at,
                first_response_at: row.first_response_at,
                closed_at: row.closed_at,
                returned: row.returned,
            };
            rollups.add(&share, zone, 1);
        }
    }
}

/// Replaces all roll-ups by what the tickets say.
pub(crate) async fn rebuild(tx: &DatabaseTransaction, zone: Tz) -> Result<(), StoreError> {
    let rollups = rollups_by_scan(tx, zone).await?;
    rollup_month::Entity::delete_many().exec(tx).await?;
    rollup_category::Entity::delete_many().exec(tx).await?;
    rollup_correction::Entity::delete_many().exec(tx).await?;
    rollup_backlog::Entity::delete_many().exec(tx).await?;
    rollup_duration::Entity::delete_many().exec(tx).await?;
    rollup_place::Entity::delete_many().exec(tx).await?;
    tx.execute_unprepared("DELETE FROM rollup_days").await?;
    let mut batch = Batch::default();
    rollups.write(tx, &mut batch).await?;
    batch.write(tx).await?;
    let again = setting::Entity::find_by_id(setting::RECOUNTS).one(tx).await?;
    let times = again.and_then(|setting| setting.value.parse::<i64>().ok()).unwrap_or(0) + 1;
    put_setting(tx, setting::RECOUNTS, times.to_string()).await
}

#[derive(FromQueryResult)]
struct Scanned {
    id: i64,
    place: Option<String>,
    category: Category,
    status: Status,
    last_message_role: Option<Role>,
    doubtful: bool,
    machine_category: Option<Category>,
    opened_at: i64,
    first_response_at: Option<i64>,
    closed_at: Option<i64>,
    returned: bool,
}

fn sum_of(table: &'static str, column: &'static str) -> Expr {
    Expr::cust(format!("{table}.{column} + excluded.{column}"))
}
