//! A duplicate that is merged into another ticket, and parted from it again.

use super::{CANTEEN, Desk, ELEVATOR, HOUR, Outcome};
use crate::{
    domain::{
        history::What,
        ids::TicketId,
        query::TicketQuery,
        role::Role::{Requester, Staff},
        status::Status,
        ticket::{Found, Ticket},
    },
    error::{AppError, Field, FieldProblem},
};

const MINUTE: i64 = 60_000;

/// The bodies of a conversation, as each of three readings has them.
async fn said(desk: &Desk, id: TicketId) -> Result<[Vec<String>; 2], AppError> {
    let listed = desk.store.list_messages(Staff, id, 100, None).await?.messages;
    let timeline = desk.store.list_timeline(Staff, id, None).await?.entries;
    let told = timeline.into_iter().filter(|entry| entry.row.what != What::Took).filter_map(|entry| entry.message);
    Ok([listed.into_iter().map(|one| one.body).collect(), told.map(|one| one.body).collect()])
}

async fn found(desk: &Desk, search: &str) -> Result<Vec<i64>, AppError> {
    desk.walk(Requester, &TicketQuery { search: Some(search.to_owned()), ..TicketQuery::default() }, 25).await
}

fn counted(ticket: &Ticket) -> (i64, i64, Status) {
    (ticket.messages, ticket.affected, ticket.status)
}

