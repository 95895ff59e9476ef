//! Claim codes at the door of the pages: who makes one, who takes one, and how often somebody may be wrong.

use super::{Answer, Desk, Done};
use crate::{
    domain::{claim::ClaimCode, ids::TicketId, role::Role, ticket::NewTicket},
    error::AppError,
};
use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, StatusCode},
};
use std::{net::SocketAddr, time::Instant};

/// What a script sends, and what a form does.
const SCRIPT: &str = "application/json";
const FORM: &str = "text/html";

impl Desk {
    async fn reported(&self) -> Result<TicketId, AppError> {
        let new = NewTicket::new("The blinds are stuck", "", None)?;
        Ok(self.store.open_ticket(Role::Requester, &new, None).await?.id)
    }

    /// Sends a form from a device that has the tickets `mine`, at the address `from`.
    async fn send_from(&self, from: &str, mine: &str, accept: &str, function: &str, form: &str) -> Answer {
        let from: SocketAddr = from.parse().unwrap();
        let request = Request::builder()
            .method(Method::POST)
            .uri(function)
            .header("host", "desk.example")
            .header("accept", accept)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", format!("campusdesk_mine={mine}"))
            .extension(ConnectInfo(from))
            .body(Body::from(form.to_owned()));
        self.answer(request.unwrap()).await
    }

    async fn page_of(&self, mine: &str, path: &str) -> Answer {
        self.send(Method::GET, path, &[("cookie", &format!("campusdesk_mine={mine}"))], "").await
    }
}

const HERE: &str = "10.0.0.1:1000";

#[tokio::test]
async fn only_a_device_with_the_ticket_among_its_own_makes_and_sees_its_code() -> Done {
    let desk = Desk::new().await?;
    let id = desk.reported().await?;
    let (form, page) = (format!("id={id}"), format!("/tickets/{id}/claim"));
    for others in ["", "7.99", "x"] {
        for (function, accept) in [("make_claim", SCRIPT), ("make_claim", FORM), ("find_claim", SCRIPT)] {
            let answer = desk.send_from(HERE, others, accept, &format!("/rpc/{function}"), &form).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{function} {others}");
        }
        let drawn = desk.page_of(others, &page).await;
        assert_eq!(drawn.status, StatusCode::FORBIDDEN);
        assert!(drawn.body.contains("Only a device on which this ticket was reported"), "{}", drawn.body);
    }
    assert_eq!(desk.store.find_claim(id).await?, None);

    let mine = format!("99.{id}");
    assert!(!desk.page_of(&mine, &page).await.body.contains("claim-code"), "none is made unasked");
    let made = desk.send_from(HERE, &mine, FORM, "/rpc/make_claim", &form).await;
    assert_eq!((made.status, made.header("location")), (StatusCode::SEE_OTHER, page.as_str()));
    let code = desk.store.find_claim(id).await?.ok_or("no code was made")?.code;
    let drawn = desk.page_of(&mine, &page).await;
    assert!(drawn.body.contains(&format!(">{code}<")), "{}", drawn.body);
    assert!(drawn.body.contains(&format!("href=\"/tickets/claim?code={code}\"")), "{}", drawn.body);
    let gone = desk.send_from(HERE, "99", SCRIPT, "/rpc/make_claim", "id=99").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    Ok(())
}

#[tokio::test]
async fn the_way_to_a_code_stands_where_the_ticket_is_the_device_s_own() -> Done {
    let desk = Desk::new().await?;
    let id = desk.reported().await?;
    let way = format!("href=\"/tickets/{id}/claim\"");
    for page in [format!("/tickets/{id}"), format!("/tickets/{id}/sent")] {
        assert!(desk.page_of(&id.to_string(), &page).await.body.contains(&way), "{page}");
        assert!(!desk.page_of("", &page).await.body.contains(&way), "{page}");
    }
    for mine in [id.to_string(), String::new()] {
        assert!(desk.page_of(&mine, "/tickets").await.body.contains("href=\"/tickets/claim\""), "{mine}");
    }
    Ok(())
}

#[tokio::test]
async fn a_code_adds_its_ticket_to_the_device_s_own() -> Done {
    let desk = Desk::new().await?;
    let (first, second) = (desk.reported().await?, desk.reported().await?);
    let words = desk.store.make_claim(second).await?.code.to_string();
    let typed = format!("code=%20{}%0A", words.to_uppercase().replace('-', "+"));
    for accept in [SCRIPT, FORM] {
        let taken = desk.send_from(HERE, &first.to_string(), accept, "/rpc/take_claim", &typed).await;
        assert_eq!(taken.header("location"), format!("/tickets/{second}"), "{accept} {}", taken.status);
        let cookie = taken.header("set-cookie");
        assert!(cookie.starts_with(&format!("campusdesk_mine={second}.{first};")), "{cookie}");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    }
    Ok(())
}

