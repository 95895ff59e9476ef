//! The OpenAPI document: complete, consistent, and as it is kept in `docs/openapi.json`.

use super::{STAFF, Tested, app, request};
use crate::server::rest;
use axum::http::Method;
use serde_json::{Value, json};
use std::{collections::BTreeSet, env, fs, path::Path};

/// The calls of the contract.
const CALLS: [(&str, &str); 22] = [
    ("get", "/api/v1/events"),
    ("get", "/api/v1/tickets"),
    ("post", "/api/v1/tickets"),
    ("get", "/api/v1/tickets/{id}"),
    ("patch", "/api/v1/tickets/{id}"),
    ("put", "/api/v1/tickets/{id}/status"),
    ("put", "/api/v1/tickets/{id}/category"),
    ("put", "/api/v1/tickets/{id}/merged_into"),
    ("delete", "/api/v1/tickets/{id}/merged_into"),
    ("get", "/api/v1/tickets/{id}/messages"),
    ("post", "/api/v1/tickets/{id}/messages"),
    ("post", "/api/v1/tickets/{id}/photos"),
    ("get", "/api/v1/tickets/{id}/history"),
    ("get", "/api/v1/analytics/backlog"),
    ("get", "/api/v1/analytics/resolution"),
    ("get", "/api/v1/analytics/categories"),
    ("get", "/api/v1/analytics/flow"),
    ("get", "/api/v1/analytics/response"),
    ("get", "/api/v1/analytics/hours"),
    ("get", "/api/v1/analytics/places"),
    ("get", "/api/v1/analytics/expectation"),
    ("get", "/api/v1/openapi.json"),
];

fn document() -> Value {
    serde_json::to_value(rest::document()).unwrap()
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| {
        let item = item.as_object().unwrap().clone();
        let path = path.clone();
        item.into_iter().map(move |(method, operation)| (method, path.clone(), operation)).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

/// Set `UPDATE_OPENAPI=1` to write the file anew after a change that is meant.
#[test]
fn the_document_is_the_one_in_docs() -> Tested {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    let mut made = serde_json::to_string_pretty(&document())?;
    made.push('\n');
    if env::var_os("UPDATE_OPENAPI").is_some() {
        fs::write(&file, &made)?;
    }
    let kept = fs::read_to_string(&file)?;
    assert!(
        kept == made,
        "docs/openapi.json is not what the code says: run this test with UPDATE_OPENAPI=1 and read the diff"
    );
    Ok(())
}

#[test]
fn r12_every_call_of_the_contract_is_documented_and_no_other() {
    let document = document();
    let documented: BTreeSet<_> = operations(&document).into_iter().map(|(method, path, _)| (method, path)).collect();
    let contract = CALLS.map(|(method, path)| (method.to_owned(), path.to_owned())).into();
    assert_eq!(documented, contract);
    assert_eq!(document["openapi"], "3.1.0");
}

#[tokio::test]
async fn every_route_takes_the_methods_that_are_documented_and_no_others() -> Tested {
    let app = app().await?;
    // The stream of events would never end.
    app.state.live.end();
    let operations = operations(&document());
    for (_, path, _) in &operations {
        let documented: BTreeSet<_> =
            operations.iter().filter(|(_, other, _)| other == path).map(|(method, ..)| method.to_uppercase()).collect();
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = app.send(request(STAFF, method.clone(), &path.replace("{id}", "1"), None)).await;
            assert_eq!(answer.status != 405, documented.contains(method.as_str()), "{method} {path}: {}", answer.text);
            assert!(!answer.text.contains("no-such-page"), "{method} {path}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_document_is_served() -> Tested {
    let app = app().await?;
    let answer = app.get(STAFF, "/api/v1/openapi.json").await;
    assert_eq!((answer.status, answer.json()), (200, document()));
    Ok(())
}

#[test]
fn every_reference_leads_somewhere_and_every_problem_is_a_problem_document() {
    let document = document();
    let mut references = Vec::new();
    collect_references(&document, &mut references);
    assert!(references.len() > 20);
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    for (method, path, operation) in operations(&document) {
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path}");
        for (status, response) in responses.iter().filter(|(status, _)| status.as_str() >= "400") {
            let schema = &response["content"]["application/problem+json"]["schema"];
            assert_eq!(schema["$ref"], "#/components/schemas/Problem", "{method} {path} {status}");
            assert!(!response["description"].as_str().unwrap_or_default().is_empty(), "{method} {path} {status}");
        }
        for common in ["429", "500", "503"] {
            assert!(responses.contains_key(common), "{method} {path} {common}");
        }
        assert_eq!(operation.get("requestBody").is_some(), ["post", "put", "patch"].contains(&method.as_str()));
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let named = |name: &str| parameters.iter().any(|parameter| parameter["name"] == name);
        assert_eq!(named("Campusdesk-Role"), !path.ends_with("openapi.json"), "{method} {path}");
        assert_eq!(named("id"), path.contains("{id}"), "{method} {path}");
        assert_eq!(named("Idempotency-Key"), method == "post", "{method} {path}");
    }
}

fn collect_references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|value| collect_references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| collect_references(value, found)),
        _ => {}
    }
}

