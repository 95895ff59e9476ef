//! A merged ticket over HTTP: its link leads on, in a browser and for a program.

use super::{Desk, Done};
use crate::domain::{role::Role, ticket::NewTicket};
use axum::http::{Method, StatusCode};

#[tokio::test]
async fn a_merged_ticket_s_link_leads_a_requester_on_and_its_device_has_the_other() -> Done {
    let desk = Desk::new().await?;
    let mut ids = Vec::new();
    for text in ["The projector is dark", "No picture from the projector"] {
        ids.push(desk.store.open_ticket(Role::Requester, &NewTicket::new(text, "", None)?, None).await?.id);
    }
    let (target, duplicate) = (ids[0], ids[1]);
    desk.store.merge(Role::Staff, duplicate, target, None).await?;
    let (mine, html) = (format!("campusdesk_mine={duplicate}"), ("accept", "text/html"));
    let mine = ("cookie", &*mine);
    for path in [format!("/tickets/{duplicate}"), format!("/tickets/{duplicate}/sent")] {
        let page = desk.send(Method::GET, &path, &[mine, html], "").await;
        assert_eq!(
            (page.status, page.header("location")),
            (StatusCode::FOUND, &*format!("/tickets/{target}")),
            "{path}"
        );
    }
    let page = desk.send(Method::GET, &format!("/tickets/{duplicate}"), &[mine, html], "").await;
    let mut cookies = page.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    assert!(cookies.any(|cookie| cookie.starts_with(&format!("campusdesk_mine={target}.{duplicate};"))));
    // The other is in the list of the device's own, and the merged one not among what is done.
    let list = desk.send(Method::GET, "/tickets", &[mine], "").await;
    let own =
        list.body.split("id=\"mine\"").nth(1).and_then(|rest| rest.split("</section>").next()).unwrap_or(&list.body);
    assert!(own.contains(&format!("/tickets/{target}")), "{}", list.body);
    assert!(!list.body.contains("Closed lately"));

    // Who reported what was merged into it is counted already, and so is who pressed the button of the page that was merged away.
    let affected = async || desk.store.get_ticket(Role::Staff, target).await.map(|ticket| ticket.affected);
    assert_eq!(affected().await?, 1);
    let form = ("content-type", "application/x-www-form-urlencoded");
    let press = async |id, cookies: String| {
        let (headers, body) = ([("cookie", &*cookies), form, html], format!("id={id}"));
        let pressed = desk.send(Method::POST, "/rpc/affects_me", &headers, &body).await;
        assert_eq!(
            (pressed.status, pressed.header("location")),
            (StatusCode::SEE_OTHER, &*format!("/tickets/{target}")),
            "{}",
            pressed.body
        );
    };
    press(target, format!("campusdesk_mine={duplicate}; campusdesk_device={:032x}", 1)).await;
    assert_eq!(affected().await?, 1);
    for id in [duplicate, target, duplicate] {
        press(id, format!("campusdesk_device={:032x}", 2)).await;
    }
    assert_eq!(affected().await?, 2);
    let page = desk.send(Method::GET, &format!("/tickets/{target}"), &[mine], "").await;
    assert!(!page.body.contains("/rpc/affects_me"), "it is among the device's own");

    let staff = ("cookie", "campusdesk_role=staff");
    let page = desk.send(Method::GET, &format!("/helpdesk/tickets/{duplicate}"), &[staff], "").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains(&format!("Merged into ticket {target}")) && page.body.contains(">Undo<"),
        "{}",
        page.body
    );
    Ok(())
}
