//! Lists of tickets, paged by key: each page costs a page, wherever in the list it is.

use super::{
    Store, cursor,
    error::StoreError,
    sqlite::search::{Order, Search, Where},
    tickets,
};
use crate::{
    domain::{
        category::Category,
        ids::TicketId,
        query::{Sort, Span, TicketQuery},
        role::Role,
        status::Status,
        ticket::{Counts, Ticket, TicketPage, was_closed_lately},
        time::Timestamp,
    },
    error::{AppError, Field, FieldProblem},
    server::{
        calendar::hours_within,
        entity::{rollup_category, ticket},
    },
};
use chrono_tz::Tz;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Order as Direction, PaginatorTrait, QueryFilter,
    QueryOrder, QueryTrait, Select, Statement, Value,
    sea_query::{Expr, ExprTrait, SelectStatement, UnionType},
};

/// The names of the lists in cursors: a cursor leads on in its own list only.
const NEWEST: &str = "newest";
const OLDEST: &str = "oldest";
const ACTIVITY: &str = "activity";
const AFFECTED: &str = "affected";
const RANKED: &str = "ranked";

/// The condition of a ticket that is not closed for waiting.
pub(super) const UNANSWERED: &str = "last_message_role IS DISTINCT FROM 'staff'";

impl Store {
    /// A page of tickets. A requester never gets a closed one (R3), whatever is asked for.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for an `after` that is no cursor of the same list.
    pub async fn list_tickets(&self, role: Role, query: &TicketQuery) -> Result<TicketPage, AppError> {
        Ok(self.select_page(role, query).await?)
    }