#[tokio::test]
async fn r03_the_code_of_a_ticket_that_was_closed_leads_to_the_page_that_says_so() -> Done {
    let desk = Desk::new().await?;
    let id = desk.reported().await?;
    let code = desk.store.make_claim(id).await?.code;
    desk.store.activate(Role::Staff, id, None).await?;
    desk.store.close(Role::Staff, id, None).await?;
    let taken = desk.send_from(HERE, "", FORM, "/rpc/take_claim", &format!("code={code}")).await;
    assert_eq!((taken.status, taken.header("location")), (StatusCode::SEE_OTHER, format!("/tickets/{id}").as_str()));
    let page = desk.page_of(&id.to_string(), &format!("/tickets/{id}")).await;
    assert!(page.body.contains("This ticket is closed") && !page.body.contains("blinds"), "{}", page.body);
    assert!(!page.body.contains("/claim\""), "a closed ticket has no code");
    Ok(())
}

#[tokio::test]
async fn a_link_fills_the_form_in_and_does_nothing_else() -> Done {
    let desk = Desk::new().await?;
    let code = desk.store.make_claim(desk.reported().await?).await?.code;
    let page = desk.get(&format!("/tickets/claim?code={code}")).await;
    assert_eq!((page.status, page.header("set-cookie").contains("mine")), (StatusCode::OK, false));
    assert!(page.body.contains(&format!("value=\"{code}\"")), "{}", page.body);
    assert!(page.body.contains("action=\"/rpc/take_claim\""), "{}", page.body);
    let hostile = desk.get("/tickets/claim?code=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!hostile.body.contains("<script>alert"), "{}", hostile.body);
    Ok(())
}

#[tokio::test]
async fn a_code_that_is_none_comes_back_as_it_was_typed_with_the_reason() -> Done {
    let desk = Desk::new().await?;
    for typed in ["lemon river oak", "Zebra zoo zoo zoo", "\"quoted\""] {
        let form: String = form_urlencoded::Serializer::new(String::new()).append_pair("code", typed).finish();
        for page in ["/tickets/claim", "/tickets/claim?code=lemon-river-oak-table", "/rpc/take_claim"] {
            let answer = desk.submit("/rpc/take_claim", page, &form).await;
            let is_added = answer.header("set-cookie").contains("mine");
            assert_eq!((answer.status, is_added), (StatusCode::NOT_FOUND, false), "{typed}");
            let kept = format!("value=\"{}\"", typed.replace('"', "&quot;"));
            assert!(answer.body.contains(&kept), "{page} {typed}: {}", answer.body);
            assert!(answer.body.contains("No report has this code"), "{}", answer.body);
        }
    }
    Ok(())
}

#[tokio::test]
async fn thirty_wrong_codes_a_minute_are_enough_for_one_address() -> Done {
    let desk = Desk::new().await?;
    let id = desk.reported().await?;
    let code = desk.store.make_claim(id).await?.code;
    // What is no code, or is right, costs nothing.
    for form in ["code=lemon".to_owned(), format!("code={code}")] {
        for _ in 0..40 {
            let answer = desk.send_from(HERE, "", SCRIPT, "/rpc/take_claim", &form).await;
            assert_ne!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{form}");
        }
    }
    let (start, mut wrong) = (Instant::now(), 0);
    let refused = loop {
        let answer = desk.send_from(HERE, "", SCRIPT, "/rpc/take_claim", &other_than(&code)).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            break answer;
        }
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        wrong += 1;
        assert!(wrong <= 200, "nobody is ever refused");
    };
    // One more for each two seconds that the tries took: a machine may be slow.
    assert!((30..=31 + start.elapsed().as_secs() / 2).contains(&wrong), "{wrong}");
    let wait: u64 = refused.header("retry-after").parse()?;
    assert!((1..=2).contains(&wait), "{wait}");

    // Another address, and another port of the first.
    let right = format!("code={code}");
    let passed = desk.send_from("10.0.0.2:1", "", FORM, "/rpc/take_claim", &right).await;
    assert_eq!((passed.status, passed.header("location")), (StatusCode::SEE_OTHER, format!("/tickets/{id}").as_str()));
    let mut answers = Vec::new();
    for n in 0..4 {
        answers.push(desk.send_from(&format!("10.0.0.1:{n}"), "", FORM, "/rpc/take_claim", &other_than(&code)).await);
    }
    let refused = answers.iter().find(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS);
    let refused = refused.ok_or("an address is more than its ports")?;
    assert!(refused.body.contains("That was too much at once") && !refused.header("retry-after").is_empty());
    Ok(())
}

/// A code of the list's words that nobody made.
fn other_than(code: &ClaimCode) -> String {
    let words = if code.words()[0] == "zoo" { "zebra zebra zebra zebra" } else { "zoo zoo zoo zoo" };
    format!("code={}", words.replace(' ', "+"))
}
