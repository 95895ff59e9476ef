//! Demo data: the same each time, plausible, and kept by the same rules.

use super::{Desk, HOUR, Outcome};
use crate::{
    domain::{
        history::What,
        ids::TicketId,
        query::TicketQuery,
        role::Role::{Requester, Staff},
        status::Status,
    },
    server::{seed::seed, store::rollups::rollups_by_scan},
};
use chrono_tz::Tz;

#[tokio::test]
async fn r14_demo_data_is_the_same_each_time() -> Outcome {
    let (one, two) = (Desk::new().await?, Desk::new().await?);
    for desk in [&one, &two] {
        seed(&desk.store, 300).await?;
    }
    let replies = one.store.list_saved_replies(Staff, None).await?;
    assert_eq!(replies, two.store.list_saved_replies(Staff, None).await?);
    assert!(replies.len() > 5 && replies.iter().any(|reply| reply.then == Some(Status::Closed)));
    let all = TicketQuery { limit: 100, ..TicketQuery::default() };
    assert_eq!(one.store.list_tickets(Staff, &all).await?, two.store.list_tickets(Staff, &all).await?);
    for id in [1, 150, 300].map(TicketId) {
        assert_eq!(one.history(id).await?, two.history(id).await?);
        let said = one.store.list_messages(Staff, id, 100, None).await?;
        assert_eq!(said, two.store.list_messages(Staff, id, 100, None).await?);
    }
    Ok(())
}

#[tokio::test]
async fn r14_r15_demo_data_is_a_plausible_campus_that_keeps_the_rules() -> Outcome {
    let desk = Desk::new().await?;
    seed(&desk.store, 2_000).await?;
    let counts = desk.store.count_views().await?;
    assert_eq!(counts.open + counts.active + counts.closed, 2_000);
    assert!((40..200).contains(&(counts.open + counts.active)), "{counts:?}");
    assert!(counts.open > 10 && counts.active > 10 && counts.waiting > 10, "{counts:?}");
    assert_eq!(super::sums::kept(&desk.store).await?, rollups_by_scan(desk.store.reading(), Tz::UTC).await?);

    let mut rows = 0;
    let mut last = 0;
    for id in (1..=2_000).step_by(37).map(TicketId) {
        let ticket = desk.store.get_ticket(Staff, id).await?;
        let history = desk.history(id).await?;
        let messages = desk.store.list_messages(Staff, id, 100, None).await?.messages;
        assert_eq!(i64::try_from(messages.len())?, ticket.messages);
        let told: Vec<_> = history.iter().filter_map(|row| row.to.as_deref()?.parse::<i64>().ok()).collect();
        assert_eq!(told, messages.iter().map(|message| message.id.0).collect::<Vec<_>>());
        assert!(history.is_sorted_by_key(|row| (row.id.0, row.at)));
        assert_eq!(history[0].what, What::Opened);
        assert!(history[0].id.0 > last && ticket.opened_at <= desk.now());
        last = history[0].id.0;
        assert_eq!(history.last().map(|row| row.at), Some(ticket.modified_at));
        let changes = history.iter().filter(|row| !matches!(row.what, What::Opened | What::Message | What::Note));
        assert_eq!(i64::try_from(changes.count())? + 1, ticket.version);
        if let Some(closed_at) = ticket.closed_at {
            assert!((0..61 * 24 * HOUR).contains(&closed_at.millis_since(ticket.opened_at)));
        }
        rows += history.len();
    }
    assert!(rows > 54 * 4, "{rows}");
    let found = desk
        .store
        .list_tickets(Requester, &TicketQuery { search: Some("elevator".into()), ..TicketQuery::default() })
        .await?;
    assert!(!found.tickets.is_empty() && found.tickets.iter().all(|ticket| ticket.status != Status::Closed));

    // Life goes on behind it.
    let ticket = desk.report("one more").await?;
    assert_eq!(ticket.id, TicketId(2_001));
    let replies = desk.store.list_saved_replies(Staff, None).await?;
    seed(&desk.store, 10).await?;
    assert_eq!(desk.store.list_saved_replies(Staff, None).await?, replies);
    assert_eq!(desk.store.get_ticket(Staff, TicketId(2_011)).await?.id, TicketId(2_011));
    Ok(())
}