    /// Those of these tickets that the role may see, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_tickets_by_ids(&self, role: Role, ids: &[TicketId]) -> Result<Vec<Ticket>, AppError> {
        let rows = ticket::Entity::find()
            .filter(ticket::COLUMN.id.is_in(ids.iter().map(|id| id.0)))
            .order_by_desc(ticket::Column::Id)
            .all(&self.readers)
            .await
            .map_err(StoreError::from)?;
        let visible = rows.into_iter().filter(|row| role.may_see(row.status));
        Ok(visible.map(|row| tickets::shown(row, role)).collect::<Result<_, _>>()?)
    }

    /// When those of these tickets were closed that were lately, the last one first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_closed_lately(&self, ids: &[TicketId]) -> Result<Vec<(TicketId, Timestamp)>, AppError> {
        let now = self.now();
        let rows = ticket::Entity::find()
            .filter(ticket::COLUMN.id.is_in(ids.iter().map(|id| id.0)))
            .all(&self.readers)
            .await
            .map_err(StoreError::from)?;
        let closed = rows.into_iter().filter_map(|row| Some((TicketId(row.id), Timestamp(row.closed_at?))));
        let mut closed: Vec<_> = closed.filter(|(_, at)| was_closed_lately(*at, now)).collect();
        closed.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
        Ok(closed)
    }

    /// How many tickets each view of the board holds.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_views(&self) -> Result<Counts, AppError> {
        Ok(self.select_counts().await?)
    }

    /// How many tickets a list holds that is a time's, a place's or some categories'; none for any other: views are counted,
    /// and what is searched for is not.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_tickets(&self, role: Role, query: &TicketQuery) -> Result<Option<i64>, AppError> {
        Ok(self.select_count(&List::new(role, query, self.zone()), query).await?)
    }

    async fn select_count(&self, list: &List, query: &TicketQuery) -> Result<Option<i64>, StoreError> {
        if query.search.is_some() {
            return Ok(None);
        }
        if list.is_narrow {
            let count = if list.statuses.is_empty() { 0 } else { list.narrow_part().count(&self.readers).await? };
            return Ok(Some(i64::try_from(count).unwrap_or(i64::MAX)));
        }
        if list.categories.is_empty() || list.waiting || list.doubtful {
            return Ok(None);
        }
        let rows = rollup_category::Entity::find().all(&self.readers).await?;
        let of = |row: &rollup_category::Model, status: &Status| match status {
            Status::Open => row.open,
            Status::Active => row.active,
            Status::Closed => row.closed,
        };
        let asked = rows.iter().filter(|row| list.categories.contains(&row.category));
        Ok(Some(asked.map(|row| list.statuses.iter().map(|status| of(row, status)).sum::<i64>()).sum()))
    }

    async fn select_page(&self, role: Role, query: &TicketQuery) -> Result<TicketPage, StoreError> {
        let after = query.after.as_deref();
        let list = List::new(role, query, self.zone());
        let limit = usize::from(query.limit);
        let Some(text) = &query.search else {
            let sort = query.sort.unwrap_or(Sort::Newest);
            let after = After::from(sort, after)?;
            let Some(select) = list.select(sort, after, limit as u64 + 1) else { return Ok(empty()) };
            let rows = self.readers.query_all(&select).await?;
            let rows = rows.iter().map(|row| ticket::Model::from_query_result(row, "")).collect::<Result<_, _>>()?;
            return page(rows, role, limit, |last| last.map_or(after, |last| After::behind(sort, last)).write());
        };
        // The ticket of that number leads the list, whatever its order: it stands on the first page and takes a place there.
        let first = if after.is_none() { self.select_numbered(&list, text).await? } else { None };
        let limit = limit.saturating_sub(usize::from(first.is_some()));
        let mut found = match query.sort {
            None => self.select_ranked(role, &list, text, after, limit).await?,
            Some(sort) => {
                let after = After::from(sort, after)?;
                let Some(search) = self.search(role, &list, text).await? else { return Ok(empty()) };
                let by_id = |order, id| search.by_id(&self.readers, Where::Anywhere, order, id, limit + 1);
                let rows = match after {
                    After::Newest(id) => by_id(Order::Newest, id).await?,
                    After::Oldest(id) => by_id(Order::Oldest, id).await?,
                    After::Activity(at, id) => search.by(&self.readers, "modified_at", [at, id], limit + 1).await?,
                    After::Affected(most, id) => search.by(&self.readers, "affected", [most, id], limit + 1).await?,
                };
                page(rows, role, limit, |last| last.map_or(after, |last| After::behind(sort, last)).write())?
            }
        };
        if let Some(first) = first {
            found.tickets.insert(0, tickets::shown(first, role)?);
        }
        Ok(found)
    }

    /// The ticket whose number is all that is searched for, if the list holds it.
    async fn select_numbered(&self, list: &List, text: &str) -> Result<Option<ticket::Model>, StoreError> {
        let Some(id) = number(text) else { return Ok(None) };
        Ok(tickets::find_row(&self.readers, id).await?.filter(|row| list.holds(row)))
    }

    /// The best matches first: those whose own words are the ones searched for, then those in whose conversation they
    /// stand, in each the newest first.
    async fn select_ranked(
        &self,
        role: Role,
        list: &List,
        text: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<TicketPage, StoreError> {
        let (rank, mut id) = match after.map(|after| cursor::read(RANKED, after)).transpose()? {
            None => (0, i64::MAX),
            Some([rank @ 0..=1, id]) => (rank, id),
            Some(_) => return Err(Field::After.problem(FieldProblem::NotACursor).into()),
        };
        let Some(search) = self.search(role, list, text).await? else { return Ok(empty()) };
        let mut rows = Vec::new();
        if rank == 0 {
            rows = search.by_id(&self.readers, Where::Ticket, Order::Newest, id, limit + 1).await?;
            id = i64::MAX;
        }
        let own = rows.len();
        if own <= limit {
            let rest = limit + 1 - own;
            rows.extend(search.by_id(&self.readers, Where::Conversation, Order::Newest, id, rest).await?);
        }
        let rank = i64::from(own < limit || rank == 1);
        page(rows, role, limit, |last| cursor::write(RANKED, last.map_or([0, i64::MAX], |last| [rank, last.id])))
    }

    async fn search(&self, role: Role, list: &List, text: &str) -> Result<Option<Search>, StoreError> {
        if list.statuses.is_empty() {
            return Ok(None);
        }
        // The ticket of that number leads the first page: its words find it nowhere else.
        Search::new(&self.readers, role, text, list.clone(), number(text)).await
    }

    async fn select_counts(&self) -> Result<Counts, StoreError> {
        #[derive(FromQueryResult)]
        struct Row {
            open: i64,
            active: i64,
            closed: i64,
            waiting: i64,
            doubtful: i64,
        }
        let sql = "SELECT CAST(coalesce(sum(open), 0) AS BIGINT) AS open, \
             CAST(coalesce(sum(active), 0) AS BIGINT) AS active, \
             CAST(coalesce(sum(closed), 0) AS BIGINT) AS closed, \
             CAST(coalesce(sum(waiting), 0) AS BIGINT) AS waiting, \
             CAST(coalesce(sum(doubtful), 0) AS BIGINT) AS doubtful FROM rollup_categories";
        let statement = Statement::from_string(self.readers.get_database_backend(), sql);
        let row = Row::find_by_statement(statement).one(&self.readers).await?;
        Ok(row.map_or(Counts::default(), |Row { open, active, closed, waiting, doubtful }| Counts {
            open,
            active,
            waiting,
            doubtful,
            closed,
        }))
    }
}

