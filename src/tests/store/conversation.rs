//! Messages, internal notes, history and timeline.

use super::{Desk, HOUR, Outcome, WIFI};
use crate::{
    domain::{
        history::What,
        message::NewMessage,
        role::Role::{Requester, Staff},
    },
    error::{AppError, Field, FieldProblem, Made},
};

#[tokio::test]
async fn r06_both_sides_write_and_read_the_conversation_in_order() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    let first = desk.say(Requester, ticket.id, "in room 5").await?;
    desk.pass(HOUR);
    let second = desk.say(Staff, ticket.id, "on our way").await?;
    assert_eq!((second.role, second.internal, second.created_at), (Staff, false, desk.now()));
    for role in [Requester, Staff] {
        let page = desk.store.list_messages(role, ticket.id, 25, None).await?;
        assert_eq!((page.messages, page.next), (vec![first.clone(), second.clone()], None));
    }
    let told = desk.told(ticket.id).await?;
    assert_eq!(told[1], (What::Message, None, Some(first.id.to_string())));
    assert_eq!(told[2], (What::Message, None, Some(second.id.to_string())));
    Ok(())
}

#[tokio::test]
async fn r10_a_message_moves_the_modification_date_but_not_the_version() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    for post in 1..=2 {
        desk.pass(HOUR);
        if post == 1 {
            desk.say(Requester, ticket.id, "x").await?;
        } else {
            desk.note(ticket.id, "x").await?;
        }
        let now = desk.store.get_ticket(Staff, ticket.id).await?;
        assert_eq!((now.modified_at, now.version, now.messages), (desk.now(), 1, post));
    }
    desk.pass(HOUR);
    desk.store.list_timeline(Staff, ticket.id, None).await?;
    assert_eq!(desk.store.get_ticket(Requester, ticket.id).await?.modified_at.0, desk.now().0 - HOUR);
    Ok(())
}

#[tokio::test]
async fn r06_an_internal_note_is_seen_by_staff_alone() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    let ticket = desk.report(WIFI).await?;
    desk.say(Requester, ticket.id, "hello").await?;
    let note = desk.note(ticket.id, "third time this week").await?;
    assert!(note.internal);
    assert_eq!(store.get_ticket(Requester, ticket.id).await?.messages, 1);
    assert_eq!(store.get_ticket(Staff, ticket.id).await?.messages, 2);
    assert_eq!(store.list_messages(Requester, ticket.id, 9, None).await?.messages.len(), 1);
    assert_eq!(store.list_messages(Staff, ticket.id, 9, None).await?.messages.len(), 2);
    let of =
        |rows: Vec<_>| rows.into_iter().map(|row: crate::domain::history::HistoryRow| row.what).collect::<Vec<_>>();
    let seen = of(store.list_history(Requester, ticket.id, 9, None).await?.history);
    assert_eq!(seen, [What::Opened, What::Message]);
    assert_eq!(of(desk.history(ticket.id).await?), [What::Opened, What::Message, What::Note]);
    assert_eq!(store.list_timeline(Requester, ticket.id, None).await?.entries.len(), 2);
    let refused = store.post_message(Requester, ticket.id, &NewMessage::new("x", true)?, Some("n")).await;
    assert_eq!(refused, Err(AppError::StaffOnly));
    store.post_message(Requester, ticket.id, &NewMessage::new("x", false)?, Some("n")).await?;
    Ok(())
}

#[tokio::test]
async fn r06_under_a_closed_ticket_only_a_note_follows() -> Outcome {
    let desk = Desk::new().await?;
    let closed = desk.closed(WIFI).await?;
    desk.pass(HOUR);
    assert_eq!(desk.say(Requester, closed.id, "x").await, Err(AppError::NoSuchTicket));
    let internal = desk.store.post_message(Requester, closed.id, &NewMessage::new("x", true)?, None).await;
    assert_eq!(internal, Err(AppError::NoSuchTicket));
    assert_eq!(
        desk.say(Staff, closed.id, "x").await,
        Err(AppError::TicketClosed { current: Box::new(closed.clone()) })
    );
    desk.note(closed.id, "filter replaced").await?;
    let now = desk.store.get_ticket(Staff, closed.id).await?;
    assert_eq!((now.modified_at, now.closed_at, now.messages), (desk.now(), closed.closed_at, 1));
    Ok(())
}

