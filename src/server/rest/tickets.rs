//! `/api/v1/tickets`: listed, opened, read, edited, moved, and put into another category.

use super::{
    PREFIX,
    asking::{Asker, IdempotencyKey, QueryPairs, TicketPath},
    json::{Json, Members, wrong_type},
    problem::{Conflict, Problem, StaffOnly},
};
use crate::{
    domain::{
        category::Category,
        ids::TicketId,
        query::{Sort, TicketQuery},
        status::Status,
        ticket::{Edit, NewTicket, Ticket, TicketPage},
    },
    error::{AppError, Field, FieldProblem},
    server::store::Store,
};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

/// List tickets.
///
/// Without `status`, every status that the asker may see; a requester never sees a closed ticket, whatever the query
/// says. Unknown parameters are passed over.
#[utoipa::path(
    get,
    path = "/tickets",
    tag = "tickets",
    params(
        Asker,
        ListParams,
    ),
    responses(
        (status = 200, description = "A page of tickets.", body = TicketPage),
        QueryPairs,
        Asker,
        Problem,
    ),
)]
pub async fn list_tickets(
    State(store): State<Store>,
    Asker(role): Asker,
    query: QueryPairs,
) -> Result<Json<TicketPage>, Problem> {
    let query = TicketQuery::from_pairs(query.iter())?;
    Ok(Json(store.list_tickets(role, &query).await?))
}

/// Open a ticket.
///
/// It is open, and its category is assigned from the description, whatever else the body says. Sent again under the same
/// idempotency key, it answers with the same ticket as it now is.
#[utoipa::path(
    post,
    path = "/tickets",
    tag = "tickets",
    params(Asker, IdempotencyKey),
    request_body = NewTicketBody,
    responses(
        (
            status = 201,
            description = "The ticket.",
            body = Ticket,
            headers(("Location" = String, description = "The ticket's address.")),
        ),
        Conflict,
        Asker,
        Json<NewTicketBody>,
        Problem,
    ),
)]
pub async fn open_ticket(
    State(store): State<Store>,
    Asker(role): Asker,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<NewTicketBody>,
) -> Result<impl IntoResponse, Problem> {
    let ticket = store.open_ticket(role, &body.check()?, key.as_deref()).await?;
    let location = [(header::LOCATION, format!("{PREFIX}/tickets/{}", ticket.id))];
    Ok((StatusCode::CREATED, location, Json(ticket)))
}

/// Read a ticket.
#[utoipa::path(
    get,
    path = "/tickets/{id}",
    tag = "tickets",
    params(Asker, TicketPath),
    responses((status = 200, description = "The ticket.", body = Ticket), Asker, TicketPath, Problem),
)]
pub async fn get_ticket(
    State(store): State<Store>,
    Asker(role): Asker,
    TicketPath(id): TicketPath,
) -> Result<Json<Ticket>, Problem> {
    Ok(Json(store.get_ticket(role, id).await?))
}

/// Change what a ticket says.
///
/// `version` is the one that the writer saw: nobody overwrites what they have not seen. What is left out stays.
#[utoipa::path(
    patch,
    path = "/tickets/{id}",
    tag = "tickets",
    params(Asker, TicketPath),
    request_body = EditBody,
    responses(
        (status = 200, description = "The ticket as it now is.", body = Ticket),
        Conflict,
        Asker,
        TicketPath,
        Json<EditBody>,
        Problem,
    ),
)]
pub async fn edit_ticket(
    State(store): State<Store>,
    Asker(role): Asker,
    TicketPath(id): TicketPath,
    Json(body): Json<EditBody>,
) -> Result<Json<Ticket>, Problem> {
    Ok(Json(store.edit_ticket(role, id, &body.check()?).await?))
}

/// Move a ticket (staff).
///
/// From `open` to `active` and from `active` to `closed`; there is no other move.
#[utoipa::path(
    put,
    path = "/tickets/{id}/status",
    tag = "tickets",
    params(Asker, TicketPath),
    request_body = StatusBody,
    responses(
        (status = 200, description = "The ticket as it now is.", body = Ticket),
        StaffOnly,
        Conflict,
        Asker,
        TicketPath,
        Json<StatusBody>,
        Problem,
    ),
)]
pub async fn move_ticket(
    State(store): State<Store>,
    Asker(role): Asker,
    TicketPath(id): TicketPath,
    Json(body): Json<StatusBody>,
) -> Result<Json<Ticket>, Problem> {
    Ok(Json(store.move_ticket(role, id, body.to()?, body.version).await?))
}

