//! When the database is locked, full or damaged: an honest answer, and nothing half-written.

use super::{Desk, Outcome, WIFI};
use crate::{
    domain::{
        ids::TicketId,
        role::Role::{Requester, Staff},
        ticket::NewTicket,
    },
    error::AppError,
    server::store::{rollups::rollups_by_scan, sqlite::Tuning},
};
use chrono_tz::Tz;
use sea_orm::{ConnectionTrait, Database, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use std::time::Duration;

#[tokio::test]
async fn r11_a_lock_held_too_long_is_unavailable_and_stores_nothing() -> Outcome {
    let tuning = Tuning { busy_timeout: Duration::from_millis(50), ..Tuning::default() };
    let desk = Desk::tuned(Tz::UTC, &tuning).await?;
    let ticket = desk.report(WIFI).await?;
    let other = Database::connect(desk.url()).await?;
    let exclusive = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let held = other.begin_with_options(exclusive).await?;
    for _ in 0..3 {
        assert_eq!(desk.report("while it is locked").await, Err(AppError::Unavailable));
        assert_eq!(desk.say(Staff, ticket.id, "x").await, Err(AppError::Unavailable));
    }
    // Reading goes on.
    assert_eq!(desk.store.get_ticket(Staff, ticket.id).await?, ticket);
    held.rollback().await?;
    assert_eq!(desk.report("afterwards").await?.id, TicketId(2));
    Ok(())
}

#[tokio::test]
async fn r11_a_full_disk_is_unavailable_half_writes_nothing_and_heals() -> Outcome {
    let tuning = Tuning { max_pages: Some(150), ..Tuning::default() };
    let desk = Desk::tuned(Tz::UTC, &tuning).await?;
    let new = NewTicket::new(&"elevator ".repeat(800), "", None)?;
    let mut stored = 0;
    let refused = loop {
        match desk.store.open_ticket(Requester, &new, Some(&format!("key-{stored}"))).await {
            Ok(_) => stored += 1,
            Err(refused) => break refused,
        }
        assert!(stored < 200, "the disk is never full");
    };
    assert_eq!(refused, AppError::Unavailable);
    for _ in 0..5 {
        let again = desk.store.open_ticket(Requester, &new, Some(&format!("key-{stored}"))).await;
        assert_eq!(again, Err(AppError::Unavailable));
    }
    let counts = desk.store.count_views().await?;
    assert_eq!(counts.open, stored);
    assert_eq!(super::sums::kept(&desk.store).await?, rollups_by_scan(desk.store.reading(), Tz::UTC).await?);
    desk.store.writing().execute_unprepared("PRAGMA max_page_count = 100000").await?;
    let ticket = desk.store.open_ticket(Requester, &new, Some(&format!("key-{stored}"))).await?;
    assert_eq!(ticket.id.0, stored + 1);
    assert_eq!(desk.told(ticket.id).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn r11_the_history_is_edited_by_nobody() -> Outcome {
    let desk = Desk::new().await?;
    desk.report(WIFI).await?;
    for edit in ["UPDATE history SET role = 'staff'", "DELETE FROM history"] {
        let error = desk.store.writing().execute_unprepared(edit).await.err().ok_or("it was edited")?;
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    let written = desk.store.reading().execute_unprepared("DELETE FROM messages").await;
    assert!(written.is_err(), "a reading connection does not write");
    Ok(())
}

#[tokio::test]
async fn r11_what_the_database_says_goes_to_the_log_and_no_further() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    let damage = "UPDATE tickets SET category_because = 'no json', place = 'secret'";
    desk.store.writing().execute_unprepared(damage).await?;
    match desk.store.get_ticket(Staff, ticket.id).await {
        Err(AppError::Internal { reference }) => assert!(reference.len() == 8 && !reference.contains("json")),
        other => panic!("{other:?}"),
    }
    desk.store.writing().execute_unprepared("PRAGMA foreign_keys = OFF").await?;
    desk.store.writing().execute_unprepared("DROP TABLE messages").await?;
    assert!(matches!(desk.say(Staff, ticket.id, "x").await, Err(AppError::Internal { .. })));
    Ok(())
}