/// Which tickets, once the asker's role is taken into account.
#[expect(clippy::struct_excessive_bools, reason = "each is a filter of its own")]
#[derive(Clone, Debug)]
pub(super) struct List {
    pub(super) statuses: Vec<Status>,
    /// None means all.
    pub(super) categories: Vec<Category>,
    pub(super) waiting: bool,
    pub(super) doubtful: bool,
    /// Whether it is a time's tickets or a place's.
    is_narrow: bool,
    /// One time or the hours in it; none means any.
    opened: Option<Vec<Span>>,
    closed: Option<Span>,
    left: Option<Timestamp>,
    returned: bool,
    answered: bool,
    place: Option<String>,
}

impl List {
    fn new(role: Role, query: &TicketQuery, zone: Tz) -> Self {
        let asked = |status: &Status| query.statuses.is_empty() || query.statuses.contains(status);
        let waits = |status: &Status| !(query.waiting || query.doubtful) || *status != Status::Closed;
        let statuses = Status::ALL.into_iter().filter(|status| asked(status) && role.may_see(*status) && waits(status));
        let categories: Vec<_> =
            Category::ALL.into_iter().filter(|category| query.categories.contains(category)).collect();
        let categories = if categories.len() == Category::ALL.len() { Vec::new() } else { categories };
        Self {
            statuses: statuses.collect(),
            categories,
            waiting: query.waiting,
            doubtful: query.doubtful,
            is_narrow: query.is_narrow(),
            opened: query.opened.map(|span| match query.hour {
                Some(hour) => hours_within(span, hour, zone),
                None => vec![span],
            }),
            closed: query.closed,
            left: query.left,
            returned: query.returned,
            answered: query.answered,
            place: query.place.clone(),
        }
    }

    /// Whether a ticket is in the list.
    fn holds(&self, row: &ticket::Model) -> bool {
        self.statuses.contains(&row.status)
            && (self.categories.is_empty() || self.categories.contains(&row.category))
            && (!self.waiting || row.status.waits(row.last_message_role))
            && (row.doubtful || !self.doubtful)
            && self.opened.as_ref().is_none_or(|spans| spans.iter().any(|span| span.holds(Timestamp(row.opened_at))))
            && self
                .left
                .is_none_or(|then| row.opened_at < then.0 && row.closed_at.is_none_or(|closed_at| closed_at >= then.0))
            && (row.returned || !self.returned)
            && (row.first_response_at.is_some() || !self.answered)
            && self.closed.is_none_or(|span| row.closed_at.is_some_and(|at| span.holds(Timestamp(at))))
            && self.place.as_ref().is_none_or(|place| row.place.as_ref() == Some(place))
    }

    /// The query of a page, none when there is nothing to ask for. It is a merge of parts, each of which an index holds in
    /// the order of the list: whatever the filters, no more is read than is shown.
    fn select(&self, sort: Sort, after: After, limit: u64) -> Option<SelectStatement> {
        if self.statuses.is_empty() {
            return None;
        }
        let parts = match sort {
            // From the index of that, whatever else is asked.
            _ if self.is_narrow => vec![self.narrow_part()],
            Sort::Newest | Sort::Oldest if self.doubtful => vec![self.doubtful_part()],
            Sort::Newest | Sort::Oldest if self.waiting => self.waiting_parts(),
            Sort::Newest | Sort::Oldest => self.parts(),
            Sort::Activity | Sort::Affected => self.status_parts(),
        };
        let mut parts = parts.into_iter().map(|part| after.apply(part).into_query());
        let mut select = parts.next()?;
        for part in parts {
            select.union(UnionType::All, part);
        }
        match sort {
            Sort::Newest => select.order_by("id", Direction::Desc),
            Sort::Oldest => select.order_by("id", Direction::Asc),
            Sort::Activity => select.order_by("modified_at", Direction::Desc).order_by("id", Direction::Desc),
            Sort::Affected => select.order_by("affected", Direction::Desc).order_by("id", Direction::Desc),
        };
        Some(select.limit(limit).take())
    }

