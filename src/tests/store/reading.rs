//! What each side has read, and what is not closed over.

use super::{Desk, Outcome, WIFI};
use crate::{
    domain::{
        history::What,
        ids::HistoryId,
        role::Role::{self, Requester, Staff},
        status::Status,
        ticket::Move,
    },
    error::AppError,
};

async fn last(desk: &Desk, id: crate::domain::ids::TicketId) -> Result<HistoryId, AppError> {
    Ok(desk.history(id).await?.last().map_or(HistoryId(0), |row| row.id))
}

#[tokio::test]
async fn r06_how_far_a_side_has_read_goes_forward_only_and_never_beyond_what_happened() -> Outcome {
    let desk = Desk::new().await?;
    let (store, ticket) = (&desk.store, desk.report(WIFI).await?);
    let other = desk.report(WIFI).await?;
    desk.say(Requester, ticket.id, "Still down.").await?;
    let (first, end) = (desk.history(ticket.id).await?[0].id, last(&desk, ticket.id).await?);
    assert_eq!(store.find_read(Staff, ticket.id).await?, HistoryId(0));
    assert!(store.mark_read(Staff, ticket.id, first).await?);
    assert!(store.mark_read(Staff, ticket.id, HistoryId(i64::MAX)).await?);
    assert_eq!(store.find_read(Staff, ticket.id).await?, end);
    for again in [first, end, HistoryId(i64::MAX), HistoryId(0), HistoryId(-1)] {
        assert!(!store.mark_read(Staff, ticket.id, again).await?, "{again}");
        assert_eq!(store.find_read(Staff, ticket.id).await?, end);
    }
    assert_eq!(store.find_read(Requester, ticket.id).await?, HistoryId(0));
    assert_eq!(store.find_read(Staff, other.id).await?, HistoryId(0));
    Ok(())
}

#[tokio::test]
async fn r10_reading_changes_nothing_about_a_ticket() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    let before = (desk.store.get_ticket(Staff, ticket.id).await?, desk.history(ticket.id).await?);
    desk.pass(1_000);
    for role in Role::ALL {
        desk.store.mark_read(role, ticket.id, last(&desk, ticket.id).await?).await?;
    }
    assert_eq!((desk.store.get_ticket(Staff, ticket.id).await?, desk.history(ticket.id).await?), before);
    Ok(())
}

#[tokio::test]
async fn r03_a_requester_reads_no_closed_ticket() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.closed(WIFI).await?;
    let row = last(&desk, ticket.id).await?;
    assert_eq!(desk.store.mark_read(Requester, ticket.id, row).await, Err(AppError::NoSuchTicket));
    assert!(desk.store.mark_read(Staff, ticket.id, row).await?);
    Ok(())
}

#[tokio::test]
async fn r05_a_ticket_is_not_closed_over_a_message_that_came_since() -> Outcome {
    let desk = Desk::new().await?;
    let (store, seen) = (&desk.store, desk.active(WIFI).await?);
    let close = async |messages| {
        let asked = Move { to: Status::Closed, version: Some(seen.version), messages };
        store.make_move(Staff, seen.id, asked).await
    };
    desk.say(Requester, seen.id, "Wait!").await?;
    let history = desk.history(seen.id).await?;
    let Err(AppError::Unread { current }) = close(Some(seen.messages)).await else { panic!("it was closed") };
    assert_eq!((current.messages, current.status), (1, Status::Active));
    assert_eq!(desk.history(seen.id).await?, history, "a refusal writes nothing");
    // Whoever has seen it may, and who does not say what they saw is not asked.
    assert_eq!(close(Some(current.messages)).await?.status, Status::Closed);
    let other = desk.active(WIFI).await?;
    desk.note(other.id, "For us").await?;
    let unseen = Move { messages: Some(0), ..Status::Closed.into() };
    assert!(matches!(store.make_move(Staff, other.id, unseen).await, Err(AppError::Unread { .. })));
    assert_eq!(store.close(Staff, other.id, None).await?.status, Status::Closed);
    Ok(())
}

#[tokio::test]
async fn r09_the_history_keeps_the_words_for_which_the_machine_changed_a_category() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    let ticket = desk.edit(Requester, &ticket, "The elevator is not working").await?;
    desk.store.correct_category(Staff, ticket.id, crate::domain::category::Category::TechnicalIt, None).await?;
    let timeline = desk.store.list_timeline(Staff, ticket.id, None).await?;
    let because: Vec<_> =
        timeline.entries.iter().filter(|entry| entry.row.what == What::Category).map(|entry| &entry.because).collect();
    assert_eq!(because, [&ticket.category_because, &Vec::new()]);
    assert!(!ticket.category_because.is_empty());
    Ok(())
}