/// Correct a ticket's category (staff).
///
/// A corrected category is never changed by the machine. Setting the one that it has is no change.
#[utoipa::path(
    put,
    path = "/tickets/{id}/category",
    tag = "tickets",
    params(Asker, TicketPath),
    request_body = CategoryBody,
    responses(
        (status = 200, description = "The ticket as it now is.", body = Ticket),
        StaffOnly,
        Conflict,
        Asker,
        TicketPath,
        Json<CategoryBody>,
        Problem,
    ),
)]
pub async fn correct_category(
    State(store): State<Store>,
    Asker(role): Asker,
    TicketPath(id): TicketPath,
    Json(body): Json<CategoryBody>,
) -> Result<Json<Ticket>, Problem> {
    Ok(Json(store.correct_category(role, id, body.category()?, body.version).await?))
}

/// Merge a duplicate into another ticket (staff).
///
/// The duplicate is closed; its conversation, its photos and everybody affected are read and counted with the other.
#[utoipa::path(
    put,
    path = "/tickets/{id}/merged_into",
    tag = "tickets",
    params(Asker, TicketPath),
    request_body = MergeBody,
    responses(
        (status = 200, description = "The duplicate as it now is.", body = Ticket),
        StaffOnly,
        Conflict,
        Asker,
        TicketPath,
        Json<MergeBody>,
        Problem,
    ),
)]
pub async fn merge(
    State(store): State<Store>,
    Asker(role): Asker,
    TicketPath(id): TicketPath,
    Json(body): Json<MergeBody>,
) -> Result<Json<Ticket>, Problem> {
    Ok(Json(store.merge(role, id, required(body.into, Field::Into)?, body.version).await?))
}

/// Part a duplicate from what it was merged into (staff).
///
/// For ten minutes after it was merged, while the other was not merged itself. The duplicate stands where it stood.
#[utoipa::path(
    delete,
    path = "/tickets/{id}/merged_into",
    tag = "tickets",
    params(Asker, TicketPath),
    responses(
        (status = 200, description = "The ticket as it now is.", body = Ticket),
        StaffOnly,
        Conflict,
        Asker,
        TicketPath,
        Problem,
    ),
)]
pub async fn part(
    State(store): State<Store>,
    Asker(role): Asker,
    TicketPath(id): TicketPath,
) -> Result<Json<Ticket>, Problem> {
    Ok(Json(store.part(role, id).await?))
}

/// The parameters that [`TicketQuery::from_pairs`] reads.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "says in the document what the query is read from")]
struct ListParams {
    /// Only these statuses, separated by commas.
    #[param(style = Form, explode = false)]
    status: Option<Vec<Status>>,
    /// Only these categories, separated by commas.
    #[param(style = Form, explode = false)]
    category: Option<Vec<Category>>,
    /// Only tickets whose description, place or messages have all of these words, or words that begin so. A number alone,
    /// with `#` or without, also finds the ticket of that number, first.
    #[param(max_length = 200)]
    q: Option<String>,
    /// The order: the newest first unless said; in a search, the best match first.
    sort: Option<Sort>,
    /// `1`: only open and active tickets whose last message is not the helpdesk's.
    #[param(pattern = "^1$")]
    waiting: Option<String>,
    /// `1`: only open and active tickets whose category the machine is unsure of.
    #[param(pattern = "^1$")]
    check: Option<String>,
    /// Only tickets opened in that time, `FROM..TO`: from then, included, to then, not included.
    #[param(example = "2026-11-01T00:00:00Z..2026-12-01T00:00:00Z")]
    opened: Option<String>,
    /// Of those opened in that time, only the ones of that hour of the week in the campus time zone: `1-00` (Monday) to `7-23`.
    #[param(pattern = "^[1-7]-[0-9]{1,2}$", example = "1-09")]
    hour: Option<String>,
    /// Only tickets closed in that time, `FROM..TO`.
    closed: Option<String>,
    /// Only tickets that were opened before that moment and not closed until then.
    left: Option<String>,
    /// Only tickets of that place, as it was written.
    place: Option<String>,
    /// `1`, beside `opened`, `closed`, `left` or `place`: only tickets that report again what was closed within the 30 days
    /// before.
    #[param(pattern = "^1$")]
    returned: Option<String>,
    /// `1`, beside one of these: only tickets that the helpdesk wrote a message under.
    #[param(pattern = "^1$")]
    answered: Option<String>,
    /// Most tickets in the page: 25 unless said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u8>,
    /// `next` of the page before, with the same query.
    after: Option<String>,
}