    /// The tickets of a time or a place. All of them are read, and put in order: a chart's column has no more than a chart can
    /// show.
    fn narrow_part(&self) -> Select<ticket::Entity> {
        let mut values = Vec::new();
        let conditions = self.narrow_conditions(true, &mut values).join(" AND ");
        let mut part = ticket::Entity::find().filter(Expr::cust_with_values(conditions, values));
        // A plus keeps a column from being looked for in its own index.
        if self.statuses.len() < Status::ALL.len() {
            part = part.filter(Expr::cust(one_of("+status", self.statuses.iter().map(|status| status.slug()))));
            if !self.statuses.contains(&Status::Closed) {
                // The condition of the indexes of what is not closed, word for word.
                part = part.filter(Expr::cust("status <> 'closed'"));
            }
        }
        if !self.categories.is_empty() {
            part = part.filter(Expr::cust(one_of("+category", self.categories.iter().map(|category| category.slug()))));
        }
        let part = self.only_waiting(part);
        if self.doubtful { part.filter(Expr::cust("+doubtful")) } else { part }
    }

    /// What a time, a place and the like ask of a ticket, with their values at `?`. Where it `leads`, the first of them is looked
    /// for in an index.
    pub(super) fn narrow_conditions(&self, leads: bool, values: &mut Vec<Value>) -> Vec<String> {
        let (mut conditions, mut plus) = (Vec::new(), if leads { "" } else { "+" });
        if let Some(place) = &self.place {
            conditions.push(format!("{plus}tickets.place = ?"));
            values.push(place.clone().into());
            plus = "+";
        }
        if let Some(Span { from, to }) = self.closed {
            conditions.push(format!("{plus}tickets.closed_at >= ? AND {plus}tickets.closed_at < ?"));
            values.extend([from.0.into(), to.0.into()]);
            plus = "+";
        }
        if let Some(spans) = &self.opened {
            let one = format!("({plus}tickets.opened_at >= ? AND {plus}tickets.opened_at < ?)");
            let any = if spans.is_empty() { "0".to_owned() } else { vec![one; spans.len()].join(" OR ") };
            conditions.push(format!("({any})"));
            values.extend(spans.iter().flat_map(|Span { from, to }| [from.0.into(), to.0.into()]));
        }
        if let Some(then) = self.left {
            conditions.push(
                "tickets.id IN (SELECT id FROM tickets WHERE status <> 'closed' \
                 UNION ALL SELECT id FROM tickets WHERE closed_at >= ?) AND +tickets.opened_at < ?"
                    .to_owned(),
            );
            values.extend([then.0.into(), then.0.into()]);
        }
        if self.returned {
            conditions.push("+tickets.returned".to_owned());
        }
        if self.answered {
            conditions.push("+tickets.first_response_at IS NOT NULL".to_owned());
        }
        conditions
    }

    /// By status, and by category where it is asked for: each in the order of ids.
    fn parts(&self) -> Vec<Select<ticket::Entity>> {
        let all = ticket::Entity::find();
        if self.statuses.len() == Status::ALL.len() && self.categories.is_empty() {
            return vec![all];
        }
        let by_status = self.statuses.iter().map(|status| all.clone().filter(ticket::COLUMN.status.eq(*status)));
        if self.categories.is_empty() {
            return by_status.collect();
        }
        by_status
            .flat_map(|part| {
                self.categories.iter().map(move |category| part.clone().filter(ticket::COLUMN.category.eq(*category)))
            })
            .collect()
    }

    /// By status and by who has the last word, nobody yet among them: each in the order of ids.
    fn waiting_parts(&self) -> Vec<Select<ticket::Entity>> {
        let unanswered =
            [ticket::COLUMN.last_message_role.is_null(), ticket::COLUMN.last_message_role.eq(Role::Requester)];
        self.statuses
            .iter()
            .flat_map(|status| {
                unanswered.clone().map(|unanswered| {
                    // The second condition is the one of the index, word for word.
                    let part = ticket::Entity::find()
                        .filter(ticket::COLUMN.status.eq(*status))
                        .filter(Expr::cust("status <> 'closed'"))
                        .filter(unanswered);
                    self.in_categories(part)
                })
            })
            .collect()
    }

    /// Those to check, in the order of ids.
    fn doubtful_part(&self) -> Select<ticket::Entity> {
        // The condition is the one of the index, word for word.
        let mut part = ticket::Entity::find().filter(Expr::cust("doubtful AND status <> 'closed'"));
        if self.statuses.len() == 1 {
            part = part.filter(ticket::COLUMN.status.is_in(self.statuses.iter().copied()));
        }
        self.in_categories(self.only_waiting(part))
    }

    fn only_waiting(&self, part: Select<ticket::Entity>) -> Select<ticket::Entity> {
        if self.waiting { part.filter(Expr::cust(UNANSWERED)) } else { part }
    }

