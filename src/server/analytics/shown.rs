//! Analyses as they are shown to people: cards of the page, and tables to download.

use super::{
    SERVICES,
    client::AnalyticsClient,
    expectation::{Expectation, ExpectationAnalysis},
    find,
    service::{Analysis, Service},
};
use crate::{
    domain::{
        category::Category,
        figure::{Card, Choice, Table},
        ids::{HistoryId, TicketId},
        language::Language,
        time::Timestamp,
    },
    error::AppError,
    texts::analyses,
};
use serde::Deserialize;

/// The analyses that are cards, in a language.
pub(crate) fn choices(language: Language) -> Vec<Choice> {
    SERVICES.iter().filter(|service| service.is_card).map(|service| choice(service, language)).collect()
}

fn choice(service: &Service, language: Language) -> Choice {
    let (name, definition) = analyses::of(language).named(service.slug);
    Choice { slug: service.slug.to_owned(), name: name.to_owned(), definition: definition.to_owned() }
}

/// The card of that word for what is asked: with its last numbers where its service does not answer.
pub(crate) async fn card(
    client: &AnalyticsClient,
    slug: &str,
    query: &str,
    language: Language,
) -> Result<Card, AppError> {
    let service = find(slug).filter(|service| service.is_card).ok_or(AppError::NoSuchService)?;
    let answer = client.ask_or_last(service, Some(query)).await?;
    let unreadable = |error: serde_json::Error| {
        tracing::warn!(service = slug, %error, "an analysis service answers as no service of this version would");
        AppError::ServiceDown
    };
    let About { as_of, through } = serde_json::from_slice(&answer.json).map_err(unreadable)?;
    let figure =
        (service.figure)(&answer.json, &service.ask(Some(query))?, analyses::of(language)).map_err(unreadable)?;
    let figure = figure.ok_or(AppError::NoSuchService)?;
    Ok(Card { as_of, through, stale_since: answer.stale_since, figure })
}

/// What a reporter may expect of a ticket, in a sentence, if enough is known to say it.
pub(crate) async fn expectation(
    client: &AnalyticsClient,
    category: Category,
    ticket: TicketId,
    language: Language,
) -> Result<Option<String>, AppError> {
    let service = find(ExpectationAnalysis::SLUG).ok_or(AppError::NoSuchService)?;
    let query = format!("category={}&ticket={ticket}", category.slug());
    let answer = client.ask(service, Some(&query)).await?;
    let answer: Expectation = serde_json::from_slice(&answer.json).map_err(|_| AppError::ServiceDown)?;
    Ok(answer
        .categories
        .iter()
        .find(|one| one.category == category)
        .and_then(|one| one.sentence(analyses::of(language))))
}

/// What every answer says of itself.
#[derive(Deserialize)]
struct About {
    as_of: Timestamp,
    through: HistoryId,
}

/// A table as comma-separated values, with its columns' names in the first line.
pub(crate) fn csv(table: &Table) -> String {
    let mut csv = String::new();
    line(&mut csv, table.columns.iter().map(String::as_str));
    for row in &table.rows {
        line(&mut csv, row.iter().map(|cell| cell.text.as_str()));
    }
    csv
}

fn line<'a>(csv: &mut String, fields: impl Iterator<Item = &'a str>) {
    for (at, field) in fields.enumerate() {
        if at > 0 {
            csv.push(',');
        }
        // A place that begins so would be a formula to a spreadsheet.
        let guard = if field.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        if field.contains(['"', ',', '\n', '\r']) || !guard.is_empty() {
            csv.extend(["\"", guard, &field.replace('"', "\"\""), "\""]);
        } else {
            csv.push_str(field);
        }
    }
    csv.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::figure::Cell;

    #[test]
    fn fields_are_quoted_where_they_have_to_be_and_none_is_a_formula() {
        let row = |fields: [&str; 2]| fields.map(Cell::new).into();
        let table = Table {
            columns: vec!["Place".to_owned(), "Not yet closed".to_owned()],
            rows: vec![row(["Library, \"Old\" wing", "3"]), row(["=1+1", "0"]), row(["two\nlines", "1"])],
        };
        let csv = csv(&table);
        assert_eq!(
            csv,
            "Place,Not yet closed\r\n\"Library, \"\"Old\"\" wing\",3\r\n\"'=1+1\",0\r\n\"two\nlines\",1\r\n"
        );
    }

    #[test]
    fn r16_every_analysis_that_is_a_card_has_a_name_and_a_definition() {
        for language in Language::ALL {
            let choices = choices(language);
            assert_eq!(choices.len(), 7);
            assert!(choices.iter().all(|choice| choice.name != choice.slug && choice.definition.ends_with(['.', '?'])));
        }
    }
}