/// A report.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewTicket)]
pub struct NewTicketBody {
    /// What is wrong. Outer white space is trimmed; control characters other than newline and tab are refused.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 10_000)]
    description: Option<String>,
    /// Where.
    #[schema(max_length = 120)]
    place: Option<String>,
    /// The closed ticket that this one reports again.
    #[schema(value_type = Option<i64>)]
    again_of: Option<TicketId>,
}

impl Members for NewTicketBody {
    const REQUIRED: Field = Field::Description;
}

impl NewTicketBody {
    fn check(&self) -> Result<NewTicket, AppError> {
        let description = required(self.description.as_deref(), Field::Description)?;
        NewTicket::new(description, self.place.as_deref().unwrap_or_default(), self.again_of)
    }
}

/// A change of what a ticket says.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Edit)]
pub struct EditBody {
    /// The new description; left out to leave it.
    #[serde(default)]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 10_000)]
    description: Given,
    /// The new place; null to clear it, left out to leave it.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 120)]
    place: Given,
    /// The version that the writer saw.
    #[schema(value_type = i64, required = true)]
    version: Option<i64>,
}

impl Members for EditBody {
    const REQUIRED: Field = Field::Version;
}

impl EditBody {
    fn check(&self) -> Result<Edit, AppError> {
        let version = required(self.version, Field::Version)?;
        let description = match &self.description {
            Given::Nothing => None,
            Given::Null => return Err(wrong_type(Field::Description)),
            Given::Text(text) => Some(text.as_str()),
        };
        let place = match &self.place {
            Given::Nothing => None,
            Given::Null => Some(""),
            Given::Text(text) => Some(text.as_str()),
        };
        Edit::new(description, place, version)
    }
}

/// Where a ticket is to go.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Move)]
pub struct StatusBody {
    /// `active` or `closed`.
    #[schema(value_type = Status, required = true)]
    status: Option<String>,
    /// The version that the writer saw, to move only that one.
    version: Option<i64>,
}

impl Members for StatusBody {
    const REQUIRED: Field = Field::Status;
}

impl StatusBody {
    fn to(&self) -> Result<Status, AppError> {
        word(self.status.as_deref(), Field::Status, Status::from_slug, &Status::ALL.map(Status::slug))
    }
}

/// Which ticket reports the same.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Merge)]
pub struct MergeBody {
    /// The other ticket, which is not closed.
    #[schema(value_type = i64, required = true)]
    into: Option<TicketId>,
    /// The version of the duplicate that the writer saw, to merge only that one.
    version: Option<i64>,
}

impl Members for MergeBody {
    const REQUIRED: Field = Field::Into;
}

/// What a ticket is about.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Correction)]
pub struct CategoryBody {
    /// The category.
    #[schema(value_type = Category, required = true)]
    category: Option<String>,
    /// The version that the writer saw, to correct only that one.
    version: Option<i64>,
}

impl Members for CategoryBody {
    const REQUIRED: Field = Field::Category;
}

impl CategoryBody {
    fn category(&self) -> Result<Category, AppError> {
        word(self.category.as_deref(), Field::Category, Category::from_slug, &Category::ALL.map(Category::slug))
    }
}

/// What has to be there.
pub fn required<T>(value: Option<T>, field: Field) -> Result<T, AppError> {
    value.ok_or_else(|| field.problem(FieldProblem::Missing))
}

fn word<T>(
    word: Option<&str>,
    field: Field,
    read: impl Fn(&str) -> Option<T>,
    allowed: &[&str],
) -> Result<T, AppError> {
    let word = required(word, field)?;
    let unknown = || FieldProblem::Unknown { value: word.to_owned(), allowed: allowed.join(", ") };
    read(word).ok_or_else(|| field.problem(unknown()))
}

/// A text that may be left out, which is not the same as null.
#[derive(Debug, Default)]
enum Given {
    /// Left out.
    #[default]
    Nothing,
    Null,
    Text(String),
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Text))
    }
}