#[tokio::test]
async fn r06_a_repeated_key_posts_once() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    let ticket = desk.active(WIFI).await?;
    let new = NewMessage::new("hello", false)?;
    let first = store.post_message(Requester, ticket.id, &new, Some("k1")).await?;
    assert_eq!(store.post_message(Requester, ticket.id, &new, Some("k1")).await?, first);
    let other = store.post_message(Requester, ticket.id, &NewMessage::new("bye", false)?, Some("k1")).await;
    assert_eq!(other, Err(AppError::KeyReused { current: Box::new(Made::Message(first.clone())) }));
    // A key belongs to its ticket and role.
    let staffs = store.post_message(Staff, ticket.id, &new, Some("k1")).await?;
    assert_ne!(staffs.id, first.id);
    assert_eq!(store.get_ticket(Staff, ticket.id).await?.messages, 2);
    store.close(Staff, ticket.id, None).await?;
    assert_eq!(store.post_message(Staff, ticket.id, &new, Some("k1")).await?, staffs);
    // The writer may not have heard yet that it arrived; something new is refused as ever.
    assert_eq!(store.post_message(Requester, ticket.id, &new, Some("k1")).await?, first);
    assert_eq!(store.post_message(Requester, ticket.id, &new, Some("k2")).await, Err(AppError::NoSuchTicket));
    let bad = store.post_message(Staff, ticket.id, &new, Some("a b")).await;
    assert_eq!(bad, Err(Field::Key.problem(FieldProblem::NotAKey { max: 200 })));
    Ok(())
}

#[tokio::test]
async fn r06_conversation_and_history_page_by_cursor() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    let ticket = desk.report(WIFI).await?;
    for number in 0..25 {
        desk.say(Requester, ticket.id, &format!("message {number}")).await?;
        if number % 5 == 0 {
            desk.note(ticket.id, "note").await?;
        }
    }
    for (role, expected) in [(Requester, 25), (Staff, 30)] {
        for limit in [1, 7, 25, 30, 100] {
            let (mut after, mut bodies) = (None, Vec::new());
            loop {
                let page = store.list_messages(role, ticket.id, limit, after.as_deref()).await?;
                bodies.extend(page.messages.into_iter().map(|message| message.id.0));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(bodies.len(), expected);
            assert!(bodies.is_sorted());
            let (mut after, mut rows) = (None, Vec::new());
            loop {
                let page = store.list_history(role, ticket.id, limit, after.as_deref()).await?;
                rows.extend(page.history.into_iter().map(|row| row.id.0));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(rows.len(), expected + 1);
            assert!(rows.is_sorted());
        }
    }
    let cursor = store.list_messages(Staff, ticket.id, 1, None).await?.next;
    let refused = store.list_history(Staff, ticket.id, 1, cursor.as_deref()).await;
    assert_eq!(refused, Err(Field::After.problem(FieldProblem::NotACursor)));
    Ok(())
}

#[tokio::test]
async fn r06_the_timeline_shows_the_latest_and_leads_to_what_was_before() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    let ticket = desk.active(WIFI).await?;
    for number in 0..205 {
        desk.say(Staff, ticket.id, &number.to_string()).await?;
    }
    let latest = store.list_timeline(Requester, ticket.id, None).await?;
    assert_eq!(latest.entries.len(), 200);
    let bodies: Vec<_> =
        latest.entries.iter().filter_map(|entry| entry.message.as_ref()).map(|m| m.body.clone()).collect();
    assert_eq!((bodies.first().map(String::as_str), bodies.last().map(String::as_str)), (Some("5"), Some("204")));
    let earlier = store.list_timeline(Requester, ticket.id, latest.earlier).await?;
    assert_eq!((earlier.entries.len(), earlier.earlier), (7, None));
    assert_eq!(earlier.entries[0].row.what, What::Opened);
    assert_eq!(earlier.entries[6].message.as_ref().map(|message| message.body.as_str()), Some("4"));
    Ok(())
}
