//! Opening a database: what is refused says what to do.

use super::{Desk, Outcome, WIFI, url};
use crate::{
    domain::{ids::TicketId, role::Role::Staff, ticket::NewTicket},
    error::AppError,
    server::store::{OpenError, Store},
};
use chrono_tz::Tz;
use sea_orm::{ConnectionTrait, Database, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use std::fs;

async fn refusal(database: &str) -> Result<OpenError, Box<dyn std::error::Error>> {
    let refused = Store::open(database, Tz::UTC).await.err().ok_or("it opened")?;
    let sentence = refused.to_string();
    assert!(!sentence.contains('\n') && sentence.ends_with('.'), "{sentence}");
    Ok(refused)
}

#[tokio::test]
async fn r11_a_database_is_made_on_first_use_and_found_again() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    desk.store.check_ready().await?;
    desk.store.clone().shut_down().await;
    assert!(!desk.folder.path().join("desk.db-wal").exists(), "everything is in the file");
    let path = desk.folder.path().join("desk.db").display().to_string();
    for url in [format!("sqlite:{path}"), format!("sqlite://{path}?mode=rwc"), format!("sqlite://{path}")] {
        let store = Store::open(&url, Tz::UTC).await?;
        assert_eq!(store.get_ticket(Staff, ticket.id).await?, ticket);
        store.shut_down().await;
    }
    Ok(())
}

#[tokio::test]
async fn r11_what_is_no_database_of_ours_is_refused_and_left_as_it_is() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    let database = |name: &str| format!("sqlite:{}", path(name).display());

    assert!(matches!(refusal(&database("no/such/folder/desk.db")).await?, OpenError::NoFolder { .. }));
    fs::create_dir(path("folder"))?;
    assert!(matches!(refusal(&database("folder")).await?, OpenError::NotADatabase { .. }));
    let letter = "Dear helpdesk, ".repeat(100);
    fs::write(path("letter.txt"), &letter)?;
    assert!(matches!(refusal(&database("letter.txt")).await?, OpenError::NotADatabase { .. }));
    assert_eq!(fs::read_to_string(path("letter.txt"))?, letter);

    let other = Database::connect(format!("{}?mode=rwc", database("other.db"))).await?;
    other.execute_unprepared("CREATE TABLE songs (title TEXT)").await?;
    other.close().await?;
    let bytes = fs::read(path("other.db"))?;
    assert!(matches!(refusal(&database("other.db")).await?, OpenError::OtherProgram { .. }));
    assert_eq!(fs::read(path("other.db"))?, bytes);

    for url in ["postgres://localhost/desk", "mysql://localhost/desk"] {
        assert!(matches!(refusal(url).await?, OpenError::NotSupported { .. }));
    }
    for url in ["", "desk.db", "sqlite:", "sqlite::memory:", "http://x", "sqlite:x?mode=odd", "sqlite:x?mode=ro"] {
        assert!(matches!(refusal(url).await?, OpenError::Malformed { .. }), "{url}");
    }
    Ok(())
}

#[tokio::test]
async fn r11_a_file_that_may_not_be_written_is_refused() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("desk.db");
    Store::open(&url(&folder), Tz::UTC).await?.shut_down().await;
    let mut permissions = fs::metadata(&path)?.permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions)?;
    // Root writes what it likes: there is nothing to refuse then.
    if fs::OpenOptions::new().write(true).open(&path).is_err() {
        assert!(matches!(refusal(&url(&folder)).await?, OpenError::NotWritable { .. }));
    }
    Ok(())
}

#[tokio::test]
async fn r11_a_database_of_a_newer_program_is_refused() -> Outcome {
    let desk = Desk::new().await?;
    desk.store.clone().shut_down().await;
    let database = Database::connect(desk.url()).await?;
    let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29991231_000001_future', 0)";
    database.execute_unprepared(newer).await?;
    database.close().await?;
    match refusal(&desk.url()).await? {
        OpenError::Newer { migration, .. } => assert_eq!(migration, "m29991231_000001_future"),
        other => panic!("{other}"),
    }
    Ok(())
}

#[tokio::test]
async fn r11_a_program_starts_while_another_writes() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    let other = Database::connect(desk.url()).await?;
    let immediate =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    let held = other.begin_with_options(immediate).await?;
    let store = Store::open(&desk.url(), Tz::UTC).await?;
    assert_eq!(store.get_ticket(Staff, ticket.id).await?, ticket);
    held.rollback().await?;
    Ok(())
}

#[tokio::test]
async fn r11_two_programs_that_start_at_once_make_one_database() -> Outcome {
    let folder = tempfile::tempdir()?;
    let url = url(&folder);
    let (one, two) = tokio::join!(Store::open(&url, Tz::UTC), Store::open(&url, Tz::UTC));
    for store in [one?, two?] {
        store.open_ticket(Staff, &NewTicket::new(WIFI, "", None)?, None).await?;
    }
    assert_eq!(Store::open(&url, Tz::UTC).await?.count_views().await?.open, 2);
    Ok(())
}

#[tokio::test]
async fn r11_a_backup_is_a_whole_database_and_never_overwrites() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    let copy = desk.folder.path().join("copy.db");
    desk.store.backup(&copy).await?;
    desk.report("after the backup").await?;
    let store = Store::open(&format!("sqlite:{}", copy.display()), Tz::UTC).await?;
    assert_eq!(store.get_ticket(Staff, ticket.id).await?, ticket);
    assert_eq!(store.get_ticket(Staff, TicketId(2)).await, Err(AppError::NoSuchTicket));
    for file in [copy, desk.folder.path().join("no/folder.db")] {
        assert!(matches!(desk.store.backup(&file).await, Err(AppError::Malformed { .. })));
    }
    Ok(())
}
