//! Claim codes: by four words, another device finds the ticket.

use super::{Desk, ELEVATOR, HOUR, Outcome, WIFI};
use crate::{
    domain::{
        claim::ClaimCode,
        ids::TicketId,
        role::Role::{Requester, Staff},
    },
    error::AppError,
};
use sea_orm::{ConnectionTrait, Statement};

const DAY: i64 = 24 * HOUR;

async fn kept(desk: &Desk) -> Result<i64, Box<dyn std::error::Error>> {
    let db = desk.store.reading();
    let count = Statement::from_string(db.get_database_backend(), "SELECT count(*) AS kept FROM claims");
    let row = db.query_one_raw(count).await?.ok_or("no count")?;
    Ok(row.try_get("", "kept")?)
}

#[tokio::test]
async fn a_ticket_is_found_by_its_code_in_any_case_and_spacing() -> Outcome {
    let desk = Desk::new().await?;
    let (first, second) = (desk.report(WIFI).await?, desk.report(ELEVATOR).await?);
    let (one, two) = (desk.store.make_claim(first.id).await?, desk.store.make_claim(second.id).await?);
    assert_ne!(one.code, two.code);
    let written = one.code.to_string();
    let beginnings = one.code.words().each_ref().map(|word| word.chars().take(4).collect::<String>());
    for typed in [
        written.clone(),
        written.to_uppercase(),
        format!("  {}\n", written.replace('-', "   ")),
        written.replace('-', ", "),
        beginnings.join("."),
    ] {
        assert_eq!(desk.store.find_claimed(&ClaimCode::read(&typed)?).await?, Some(first.id), "{typed}");
    }
    assert_eq!(desk.store.find_claimed(&two.code).await?, Some(second.id));
    Ok(())
}

#[tokio::test]
async fn a_code_works_more_than_once_for_seven_days() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    let claim = desk.store.make_claim(ticket.id).await?;
    assert_eq!(claim.until.millis_since(desk.now()), 7 * DAY);
    for _ in 0..2 {
        desk.pass(7 * DAY / 2 - 1);
        assert_eq!(desk.store.find_claimed(&claim.code).await?, Some(ticket.id));
        assert_eq!(desk.store.find_claim(ticket.id).await?, Some(claim.clone()));
    }
    desk.pass(2);
    assert_eq!(desk.now(), claim.until);
    assert_eq!(desk.store.find_claimed(&claim.code).await?, None);
    assert_eq!(desk.store.find_claim(ticket.id).await?, None);
    Ok(())
}

#[tokio::test]
async fn the_newest_code_is_shown_and_earlier_ones_work_on() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    assert_eq!(desk.store.find_claim(ticket.id).await?, None, "none is made unasked");
    let earlier = desk.store.make_claim(ticket.id).await?;
    desk.pass(DAY);
    let newest = desk.store.make_claim(ticket.id).await?;
    assert_eq!(desk.store.find_claim(ticket.id).await?, Some(newest));
    assert_eq!(desk.store.find_claimed(&earlier.code).await?, Some(ticket.id));
    Ok(())
}

#[tokio::test]
async fn making_a_code_forgets_those_that_have_expired() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    for _ in 0..3 {
        desk.store.make_claim(ticket.id).await?;
    }
    desk.pass(DAY);
    desk.store.make_claim(ticket.id).await?;
    assert_eq!(kept(&desk).await?, 4);
    desk.pass(6 * DAY);
    desk.store.make_claim(ticket.id).await?;
    assert_eq!(kept(&desk).await?, 2);
    Ok(())
}

#[tokio::test]
async fn no_other_words_find_anything() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    let claim = desk.store.make_claim(ticket.id).await?;
    let mut turned = claim.code.words().clone();
    turned.rotate_left(1);
    // Four times the same word, turned, is the same code.
    if turned != *claim.code.words() {
        assert_eq!(desk.store.find_claimed(&ClaimCode::new(turned)).await?, None);
    }
    for unknown in ["abandon ability able about", "not words of that list", "%%%% a b c d", "' OR '1'='1 x y"] {
        let found = match ClaimCode::read(unknown) {
            Ok(code) if code != claim.code => desk.store.find_claimed(&code).await?,
            _ => None,
        };
        assert_eq!(found, None, "{unknown}");
    }
    Ok(())
}

#[tokio::test]
async fn r10_a_code_changes_nothing_of_its_ticket() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    desk.pass(HOUR);
    desk.store.make_claim(ticket.id).await?;
    assert_eq!(desk.store.get_ticket(Staff, ticket.id).await?, ticket);
    assert_eq!(desk.history(ticket.id).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn r03_a_closed_ticket_is_given_no_code_and_an_earlier_one_still_finds_it() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.active(WIFI).await?;
    let claim = desk.store.make_claim(ticket.id).await?;
    desk.store.close(Staff, ticket.id, None).await?;
    for none in [ticket.id, TicketId(99)] {
        assert_eq!(desk.store.make_claim(none).await, Err(AppError::NoSuchTicket));
        assert_eq!(desk.store.find_claim(none).await, Err(AppError::NoSuchTicket));
    }
    assert_eq!(desk.store.find_claimed(&claim.code).await?, Some(ticket.id));
    assert_eq!(desk.store.get_ticket(Requester, ticket.id).await, Err(AppError::NoSuchTicket));
    Ok(())
}
