//! Saved replies: kept, found, changed and removed by staff; and a message that moves its ticket in the same moment.

use super::{CANTEEN, Desk, ELEVATOR, HOUR, Outcome, WIFI, sums};
use crate::{
    domain::{
        history::What,
        ids::SavedReplyId,
        message::NewMessage,
        query::TicketQuery,
        role::Role::{Requester, Staff},
        saved_reply::NewSavedReply,
        status::Status::{Active, Closed, Open},
        ticket::Move,
    },
    error::AppError,
    server::store::rollups::rollups_by_scan,
};
use chrono_tz::Tz;

fn reply(title: &str, body: &str) -> Result<NewSavedReply, AppError> {
    NewSavedReply::new(title, body, None)
}

/// The titles of what a search finds.
async fn found(desk: &Desk, search: &str) -> Result<Vec<String>, AppError> {
    let found = desk.store.list_saved_replies(Staff, Some(search)).await?;
    Ok(found.into_iter().map(|reply| reply.title).collect())
}

#[tokio::test]
async fn r06_staff_keep_change_and_remove_saved_replies() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    let kept = store.add_saved_reply(Staff, &NewSavedReply::new("Solved", "Please check.", Some(Closed))?).await?;
    assert_eq!((kept.title.as_str(), kept.body.as_str(), kept.then), ("Solved", "Please check.", Some(Closed)));
    assert_eq!(store.get_saved_reply(Staff, kept.id).await?, kept);
    let changed = store.change_saved_reply(Staff, kept.id, &reply("Done", "Please look.")?).await?;
    assert_eq!((changed.id, changed.title.as_str(), changed.then), (kept.id, "Done", None));
    assert_eq!(store.list_saved_replies(Staff, None).await?, [changed]);
    store.remove_saved_reply(Staff, kept.id).await?;
    assert!(store.list_saved_replies(Staff, None).await?.is_empty());
    assert_eq!(store.get_saved_reply(Staff, kept.id).await, Err(AppError::NoSuchReply));
    assert_eq!(store.change_saved_reply(Staff, kept.id, &reply("x", "y")?).await, Err(AppError::NoSuchReply));
    assert_eq!(store.remove_saved_reply(Staff, kept.id).await, Err(AppError::NoSuchReply));
    // A number is not given twice.
    assert_ne!(store.add_saved_reply(Staff, &reply("x", "y")?).await?.id, kept.id);
    // No ticket changed, so nothing happened.
    assert_eq!(store.last_happening().await?.0, 0);
    Ok(())
}

#[tokio::test]
async fn r06_saved_replies_are_the_staffs_alone() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    let kept = store.add_saved_reply(Staff, &reply("Title", "Body")?).await?;
    assert_eq!(store.list_saved_replies(Requester, None).await, Err(AppError::StaffOnly));
    assert_eq!(store.get_saved_reply(Requester, kept.id).await, Err(AppError::StaffOnly));
    assert_eq!(store.get_saved_reply(Requester, SavedReplyId(99)).await, Err(AppError::StaffOnly));
    assert_eq!(store.add_saved_reply(Requester, &reply("x", "y")?).await, Err(AppError::StaffOnly));
    assert_eq!(store.change_saved_reply(Requester, kept.id, &reply("x", "y")?).await, Err(AppError::StaffOnly));
    assert_eq!(store.remove_saved_reply(Requester, kept.id).await, Err(AppError::StaffOnly));
    assert_eq!(store.list_saved_replies(Staff, None).await?, [kept]);
    Ok(())
}

