//! What is reported already, and who is affected by it, too.

use super::{CANTEEN, Desk, ELEVATOR, HOUR, Outcome};
use crate::{
    domain::{
        history::What,
        ids::TicketId,
        query::{Sort, TicketQuery},
        role::Role::{Requester, Staff},
        ticket::NewTicket,
    },
    error::AppError,
};

async fn report(desk: &Desk, text: &str, place: &str) -> Result<TicketId, AppError> {
    Ok(desk.store.open_ticket(Requester, &NewTicket::new(text, place, None)?, None).await?.id)
}

async fn similar(desk: &Desk, text: &str, place: Option<&str>) -> Result<Vec<TicketId>, AppError> {
    Ok(desk.store.find_similar(text, place, None).await?.into_iter().map(|ticket| ticket.id).collect())
}

#[tokio::test]
async fn what_may_be_the_same_is_found_by_place_and_by_words() -> Outcome {
    let desk = Desk::new().await?;
    let here = report(&desk, "The projector shows no picture", "Hall 3").await?;
    let elsewhere = report(&desk, "Projector without a picture since Monday", "Hall 5").await?;
    let other = report(&desk, "The coffee machine is empty", "Hall 3").await?;
    let closed = report(&desk, "The projector picture is blue", "Hall 3").await?;
    desk.store.activate(Staff, closed, None).await?;
    desk.store.close(Staff, closed, None).await?;

    assert_eq!(similar(&desk, "No picture from the PROJECTOR", Some("Hall 3")).await?, [here, elsewhere]);
    assert_eq!(similar(&desk, "projector picture dark", None).await?, [elsewhere, here]);
    // One word in common is enough in the same place, and not elsewhere.
    assert_eq!(similar(&desk, "the projector makes a noise", Some("Hall 3")).await?, [here]);
    assert_eq!(similar(&desk, "the projector makes a noise", None).await?, []);
    assert_eq!(similar(&desk, "Pröjector pïcture", None).await?, [elsewhere, here]);
    let street = report(&desk, "Die Straßenlampe flackert, неисправна", "").await?;
    assert_eq!(similar(&desk, "STRASSENLAMPE flackert wieder", None).await?, [street]);
    assert_eq!(similar(&desk, "лампа неисправна, Straßenlampe", None).await?, [street]);
    for nothing in ["", "a b c", "\" OR \" NEAR(x", "*", "unheard-of zebra", "🔥", "💧💧 漏"] {
        assert_eq!(similar(&desk, nothing, Some("Hall 3")).await?, [], "{nothing}");
    }
    let _ = other;
    for _ in 0..5 {
        report(&desk, "The projector shows no picture", "Hall 9").await?;
    }
    assert_eq!(similar(&desk, "projector picture", Some("Hall 3")).await?.len(), 3);
    Ok(())
}

#[tokio::test]
async fn a_device_is_affected_once_and_the_history_says_so() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(ELEVATOR).await?;
    desk.pass(HOUR);
    let (one, two) = ("a".repeat(32), "b".repeat(32));
    assert_eq!(desk.store.add_affected(ticket.id, one.clone()).await?.affected, 1);
    assert_eq!(desk.store.add_affected(ticket.id, one.clone()).await?.affected, 1);
    let after = desk.store.add_affected(ticket.id, two).await?;
    assert_eq!((after.affected, after.version, after.modified_at), (2, ticket.version, desk.now()));
    let told: Vec<_> = desk.told(ticket.id).await?.into_iter().filter(|(what, ..)| *what == What::Affected).collect();
    let row = |from: &str, to: &str| (What::Affected, Some(from.to_owned()), Some(to.to_owned()));
    assert_eq!(told, [row("0", "1"), row("1", "2")]);
    // Ten at once are ten.
    let all = (0..10).map(|device| desk.store.add_affected(ticket.id, format!("device {device}")));
    for done in futures_util::future::join_all(all).await {
        done?;
    }
    assert_eq!(desk.store.get_ticket(Staff, ticket.id).await?.affected, 12);
    let closed = desk.closed(CANTEEN).await?;
    assert_eq!(desk.store.add_affected(closed.id, one.clone()).await, Err(AppError::NoSuchTicket));
    assert_eq!(desk.store.add_affected(TicketId(99), one).await, Err(AppError::NoSuchTicket));
    Ok(())
}

#[tokio::test]
async fn r04_lists_are_in_the_order_of_those_affected() -> Outcome {
    let desk = Desk::new().await?;
    let mut ids = Vec::new();
    for (number, affected) in [0, 3, 1, 3, 0, 2].into_iter().enumerate() {
        let id = report(&desk, if number % 2 == 0 { ELEVATOR } else { "The elevator hums" }, "").await?;
        for device in 0..affected {
            desk.store.add_affected(id, format!("{device}")).await?;
        }
        ids.push(id.0);
    }
    let order = [ids[3], ids[1], ids[5], ids[2], ids[4], ids[0]];
    for search in [None, Some("elevator".to_owned())] {
        let query = TicketQuery { sort: Some(Sort::Affected), search, ..TicketQuery::default() };
        for limit in [1, 2, 4, 100] {
            assert_eq!(desk.walk(Staff, &query, limit).await?, order, "{query:?} {limit}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_device_hears_of_its_tickets_that_were_closed_lately() -> Outcome {
    let desk = Desk::new().await?;
    let first = desk.closed(ELEVATOR).await?;
    desk.pass(27 * 24 * HOUR);
    let (open, second) = (desk.report(CANTEEN).await?, desk.closed(CANTEEN).await?);
    let ids = [first.id, open.id, second.id, TicketId(99)];
    let closed = |found: Vec<(TicketId, _)>| found.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    assert_eq!(closed(desk.store.list_closed_lately(&ids).await?), [second.id, first.id]);
    desk.pass(2 * 24 * HOUR);
    assert_eq!(closed(desk.store.list_closed_lately(&ids).await?), [second.id]);
    Ok(())
}