    /// By status: each in the order of activity, or of the people affected.
    fn status_parts(&self) -> Vec<Select<ticket::Entity>> {
        let parts = self.statuses.iter().map(|status| {
            let part = self.in_categories(ticket::Entity::find().filter(ticket::COLUMN.status.eq(*status)));
            let part = self.only_waiting(part);
            if self.doubtful { part.filter(Expr::cust("doubtful")) } else { part }
        });
        parts.collect()
    }

    fn in_categories(&self, part: Select<ticket::Entity>) -> Select<ticket::Entity> {
        if self.categories.is_empty() {
            return part;
        }
        part.filter(ticket::COLUMN.category.is_in(self.categories.iter().copied()))
    }
}

/// A column's words as SQL has them; they are none that a person wrote.
fn one_of(column: &str, words: impl Iterator<Item = &'static str>) -> String {
    let words: Vec<String> = words.map(|word| format!("'{word}'")).collect();
    format!("{column} IN ({})", words.join(", "))
}

/// The last row of the page before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Newest(i64),
    Oldest(i64),
    Activity(i64, i64),
    Affected(i64, i64),
}

impl After {
    /// Where the first page starts.
    const fn first(sort: Sort) -> Self {
        match sort {
            Sort::Newest => Self::Newest(i64::MAX),
            Sort::Oldest => Self::Oldest(0),
            Sort::Activity => Self::Activity(i64::MAX, i64::MAX),
            Sort::Affected => Self::Affected(i64::MAX, i64::MAX),
        }
    }

    const fn behind(sort: Sort, row: &ticket::Model) -> Self {
        match sort {
            Sort::Newest => Self::Newest(row.id),
            Sort::Oldest => Self::Oldest(row.id),
            Sort::Activity => Self::Activity(row.modified_at, row.id),
            Sort::Affected => Self::Affected(row.affected, row.id),
        }
    }

    /// Where a page starts: behind that cursor, or with the first row.
    fn from(sort: Sort, cursor: Option<&str>) -> Result<Self, AppError> {
        let Some(cursor) = cursor else { return Ok(Self::first(sort)) };
        match sort {
            Sort::Newest => cursor::read(NEWEST, cursor).map(|[id]| Self::Newest(id)),
            Sort::Oldest => cursor::read(OLDEST, cursor).map(|[id]| Self::Oldest(id)),
            Sort::Activity => cursor::read(ACTIVITY, cursor).map(|[at, id]| Self::Activity(at, id)),
            Sort::Affected => cursor::read(AFFECTED, cursor).map(|[most, id]| Self::Affected(most, id)),
        }
    }

    fn write(self) -> String {
        match self {
            Self::Newest(id) => cursor::write(NEWEST, [id]),
            Self::Oldest(id) => cursor::write(OLDEST, [id]),
            Self::Activity(at, id) => cursor::write(ACTIVITY, [at, id]),
            Self::Affected(most, id) => cursor::write(AFFECTED, [most, id]),
        }
    }

    fn apply(self, part: Select<ticket::Entity>) -> Select<ticket::Entity> {
        match self {
            Self::Newest(id) => part.filter(ticket::COLUMN.id.lt(id)),
            Self::Oldest(id) => part.filter(ticket::COLUMN.id.gt(id)),
            Self::Activity(at, id) => part.filter(below(ticket::Column::ModifiedAt, at, id)),
            Self::Affected(most, id) => part.filter(below(ticket::Column::Affected, most, id)),
        }
    }
}

/// Behind that value and id, in falling order of both.
fn below(column: ticket::Column, value: i64, id: i64) -> Expr {
    Expr::tuple([Expr::col(column), Expr::col(ticket::Column::Id)])
        .lt(Expr::tuple([Expr::value(value), Expr::value(id)]))
}

/// The ticket's number that a search is, and nothing else: `9998` or `#9998`.
fn number(text: &str) -> Option<TicketId> {
    let text = text.trim();
    let digits = text.strip_prefix('#').unwrap_or(text);
    // A sign is no part of it.
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok().map(TicketId) } else { None }
}

fn empty() -> TicketPage {
    TicketPage { tickets: Vec::new(), next: None }
}

/// The page of these rows, of which one more than `limit` were asked for. The cursor is that behind its last row, or the one
/// with which it began where there is no room for any.
fn page(
    mut rows: Vec<ticket::Model>,
    role: Role,
    limit: usize,
    cursor: impl FnOnce(Option<&ticket::Model>) -> String,
) -> Result<TicketPage, StoreError> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = more.then(|| cursor(rows.last()));
    Ok(TicketPage { tickets: rows.into_iter().map(|row| tickets::shown(row, role)).collect::<Result<_, _>>()?, next })
}