#[tokio::test]
async fn r06_saved_replies_are_listed_by_title_and_found_by_every_word() -> Outcome {
    let desk = Desk::new().await?;
    for (title, body) in [
        ("beta", "Half of it, 50% to be exact"),
        ("Alpha", "the file_name; it's in \"quotes\""),
        ("alpha", "ÜBERPRÜFT, DROP TABLE saved_replies"),
        ("Gamma", "50 of 100, the file-name"),
    ] {
        desk.store.add_saved_reply(Staff, &reply(title, body)?).await?;
    }
    assert_eq!(found(&desk, "").await?, ["Alpha", "alpha", "beta", "Gamma"]);
    assert_eq!(found(&desk, " ALPHA  file ").await?, ["Alpha"]);
    assert_eq!(found(&desk, "50%").await?, ["beta"]);
    assert_eq!(found(&desk, "e_n").await?, ["Alpha"]);
    assert_eq!(found(&desk, "\"quotes\" it's").await?, ["Alpha"]);
    assert_eq!(found(&desk, "überprüft").await?, ["alpha"]);
    assert!(found(&desk, "'; DROP TABLE saved_replies; --").await?.is_empty());
    assert!(found(&desk, "alpha gamma").await?.is_empty());
    assert_eq!(found(&desk, "%").await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn r05_r06_a_message_closes_its_ticket_in_the_same_moment() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    let ticket = desk.active(WIFI).await?;
    desk.say(Requester, ticket.id, "It is back.").await?;
    assert_eq!(store.count_views().await?.waiting, 1);
    desk.pass(HOUR);
    let solved = NewMessage::new("Solved with a new zebrafilter.", false)?;
    let sent = store.post_message_then(Staff, ticket.id, &solved, Some("k"), Some(Closed.into())).await?;
    let now = store.get_ticket(Staff, ticket.id).await?;
    assert_eq!((now.status, now.closed_at, now.modified_at), (Closed, Some(desk.now()), desk.now()));
    assert_eq!((now.version, now.messages), (ticket.version + 1, 2));
    assert_eq!(sent.created_at, desk.now());
    let told = desk.told(ticket.id).await?;
    assert_eq!(
        told[told.len() - 2..],
        [
            (What::Message, None, Some(sent.id.to_string())),
            (What::Status, Some("active".to_owned()), Some("closed".to_owned()))
        ]
    );
    assert_eq!(store.count_views().await?.waiting, 0);
    assert_eq!(sums::kept(store).await?, rollups_by_scan(store.reading(), Tz::UTC).await?);
    for (word, count) in [("zebrafilter", 1), ("back", 1)] {
        let query = TicketQuery { statuses: vec![Closed], search: Some(word.to_owned()), ..TicketQuery::default() };
        assert_eq!(store.list_tickets(Staff, &query).await?.tickets.len(), count, "{word}");
    }
    Ok(())
}

#[tokio::test]
async fn r05_r06_a_message_does_not_close_its_ticket_over_one_that_came_since() -> Outcome {
    let desk = Desk::new().await?;
    let (store, seen) = (&desk.store, desk.active(WIFI).await?);
    desk.say(Requester, seen.id, "It is back.").await?;
    let history = desk.history(seen.id).await?;
    let solved = NewMessage::new("Solved.", false)?;
    let close = async |messages| {
        let asked = Move { messages: Some(messages), ..Closed.into() };
        store.post_message_then(Staff, seen.id, &solved, Some("k"), Some(asked)).await
    };
    let Err(AppError::Unread { current }) = close(seen.messages).await else { panic!("it was closed") };
    assert_eq!((current.messages, current.status), (1, Active));
    assert_eq!(desk.history(seen.id).await?, history, "a refusal writes nothing");
    close(current.messages).await?;
    assert_eq!(store.get_ticket(Staff, seen.id).await?.status, Closed);
    // A repeat of what was done is no closing over it.
    close(seen.messages).await?;
    assert_eq!(store.get_ticket(Staff, seen.id).await?.messages, 2);
    Ok(())
}

#[tokio::test]
async fn r05_a_message_starts_work_and_a_note_may_close() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    let ticket = desk.report(ELEVATOR).await?;
    store.post_message_then(Staff, ticket.id, &NewMessage::new("On it.", false)?, None, Some(Active.into())).await?;
    assert_eq!(store.get_ticket(Staff, ticket.id).await?.status, Active);
    store
        .post_message_then(Staff, ticket.id, &NewMessage::new("It was the fuse.", true)?, None, Some(Closed.into()))
        .await?;
    assert_eq!(store.get_ticket(Staff, ticket.id).await?.status, Closed);
    assert_eq!(sums::kept(store).await?, rollups_by_scan(store.reading(), Tz::UTC).await?);
    Ok(())
}

#[tokio::test]
async fn r05_r11_a_message_whose_move_is_refused_is_not_posted() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    let new = NewMessage::new("Solved.", false)?;
    let open = desk.report(CANTEEN).await?;
    let active = desk.active(WIFI).await?;
    for (role, ticket, to, expected) in [
        (Staff, &open, Closed, AppError::NoSuchMove { to: Closed, current: Box::new(open.clone()) }),
        (Staff, &open, Open, AppError::NoSuchMove { to: Open, current: Box::new(open.clone()) }),
        (Staff, &active, Active, AppError::NoSuchMove { to: Active, current: Box::new(active.clone()) }),
        (Requester, &active, Closed, AppError::StaffOnly),
    ] {
        let before = desk.history(ticket.id).await?;
        let refused = store.post_message_then(role, ticket.id, &new, Some("k"), Some(to.into())).await;
        assert_eq!(refused, Err(expected));
        assert_eq!(store.get_ticket(Staff, ticket.id).await?, *ticket);
        assert_eq!(desk.history(ticket.id).await?, before);
        assert!(store.list_messages(Staff, ticket.id, 9, None).await?.messages.is_empty());
    }
    // Who waits in the same transaction keeps what they wrote.
    let (refused, posted) = tokio::join!(
        store.post_message_then(Staff, open.id, &new, Some("k1"), Some(Closed.into())),
        store.post_message(Requester, open.id, &new, Some("k2")),
    );
    assert!(matches!(refused, Err(AppError::NoSuchMove { .. })) && posted.is_ok());
    // The key was not used up by what was refused.
    store.post_message_then(Staff, open.id, &new, Some("k1"), Some(Active.into())).await?;
    assert_eq!(store.get_ticket(Staff, open.id).await?.status, Active);
    Ok(())
}

#[tokio::test]
async fn r05_r06_the_same_key_twice_is_one_message_and_one_move() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    let ticket = desk.report(WIFI).await?;
    let new = NewMessage::new("On it.", false)?;
    let (one, two) = tokio::join!(
        store.post_message_then(Staff, ticket.id, &new, Some("k"), Some(Active.into())),
        store.post_message_then(Staff, ticket.id, &new, Some("k"), Some(Active.into())),
    );
    assert_eq!(one?, two?);
    let now = store.get_ticket(Staff, ticket.id).await?;
    assert_eq!((now.status, now.version, now.messages), (Active, 2, 1));
    // Nor does it when asked to go further: what was sent first stands.
    store.post_message_then(Staff, ticket.id, &new, Some("k"), Some(Closed.into())).await?;
    assert_eq!(store.get_ticket(Staff, ticket.id).await?, now);
    assert_eq!(desk.history(ticket.id).await?.iter().filter(|row| row.what == What::Status).count(), 1);
    Ok(())
}