#[test]
fn words_and_bounds_are_those_of_the_domain() {
    let document = document();
    let schema = |name: &str| document["components"]["schemas"][name].clone();
    assert_eq!(schema("Status")["enum"], json!(["open", "active", "closed"]));
    assert_eq!(schema("Role")["enum"], json!(["requester", "staff"]));
    assert_eq!(schema("Category")["enum"], json!(["facility-management", "technical-it", "services-complaints"]));
    assert_eq!(schema("CategorySource")["enum"], json!(["auto", "staff"]));
    assert_eq!(schema("Sort")["enum"], json!(["newest", "oldest", "activity", "affected"]));
    assert_eq!(
        schema("What")["enum"],
        json!(crate::domain::history::What::ALL.map(crate::domain::history::What::slug))
    );
    assert_eq!(schema("Timestamp")["format"], "date-time");
    assert_eq!(schema("NewTicket")["properties"]["description"]["maxLength"], crate::domain::text::DESCRIPTION_MAX);
    assert_eq!(schema("NewTicket")["properties"]["place"]["maxLength"], crate::domain::text::PLACE_MAX);
    assert_eq!(schema("NewMessage")["properties"]["body"]["maxLength"], crate::domain::text::BODY_MAX);
    assert_eq!(schema("NewTicket")["required"], json!(["description"]));
    assert_eq!(schema("Edit")["required"], json!(["version"]));
    assert_eq!(schema("Move")["required"], json!(["status"]));
    assert_eq!(schema("Correction")["required"], json!(["category"]));
    assert_eq!(schema("NewMessage")["required"], json!(["body"]));
    assert_eq!(schema("Problem")["required"], json!(["type", "title", "status", "detail"]));
}

#[tokio::test]
async fn answers_have_the_members_that_are_documented() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    app.post(STAFF, &format!("/api/v1/tickets/{id}/messages"), json!({"body": "Tomorrow"})).await;
    let document = document();
    let check = |name: &str, value: &Value| {
        let schema = &document["components"]["schemas"][name];
        let members: BTreeSet<_> = value.as_object().unwrap().keys().cloned().collect();
        let documented: BTreeSet<_> = schema["properties"].as_object().unwrap().keys().cloned().collect();
        let required: BTreeSet<_> =
            schema["required"].as_array().unwrap().iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
        assert_eq!(members, documented, "{name}");
        assert_eq!(members, required, "{name}");
    };
    let get = async |path: &str| app.get(STAFF, &format!("/api/v1/{path}")).await.json();
    check("Ticket", &get("tickets/1").await);
    check("TicketPage", &get("tickets").await);
    let messages = get("tickets/1/messages").await;
    check("MessagePage", &messages);
    check("Message", &messages["messages"][0]);
    let history = get("tickets/1/history").await;
    check("HistoryPage", &history);
    check("HistoryRow", &history["history"][0]);
    check("Backlog", &get("analytics/backlog").await);
    let resolution = get("analytics/resolution").await;
    check("Resolution", &resolution);
    check("ResolutionMonth", &resolution["months"][0]);
    let categories = get("analytics/categories").await;
    check("CategoryCounts", &categories);
    check("CategoryActive", &categories["categories"][0]);
    Ok(())
}