#[tokio::test]
async fn a_duplicate_s_conversation_people_and_link_go_to_the_other_and_come_back() -> Outcome {
    let desk = Desk::new().await?;
    let target = desk.report(ELEVATOR).await?;
    let duplicate = desk.active("The lift is stuck on the second floor").await?;
    desk.store.add_affected(duplicate.id, "a device".to_owned()).await?;
    desk.say(Staff, target.id, "We know.").await?;
    desk.say(Requester, duplicate.id, "It squeaks.").await?;
    desk.note(duplicate.id, "Ask the electrician.").await?;
    desk.pass(HOUR);
    let before = [target.id, duplicate.id].map(|id| desk.store.get_ticket(Staff, id));
    let [before_target, before_duplicate] = before;
    let (before_target, before_duplicate) = (before_target.await?, before_duplicate.await?);
    assert_eq!(found(&desk, "squeaks").await?, [duplicate.id.0]);
    assert_eq!(desk.store.count_views().await?.waiting, 1);

    let merged = desk.store.merge(Staff, duplicate.id, target.id, Some(before_duplicate.version)).await?;
    assert_eq!(
        (merged.status, merged.merged_into, merged.closed_at),
        (Status::Closed, Some(target.id), Some(desk.now()))
    );
    let after = desk.store.get_ticket(Staff, target.id).await?;
    // Its reporter, and whoever it affected beside that one.
    assert_eq!(counted(&after), (3, 2, Status::Open));
    for reading in said(&desk, target.id).await? {
        assert_eq!(reading, ["We know.", "It squeaks.", "Ask the electrician."]);
    }
    // A requester reads no note of it.
    assert_eq!(desk.store.list_messages(Requester, target.id, 100, None).await?.messages.len(), 2);
    // The last word is the reporter's: it waits again. What was said and reported is found there.
    assert_eq!(desk.store.count_views().await?.waiting, 1);
    for words in ["squeaks", "second floor", "squeaks elevator"] {
        assert_eq!(found(&desk, words).await?, [target.id.0], "{words}");
    }
    let timeline = desk.store.list_timeline(Requester, target.id, None).await?.entries;
    let took = timeline.iter().find(|entry| entry.row.what == What::Took).ok_or("the history does not say so")?;
    assert_eq!(took.row.to, Some(duplicate.id.to_string()));
    assert_eq!(took.message.as_ref().map(|report| report.body.as_str()), Some("The lift is stuck on the second floor"));
    let told: Vec<_> = desk.told(duplicate.id).await?;
    assert!(told.contains(&(What::Merged, None, Some(target.id.to_string()))), "{told:?}");
    assert!(told.contains(&(What::Status, Some("active".to_owned()), Some("closed".to_owned()))), "{told:?}");

    // Its link, and what is written under it, lead there.
    assert!(
        matches!(desk.store.look_up(Requester, duplicate.id).await?, Found::Merged { into, .. } if into == target.id)
    );
    assert_eq!(desk.store.follow_merged(&[duplicate.id, target.id]).await?, [target.id]);
    assert_eq!(desk.say(Requester, duplicate.id, "Any news?").await?.ticket_id, target.id);
    assert_eq!(desk.store.add_affected(duplicate.id, "another".to_owned()).await?.id, target.id);

    desk.pass(10 * MINUTE);
    let parted = desk.store.part(Staff, duplicate.id).await?;
    assert_eq!((parted.merged_into, counted(&parted)), (None, counted(&before_duplicate)));
    let back = desk.store.get_ticket(Staff, target.id).await?;
    // What came since stays where it was written.
    assert_eq!(counted(&back), (before_target.messages + 1, 1, Status::Open));
    for reading in said(&desk, target.id).await? {
        assert_eq!(reading, ["We know.", "Any news?"]);
    }
    for reading in said(&desk, duplicate.id).await? {
        assert_eq!(reading, ["It squeaks.", "Ask the electrician."]);
    }
    assert_eq!(found(&desk, "squeaks").await?, [duplicate.id.0]);
    assert_eq!(found(&desk, "second floor").await?, [duplicate.id.0]);
    assert_eq!(desk.store.count_views().await?.waiting, 2);
    let told = desk.told(target.id).await?;
    assert!(told.contains(&(What::Took, Some(duplicate.id.to_string()), None)), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn what_was_merged_into_what_was_merged_leads_to_the_end() -> Outcome {
    let desk = Desk::new().await?;
    let [first, second, third] =
        [desk.report(ELEVATOR).await?, desk.report(ELEVATOR).await?, desk.report(CANTEEN).await?];
    desk.say(Requester, first.id, "one").await?;
    desk.store.merge(Staff, first.id, second.id, None).await?;
    desk.say(Requester, second.id, "two").await?;
    desk.store.merge(Staff, second.id, third.id, None).await?;
    assert!(matches!(desk.store.look_up(Requester, first.id).await?, Found::Merged { into, .. } if into == third.id));
    assert_eq!(desk.store.follow_merged(&[first.id, second.id]).await?, [third.id]);
    let end = desk.store.get_ticket(Staff, third.id).await?;
    assert_eq!(counted(&end), (2, 2, Status::Open));
    for reading in said(&desk, third.id).await? {
        assert_eq!(reading, ["one", "two"]);
    }
    // The inner one cannot go while the outer one is merged.
    assert!(matches!(desk.store.part(Staff, first.id).await, Err(AppError::Settled { .. })));
    desk.store.part(Staff, second.id).await?;
    desk.store.part(Staff, first.id).await?;
    for (id, messages) in [(first.id, 1), (second.id, 1), (third.id, 0)] {
        let ticket = desk.store.get_ticket(Requester, id).await?;
        assert_eq!(counted(&ticket), (messages, 0, Status::Open));
    }
    Ok(())
}

#[tokio::test]
async fn a_duplicate_is_parted_within_ten_minutes_and_never_closed_twice() -> Outcome {
    let desk = Desk::new().await?;
    let (target, duplicate) = (desk.report(ELEVATOR).await?, desk.report(ELEVATOR).await?);
    desk.store.merge(Staff, duplicate.id, target.id, None).await?;
    // The other is done meanwhile: that says nothing of when it was closed.
    desk.pass(MINUTE);
    desk.store.activate(Staff, target.id, None).await?;
    let closed = desk.store.close(Staff, target.id, None).await?;
    desk.pass(MINUTE);
    assert_eq!(desk.store.part(Staff, duplicate.id).await?.status, Status::Open);
    assert_eq!(desk.store.get_ticket(Staff, target.id).await?.closed_at, closed.closed_at);
    let other = desk.report(ELEVATOR).await?;
    desk.store.merge(Staff, duplicate.id, other.id, None).await?;
    desk.pass(10 * MINUTE + 1);
    let late = desk.store.part(Staff, duplicate.id).await;
    assert!(matches!(late, Err(AppError::Settled { current }) if current.merged_into == Some(other.id)));
    Ok(())
}

#[tokio::test]
async fn only_staff_merge_and_only_into_another_that_is_not_closed() -> Outcome {
    let desk = Desk::new().await?;
    let (target, duplicate, closed) =
        (desk.report(ELEVATOR).await?, desk.report(ELEVATOR).await?, desk.closed(CANTEEN).await?);
    let before = desk.history(duplicate.id).await?;
    assert_eq!(desk.store.merge(Requester, duplicate.id, target.id, None).await, Err(AppError::StaffOnly));
    assert_eq!(desk.store.part(Requester, duplicate.id).await, Err(AppError::StaffOnly));
    for nowhere in [duplicate.id, closed.id, TicketId(99), TicketId(-1)] {
        let refused = desk.store.merge(Staff, duplicate.id, nowhere, None).await;
        assert_eq!(refused, Err(Field::Into.problem(FieldProblem::NotAnother)), "{nowhere}");
    }
    let stale = desk.store.merge(Staff, duplicate.id, target.id, Some(7)).await;
    assert!(matches!(stale, Err(AppError::Stale { .. })), "{stale:?}");
    assert!(matches!(desk.store.merge(Staff, closed.id, target.id, None).await, Err(AppError::TicketClosed { .. })));
    assert_eq!(desk.store.merge(Staff, TicketId(99), target.id, None).await, Err(AppError::NoSuchTicket));
    assert!(matches!(desk.store.part(Staff, duplicate.id).await, Err(AppError::Settled { .. })));
    assert_eq!(desk.history(duplicate.id).await?, before);
    // Two at once, each into the other: one succeeds.
    let both = tokio::join!(
        desk.store.merge(Staff, duplicate.id, target.id, None),
        desk.store.merge(Staff, target.id, duplicate.id, None)
    );
    assert!(both.0.is_ok() && both.1 == Err(Field::Into.problem(FieldProblem::NotAnother)), "{both:?}");
    Ok(())
}
