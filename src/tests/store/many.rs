//! Many at once: what is sent together is done one after the other, and once.

use super::{Desk, Outcome, WIFI};
use crate::{
    domain::{
        message::NewMessage,
        role::Role::{Requester, Staff},
        status::Status,
        ticket::NewTicket,
    },
    error::{AppError, Field, FieldProblem, Made},
};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r05_of_two_who_close_at_once_one_succeeds() -> Outcome {
    let desk = Desk::new().await?;
    for _ in 0..10 {
        let ticket = desk.active(WIFI).await?;
        let (one, two) = tokio::join!(
            desk.store.close(Staff, ticket.id, Some(ticket.version)),
            desk.store.close(Staff, ticket.id, Some(ticket.version))
        );
        let (done, refused) = if one.is_ok() { (one?, two) } else { (two?, one) };
        assert_eq!(done.status, Status::Closed);
        assert_eq!(refused, Err(AppError::NoSuchMove { to: Status::Closed, current: Box::new(done) }));
        assert_eq!(desk.told(ticket.id).await?.len(), 3);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r02_the_same_key_ten_times_at_once_is_one_ticket_and_ten_equal_answers() -> Outcome {
    let desk = Desk::new().await?;
    let mut sent = JoinSet::new();
    for _ in 0..10 {
        let store = desk.store.clone();
        let new = NewTicket::new(WIFI, "Library", None)?;
        sent.spawn(async move { store.open_ticket(Requester, &new, Some("one-and-only")).await });
    }
    let answers = sent.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(desk.store.count_views().await?.open, 1);
    assert_eq!(desk.told(answers[0].id).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn r02_a_repeated_key_answers_with_the_ticket_as_it_now_is() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    let new = NewTicket::new(WIFI, "", None)?;
    let first = store.open_ticket(Requester, &new, Some("k")).await?;
    let active = store.activate(Staff, first.id, None).await?;
    assert_eq!(store.open_ticket(Requester, &new, Some("k")).await?, active);
    let placed = NewTicket::new(WIFI, "Library", None)?;
    let other = AppError::KeyReused { current: Box::new(Made::Ticket(active.clone())) };
    assert_eq!(store.open_ticket(Requester, &placed, Some("k")).await, Err(other));
    let closed = store.close(Staff, first.id, None).await?;
    assert_eq!(store.open_ticket(Staff, &new, Some("k")).await?, closed);
    // Who has the key wrote it, and may not have heard yet that it arrived.
    assert_eq!(store.open_ticket(Requester, &new, Some("k")).await?, closed);
    let other = AppError::KeyReused { current: Box::new(Made::Ticket(closed.clone())) };
    assert_eq!(store.open_ticket(Requester, &placed, Some("k")).await, Err(other));
    assert_eq!(store.get_ticket(Requester, first.id).await, Err(AppError::NoSuchTicket));
    for key in ["", "a b", "é", &"k".repeat(201)] {
        let not_a_key = Field::Key.problem(FieldProblem::NotAKey { max: 200 });
        assert_eq!(store.open_ticket(Requester, &new, Some(key)).await, Err(not_a_key));
    }
    let url = desk.url();
    let again = crate::server::store::Store::open(&url, desk.store.zone()).await?;
    assert_eq!(again.open_ticket(Staff, &new, Some("k")).await?, closed);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r11_everybody_who_writes_at_once_is_counted() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    let mut sent = JoinSet::new();
    for number in 0..60 {
        let store = desk.store.clone();
        let new = NewMessage::new(&format!("message {number}"), number % 3 == 0)?;
        sent.spawn(async move { store.post_message(Staff, ticket.id, &new, None).await });
    }
    let posted = sent.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?;
    assert_eq!(posted.len(), 60);
    assert_eq!(desk.store.get_ticket(Staff, ticket.id).await?.messages, 60);
    assert_eq!(desk.store.get_ticket(Requester, ticket.id).await?.messages, 40);
    assert_eq!(desk.told(ticket.id).await?.len(), 61);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r11_a_writer_that_goes_away_half_way_leaves_nothing_and_blocks_nobody() -> Outcome {
    let desk = Desk::new().await?;
    for _ in 0..40 {
        let store = desk.store.clone();
        let new = NewTicket::new(WIFI, "", None)?;
        let writer = tokio::spawn(async move { store.open_ticket(Requester, &new, None).await });
        tokio::task::yield_now().await;
        writer.abort();
        drop(writer.await);
    }
    let ticket = desk.report("after all").await?;
    let counted = desk.store.count_views().await?.open;
    assert_eq!(counted, ticket.id.0, "every ticket that has a number is whole");
    assert_eq!(super::sums::kept(&desk.store).await?.categories.values().map(|sum| sum.open).sum::<i64>(), counted);
    Ok(())
}
