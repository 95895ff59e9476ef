//! What an analysis is: one file implements [`Analysis`], one line of [`super::SERVICES`] names it, and the routers, the
//! OpenAPI document, the page and its downloads are made from that.

use super::database::Snapshot;
use crate::{
    domain::{category::Category, figure::Figure, ids::TicketId, period::Period, query},
    error::{AppError, Field, FieldProblem},
    texts::analyses::AnalysisTexts,
};
use sea_orm::DbErr;
use serde::{Serialize, de::DeserializeOwned};
use std::pin::Pin;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

/// An analysis: what is asked, what is answered, and how that is shown.
pub(crate) trait Analysis {
    /// What it answers: the JSON of its API. Its description is the schema's.
    type Answer: Serialize + DeserializeOwned + ToSchema + Send + 'static;

    /// The word in addresses and on the command line.
    const SLUG: &'static str;
    /// What it does, as a title in the document.
    const SUMMARY: &'static str;
    /// What it counts, in a sentence of the document.
    const DESCRIPTION: &'static str;
    /// What may be asked of it.
    const PARAMETERS: &'static [Parameter] = &[Parameter::Category, Parameter::Place];
    /// The period that is meant when none is said.
    const LAST: Period = Period::MONTH;
    /// Whether requesters may ask it, too.
    const IS_PUBLIC: bool = false;
    /// Whether it is a card of the page.
    const IS_CARD: bool = true;
    /// Whether, while nothing is written, it answers the same all day: it counts whole days, or what is so now.
    const IS_OF_THE_DAY: bool = true;

    /// Reads the answer from one state of the database.
    fn answer(snapshot: &Snapshot, asked: &Asked) -> impl Future<Output = Result<Self::Answer, DbErr>> + Send;

    /// The answer as the page shows it; none for an analysis that is no card of its own.
    fn figure(answer: &Self::Answer, asked: &Asked, texts: &AnalysisTexts) -> Option<Figure>;
}

/// A parameter of an analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parameter {
    /// `last`: the last X hours or days.
    Last,
    /// `category`: only tickets of that one.
    Category,
    /// `place`: only tickets of that one, as it was written.
    Place,
    /// `ticket`: how many are ahead of that one.
    Ticket,
}

impl Parameter {
    /// Its name in a query.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Last => "last",
            Self::Category => "category",
            Self::Place => "place",
            Self::Ticket => "ticket",
        }
    }
}

/// What was asked, checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Asked {
    pub last: Period,
    pub category: Option<Category>,
    pub place: Option<String>,
    pub ticket: Option<TicketId>,
}

impl Asked {
    /// Whether what counts for `category` is asked for.
    pub(crate) fn counts(&self, category: Category) -> bool {
        self.category.is_none_or(|only| only == category)
    }
}

type Showing = fn(&[u8], &Asked, &AnalysisTexts) -> Result<Option<Figure>, serde_json::Error>;
type Named = (String, RefOr<Schema>);
type Answering<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, DbErr>> + Send + 'a>>;

/// An analysis behind one shape, so that all of them are in one list.
pub(crate) struct Service {
    pub slug: &'static str,
    pub summary: &'static str,
    pub description: &'static str,
    pub parameters: &'static [Parameter],
    pub is_public: bool,
    pub is_card: bool,
    pub is_of_the_day: bool,
    /// The period that is meant when none is said.
    pub last: Period,
    pub answer: for<'a> fn(&'a Snapshot, &'a Asked) -> Answering<'a>,
    pub figure: Showing,
    /// The answer's schema, with those it refers to.
    pub schemas: fn(&mut Vec<Named>) -> Named,
}

impl Service {
    /// The analysis in that shape.
    pub(crate) const fn of<A: Analysis>() -> Self {
        Self {
            slug: A::SLUG,
            summary: A::SUMMARY,
            description: A::DESCRIPTION,
            parameters: A::PARAMETERS,
            is_public: A::IS_PUBLIC,
            is_card: A::IS_CARD,
            is_of_the_day: A::IS_OF_THE_DAY,
            last: A::LAST,
            answer: |snapshot, asked| Box::pin(async move { to_json(&A::answer(snapshot, asked).await?) }),
            figure: |json, asked, texts| Ok(A::figure(&serde_json::from_slice(json)?, asked, texts)),
            schemas: |others| {
                A::Answer::schemas(others);
                (A::Answer::name().into_owned(), A::Answer::schema())
            },
        }
    }

    /// Reads a query's parameters: the last where one is said more than once. What this analysis does not know is ignored.
    ///
    /// # Errors
    /// [`AppError::Invalid`] naming the parameter and what it may be.
    pub(crate) fn ask(&self, query: Option<&str>) -> Result<Asked, AppError> {
        let mut asked = Asked { last: self.last, category: None, place: None, ticket: None };
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match self.parameters.iter().find(|parameter| parameter.name() == name) {
                Some(Parameter::Last) => asked.last = Period::parse(&value)?,
                Some(Parameter::Category) if value.is_empty() => asked.category = None,
                Some(Parameter::Category) => asked.category = Some(category(&value)?),
                Some(Parameter::Place) => asked.place = Some(query::place(&value)?).filter(|place| !place.is_empty()),
                Some(Parameter::Ticket) => asked.ticket = Some(ticket(&value)?),
                None => {}
            }
        }
        Ok(asked)
    }
}

fn category(value: &str) -> Result<Category, AppError> {
    Category::from_slug(value).ok_or_else(|| {
        let allowed = Category::ALL.map(Category::slug).join(", ");
        Field::Category.problem(FieldProblem::Unknown { value: value.to_owned(), allowed })
    })
}

fn ticket(value: &str) -> Result<TicketId, AppError> {
    let wrong = || Field::Ticket.problem(FieldProblem::WrongType { expected: "a number".to_owned() });
    value.parse().map_err(|_| wrong())
}

fn to_json<T: Serialize>(answer: &T) -> Result<Vec<u8>, DbErr> {
    serde_json::to_vec(answer).map_err(|error| DbErr::Custom(error.to_string()))
}
