//! What passes under a ticket without being kept: who is there, who writes, who has read.

use crate::{
    domain::{
        ids::{HistoryId, TicketId, Visitor},
        presence::{Presence, Reading, Typing},
        role::Role::{self, Requester, Staff},
        ticket::NewTicket,
    },
    error::AppError,
    server::{
        live::{Live, Said},
        store::Store,
    },
};
use chrono_tz::Tz;
use futures_util::{Stream, StreamExt};
use std::{error::Error, pin::Pin, time::Duration};
use tempfile::TempDir;
use tokio::time::timeout;

type Outcome = Result<(), Box<dyn Error>>;
type Ear = Pin<Box<dyn Stream<Item = Said> + Send>>;

struct Desk {
    store: Store,
    live: Live,
    ticket: TicketId,
    _folder: TempDir,
}

impl Desk {
    async fn new() -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let store = Store::open(&format!("sqlite:{}", folder.path().join("live.db").display()), Tz::UTC).await?;
        let ticket = store.open_ticket(Requester, &NewTicket::new("The lift is stuck", "", None)?, None).await?.id;
        Ok(Self { live: Live::start(store.clone()).await?, store, ticket, _folder: folder })
    }

    async fn listen(&self, role: Role, who: Option<u8>) -> Result<Ear, AppError> {
        Ok(Box::pin(self.live.listen(role, Some(self.ticket), None, who.map(visitor)).await?))
    }
}

fn visitor(n: u8) -> Visitor {
    format!("{n:x}").parse().unwrap()
}

/// What is told next, however busy the machine is.
async fn next(ear: &mut Ear) -> Option<Said> {
    timeout(Duration::from_secs(20), ear.next()).await.ok().flatten()
}

/// Whether nothing is told for a while.
async fn is_silent(ear: &mut Ear) -> bool {
    timeout(Duration::from_millis(300), ear.next()).await.is_err()
}

async fn others(ear: &mut Ear) -> (u32, u32) {
    match next(ear).await {
        Some(Said::Presence(Presence { requester, staff })) => (requester, staff),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn r06_each_is_told_who_else_is_there_and_nobody_of_themselves() -> Outcome {
    let desk = Desk::new().await?;
    let mut reporter = desk.listen(Requester, Some(1)).await?;
    assert!(is_silent(&mut reporter).await);
    let mut staff = desk.listen(Staff, Some(2)).await?;
    assert_eq!(others(&mut staff).await, (1, 0));
    assert_eq!(others(&mut reporter).await, (0, 1));
    // A second tab of the same device is nobody else, nor is a program that only listens.
    let second = desk.listen(Staff, Some(2)).await?;
    let program = desk.listen(Staff, None).await?;
    assert!(is_silent(&mut reporter).await && is_silent(&mut staff).await);
    drop((second, program));
    assert!(is_silent(&mut reporter).await);
    drop(staff);
    assert_eq!(others(&mut reporter).await, (0, 0));
    Ok(())
}

#[tokio::test]
async fn r06_who_no_longer_shows_that_they_are_there_fades_within_ten_seconds() -> Outcome {
    let desk = Desk::new().await?;
    let mut reporter = desk.listen(Requester, Some(1)).await?;
    let mut staff = desk.listen(Staff, Some(2)).await?;
    assert_eq!((others(&mut staff).await, others(&mut reporter).await), ((1, 0), (0, 1)));
    // The reporter's network is gone without a word: their stream stays open.
    let faded = timeout(Duration::from_secs(10), async {
        loop {
            desk.live.tell_presence(Staff, desk.ticket, visitor(2));
            if let Ok(Some(Said::Presence(told))) = timeout(Duration::from_millis(300), staff.next()).await {
                return (told.requester, told.staff);
            }
        }
    });
    assert_eq!(faded.await?, (0, 0));
    assert!(is_silent(&mut reporter).await, "who shows it is there");
    desk.live.tell_presence(Requester, desk.ticket, visitor(1));
    assert_eq!(others(&mut staff).await, (1, 0), "back again");
    Ok(())
}

#[tokio::test]
async fn r06_others_are_told_who_writes_and_of_a_note_staff_alone() -> Outcome {
    let desk = Desk::new().await?;
    let mut ears = Vec::new();
    for (role, who) in [(Requester, 1), (Staff, 2), (Staff, 3)] {
        ears.push(desk.listen(role, Some(who)).await?);
    }
    for ear in &mut ears {
        while !is_silent(ear).await {}
    }
    let typing = |said: Option<Said>| match said {
        Some(Said::Typing(Typing { role })) => Some(role),
        None => None,
        other => panic!("{other:?}"),
    };
    desk.live.tell_typing(Staff, desk.ticket, visitor(2), false);
    let [requester, writer, other] = ears.as_mut_slice() else { panic!("three listen") };
    assert_eq!((typing(next(requester).await), typing(next(other).await)), (Some(Staff), Some(Staff)));
    desk.live.tell_typing(Staff, desk.ticket, visitor(2), true);
    assert_eq!(typing(next(other).await), Some(Staff));
    assert!(is_silent(requester).await && is_silent(writer).await);
    Ok(())
}

#[tokio::test]
async fn r03_of_a_closed_ticket_a_requester_is_told_nothing_that_passes() -> Outcome {
    let desk = Desk::new().await?;
    let mut early = desk.listen(Requester, Some(1)).await?;
    // One after the other: of a ticket that is closed by then, a requester is not told what led to it.
    desk.store.activate(Staff, desk.ticket, None).await?;
    assert!(matches!(next(&mut early).await, Some(Said::Row(_))));
    desk.store.close(Staff, desk.ticket, None).await?;
    assert!(matches!(next(&mut early).await, Some(Said::Row(_))));
    let (mut late, mut staff) = (desk.listen(Requester, Some(2)).await?, desk.listen(Staff, Some(3)).await?);
    // Who was there before stays until they go; who comes now is not announced.
    assert_eq!(others(&mut staff).await, (1, 0));
    desk.live.tell_typing(Staff, desk.ticket, visitor(4), false);
    desk.live.tell_read(desk.ticket, Reading { role: Staff, last: HistoryId(3) });
    assert!(is_silent(&mut early).await && is_silent(&mut late).await);
    assert!(next(&mut staff).await.is_some() && next(&mut staff).await.is_some());
    Ok(())
}
