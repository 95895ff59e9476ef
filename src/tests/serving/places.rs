//! Places over HTTP: the table that staff import, names for what is typed, posters, and the address on them.

use super::{Answer, Desk, Done};
use crate::domain::{role::Role, ticket::NewTicket};
use axum::http::{Method, StatusCode};

const STAFF: (&str, &str) = ("cookie", "campusdesk_role=staff");

impl Desk {
    /// Sends a table as the page's form does.
    async fn import(&self, table: &str, more: &str, who: (&str, &str)) -> Answer {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"table\"; filename=\"rooms.csv\"\r\nContent-Type: text/csv\r\n\r\n\
             {table}\r\n--x\r\n{more}--x--\r\n"
        );
        let headers = [
            ("accept", "text/html"),
            ("content-type", "multipart/form-data; boundary=x"),
            ("sec-fetch-site", "same-origin"),
            ("referer", "http://desk.example/helpdesk/places"),
            who,
        ];
        self.send(Method::POST, "/rpc/helpdesk/import_places", &headers, &body.replace("--x\r\n--x--", "--x--")).await
    }
}

#[tokio::test]
async fn staff_import_a_table_and_are_told_what_was_not_taken() -> Done {
    let desk = Desk::new().await?;
    let long = "x".repeat(121);
    let done = desk.import(&format!("building,room\nLibrary,1.02\n{long}\nCanteen,"), "", STAFF).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/helpdesk/places?new=2&refused=3"));
    let page = desk.send(Method::GET, done.header("location"), &[STAFF], "").await;
    assert!(page.body.contains("Library, 1.02") && page.body.contains("line(s) 3."), "{}", page.body);
    // Larger than any other form may be.
    let rooms: Vec<_> = (0..5_000).map(|room| format!("Main building, floor {}, room {room}", room % 7)).collect();
    let rooms = rooms.join("\n");
    assert!(rooms.len() > 100_000);
    assert_eq!(desk.import(&rooms, "", STAFF).await.status, StatusCode::SEE_OTHER);
    let refused = desk.import("Library", "", ("cookie", "campusdesk_role=requester")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let replace = "Content-Disposition: form-data; name=\"replace\"\r\n\r\non\r\n";
    desk.import("Sports hall", replace, STAFF).await;
    assert_eq!(desk.store.list_places(Role::Staff, None).await?.count, 1);
    Ok(())
}

#[tokio::test]
async fn names_are_suggested_and_posters_lead_to_the_form() -> Done {
    let desk = Desk::new().await?;
    desk.import("Hörsaal 3, Altbau\nLibrary", "", STAFF).await;
    let suggested = desk.get("/rpc/places?q=altbau").await;
    assert_eq!((suggested.status, suggested.body.as_str()), (StatusCode::OK, "[\"Hörsaal 3, Altbau\"]"));

    let posters = desk.send(Method::GET, "/helpdesk/places/posters?place=H%C3%B6rsaal+3%2C+Altbau", &[STAFF], "").await;
    assert!(
        posters.body.contains("desk.example/r/horsaal-3-altbau") && posters.body.contains("<svg"),
        "{}",
        posters.body
    );
    assert!(!posters.body.contains("desk.example/r/library"));
    let all = desk.send(Method::GET, "/helpdesk/places/posters", &[STAFF], "").await;
    assert_eq!(all.body.matches("class=\"poster-link\"").count(), 2);

    let found = desk.send(Method::GET, "/helpdesk/places/posters?q=altbau", &[STAFF], "").await;
    assert_eq!(found.body.matches("class=\"poster-link\"").count(), 1);

    let new = NewTicket::new("The beamer is dark", "Hörsaal 3, Altbau", None)?;
    let there = desk.store.open_ticket(Role::Requester, &new, None).await?;
    let elsewhere =
        desk.store.open_ticket(Role::Requester, &NewTicket::new("No light", "Library", None)?, None).await?;
    let page = desk.get("/r/horsaal-3-altbau").await;
    let link = |id| format!("href=\"/tickets/{id}\"");
    assert!(page.body.contains("value=\"Hörsaal 3, Altbau\""), "{}", page.body);
    assert!(page.body.contains(&link(there.id)) && !page.body.contains(&link(elsewhere.id)));
    // A place that nobody imported is one all the same.
    assert!(desk.get("/r/Bike%20shed").await.body.contains("value=\"Bike shed\""));
    assert_eq!(desk.get(&format!("/r/{}", "x".repeat(121))).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    Ok(())
}
