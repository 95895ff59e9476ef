//! Opening, editing, moving and correcting a ticket.

use super::{CANTEEN, Desk, ELEVATOR, HOUR, Outcome, WIFI};
use crate::{
    domain::{
        category::{Category, CategorySource},
        history::What,
        ids::TicketId,
        role::Role::{Requester, Staff},
        status::Status,
        ticket::{Edit, Found, NewTicket},
    },
    error::{AppError, Field, FieldProblem},
};

#[tokio::test]
async fn r02_r07_r10_a_new_ticket_is_open_dated_and_in_the_history() -> Outcome {
    let desk = Desk::new().await?;
    let new = NewTicket::new("  The tap drips \r\n all day ", " Library ", None)?;
    let ticket = desk.store.open_ticket(Requester, &new, None).await?;
    assert_eq!(ticket.description, "The tap drips \n all day");
    assert_eq!(ticket.place.as_deref(), Some("Library"));
    assert_eq!((ticket.status, ticket.version, ticket.messages), (Status::Open, 1, 0));
    assert_eq!((ticket.opened_at, ticket.modified_at, ticket.closed_at), (desk.now(), desk.now(), None));
    assert_eq!(desk.told(ticket.id).await?, [(What::Opened, None, Some("open".to_owned()))]);
    assert_eq!(desk.history(ticket.id).await?[0].role, Requester);
    assert_eq!(desk.store.get_ticket(Requester, ticket.id).await?, ticket);
    Ok(())
}

#[tokio::test]
async fn r08_any_text_is_stored_as_it_was_written() -> Outcome {
    let desk = Desk::new().await?;
    for text in [
        "'; DROP TABLE tickets; --",
        "<script>alert(1)</script>",
        "👩‍🔧 Ärger im Café \u{202e}",
        "a\nb\tc",
        "?1 $1 :x @y",
    ] {
        let new = NewTicket::new(text, text.lines().next().unwrap_or(text), None)?;
        let ticket = desk.store.open_ticket(Requester, &new, Some("k").filter(|_| false)).await?;
        assert_eq!(desk.store.get_ticket(Staff, ticket.id).await?.description, text);
    }
    Ok(())
}

#[tokio::test]
async fn r09_the_category_comes_from_the_words() -> Outcome {
    let desk = Desk::new().await?;
    for (text, category) in [
        (ELEVATOR, Category::FacilityManagement),
        (WIFI, Category::TechnicalIt),
        (CANTEEN, Category::ServicesComplaints),
    ] {
        let ticket = desk.report(text).await?;
        assert_eq!((ticket.category, ticket.category_source), (category, CategorySource::Auto), "{text}");
        assert!(!ticket.category_because.is_empty(), "{text}");
    }
    Ok(())
}

#[tokio::test]
async fn r09_another_description_is_another_category_unless_staff_decided() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(ELEVATOR).await?;
    desk.pass(HOUR);
    let edited = desk.edit(Requester, &ticket, WIFI).await?;
    assert_eq!((edited.category, edited.version), (Category::TechnicalIt, 2));
    assert_ne!(edited.category_because, ticket.category_because);
    let told = desk.told(ticket.id).await?;
    assert_eq!(told[1].0, What::Description);
    let slugs = |from: Category, to: Category| (What::Category, Some(from.slug().into()), Some(to.slug().into()));
    assert_eq!(told[2], slugs(Category::FacilityManagement, Category::TechnicalIt));
    assert!(desk.history(ticket.id).await?.iter().all(|row| row.role == Requester));

    let corrected = desk.store.correct_category(Staff, ticket.id, Category::ServicesComplaints, Some(2)).await?;
    assert_eq!((corrected.category_source, corrected.version), (CategorySource::Staff, 3));
    assert_eq!(corrected.category_because, Vec::<String>::new());
    let edited = desk.edit(Requester, &corrected, ELEVATOR).await?;
    assert_eq!(edited.category, Category::ServicesComplaints);
    assert_eq!((edited.category_source, edited.category_because), (CategorySource::Staff, Vec::new()));
    assert_eq!(desk.told(ticket.id).await?.len(), 5);
    Ok(())
}

#[tokio::test]
async fn r09_setting_the_category_it_has_is_no_change() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    desk.pass(HOUR);
    assert_eq!(desk.store.correct_category(Staff, ticket.id, Category::TechnicalIt, None).await?, ticket);
    assert_eq!(desk.told(ticket.id).await?.len(), 1);
    let refused = desk.store.correct_category(Requester, ticket.id, Category::TechnicalIt, None).await;
    assert_eq!(refused, Err(AppError::StaffOnly));
    Ok(())
}

#[tokio::test]
async fn r03_anybody_edits_what_is_not_closed_in_one_version_with_a_row_for_each_change() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.active(ELEVATOR).await?;
    desk.pass(HOUR);
    let edit = Edit::new(Some("elevator is stuck"), Some("Library"), ticket.version)?;
    let edited = desk.store.edit_ticket(Requester, ticket.id, &edit).await?;
    assert_eq!((edited.version, edited.modified_at), (ticket.version + 1, desk.now()));
    assert_eq!((edited.status, edited.opened_at), (Status::Active, ticket.opened_at));
    let told = desk.told(ticket.id).await?;
    assert_eq!(told[2], (What::Description, Some(ELEVATOR.into()), Some("elevator is stuck".into())));
    assert_eq!(told[3], (What::Place, None, Some("Library".into())));
    let cleared = Edit::new(None, Some(" "), edited.version)?;
    assert_eq!(desk.store.edit_ticket(Staff, ticket.id, &cleared).await?.place, None);
    Ok(())
}

#[tokio::test]
async fn r10_an_edit_that_changes_nothing_changes_nothing() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    desk.pass(HOUR);
    let edit = Edit::new(Some(WIFI), Some(""), 1)?;
    assert_eq!(desk.store.edit_ticket(Requester, ticket.id, &edit).await?, ticket);
    assert_eq!(desk.store.edit_ticket(Requester, ticket.id, &Edit::new(None, None, 1)?).await?, ticket);
    assert_eq!(desk.told(ticket.id).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn r11_an_edit_against_an_old_version_is_refused_and_loses_neither_text() -> Outcome {
    let desk = Desk::new().await?;
    let seen = desk.report(WIFI).await?;
    let first = desk.edit(Requester, &seen, "wifi is slow in the library").await?;
    let second = desk.edit(Staff, &seen, "wifi is slow in the canteen").await;
    assert_eq!(second, Err(AppError::Stale { current: Box::new(first.clone()) }));
    assert_eq!(desk.store.get_ticket(Staff, seen.id).await?, first);
    for version in [0, -1, i64::MAX] {
        let edit = Edit::new(Some("x"), None, version)?;
        assert!(matches!(desk.store.edit_ticket(Staff, seen.id, &edit).await, Err(AppError::Stale { .. })));
    }
    Ok(())
}

#[tokio::test]
async fn r05_only_staff_move_a_ticket_and_only_forwards() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    let open = desk.report(WIFI).await?;
    for to in Status::ALL {
        assert_eq!(store.move_ticket(Requester, open.id, to, None).await, Err(AppError::StaffOnly));
    }
    for to in [Status::Open, Status::Closed] {
        let refused = AppError::NoSuchMove { to, current: Box::new(open.clone()) };
        assert_eq!(store.move_ticket(Staff, open.id, to, Some(1)).await, Err(refused));
    }
    desk.pass(HOUR);
    let active = store.move_ticket(Staff, open.id, Status::Active, Some(1)).await?;
    assert_eq!((active.status, active.version, active.modified_at), (Status::Active, 2, desk.now()));
    for to in [Status::Open, Status::Active] {
        assert!(matches!(store.move_ticket(Staff, open.id, to, None).await, Err(AppError::NoSuchMove { .. })));
    }
    assert!(matches!(store.close(Staff, open.id, Some(1)).await, Err(AppError::Stale { .. })));
    desk.pass(HOUR);
    let closed = store.close(Staff, open.id, Some(2)).await?;
    assert_eq!((closed.status, closed.closed_at, closed.modified_at), (Status::Closed, Some(desk.now()), desk.now()));
    for to in Status::ALL {
        let refused = AppError::NoSuchMove { to, current: Box::new(closed.clone()) };
        assert_eq!(store.move_ticket(Staff, open.id, to, Some(1)).await, Err(refused));
        assert_eq!(store.move_ticket(Requester, open.id, to, None).await, Err(AppError::NoSuchTicket));
    }
    let moves = desk.told(open.id).await?;
    assert_eq!(moves[1], (What::Status, Some("open".into()), Some("active".into())));
    assert_eq!(moves[2], (What::Status, Some("active".into()), Some("closed".into())));
    assert_eq!(moves.len(), 3);
    Ok(())
}

#[tokio::test]
async fn r03_r04_a_closed_ticket_is_for_staff_and_nobody_changes_it() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    let closed = desk.closed(WIFI).await?;
    let id = closed.id;
    let edit = Edit::new(Some("x"), None, closed.version)?;
    let stale = Edit::new(Some("x"), None, 1)?;
    assert_eq!(store.get_ticket(Requester, id).await, Err(AppError::NoSuchTicket));
    assert_eq!(store.edit_ticket(Requester, id, &edit).await, Err(AppError::NoSuchTicket));
    assert_eq!(store.close(Requester, id, None).await, Err(AppError::NoSuchTicket));
    let category = Category::ServicesComplaints;
    assert_eq!(store.correct_category(Requester, id, category, None).await, Err(AppError::NoSuchTicket));
    assert_eq!(store.list_history(Requester, id, 9, None).await, Err(AppError::NoSuchTicket));
    assert_eq!(store.list_messages(Requester, id, 9, None).await, Err(AppError::NoSuchTicket));
    assert_eq!(store.list_timeline(Requester, id, None).await, Err(AppError::NoSuchTicket));

    let refused = AppError::TicketClosed { current: Box::new(closed.clone()) };
    assert_eq!(store.get_ticket(Staff, id).await?, closed);
    assert_eq!(store.edit_ticket(Staff, id, &edit).await, Err(refused.clone()));
    assert_eq!(store.edit_ticket(Staff, id, &stale).await, Err(refused.clone()));
    assert_eq!(store.correct_category(Staff, id, category, Some(1)).await, Err(refused));
    let found = Found::Closed { id, closed_at: desk.now() };
    assert_eq!(store.look_up(Requester, id).await?, found);
    assert_eq!(store.look_up(Staff, id).await?, Found::Ticket(Box::new(closed)));
    Ok(())
}

#[tokio::test]
async fn r03_what_is_not_there_is_not_found_by_anyone() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    for id in [0, -1, 7, i64::MAX, i64::MIN].map(TicketId) {
        for role in [Requester, Staff] {
            let edit = Edit::new(Some("x"), None, 1)?;
            assert_eq!(store.get_ticket(role, id).await, Err(AppError::NoSuchTicket));
            assert_eq!(store.look_up(role, id).await, Err(AppError::NoSuchTicket));
            assert_eq!(store.edit_ticket(role, id, &edit).await, Err(AppError::NoSuchTicket));
            assert_eq!(store.activate(role, id, None).await, Err(AppError::NoSuchTicket));
            assert_eq!(desk.say(role, id, "x").await, Err(AppError::NoSuchTicket));
            assert_eq!(store.list_timeline(role, id, None).await, Err(AppError::NoSuchTicket));
        }
    }
    Ok(())
}

#[tokio::test]
async fn r03_reporting_again_points_back_to_a_closed_ticket_only() -> Outcome {
    let desk = Desk::new().await?;
    let closed = desk.closed(WIFI).await?;
    let again = NewTicket::new("WIFI malfunctioning again", "", Some(closed.id))?;
    let ticket = desk.store.open_ticket(Requester, &again, None).await?;
    assert_eq!((ticket.again_of, ticket.status), (Some(closed.id), Status::Open));
    for id in [ticket.id, TicketId(99)] {
        let again = NewTicket::new("again", "", Some(id))?;
        let refused = Field::AgainOf.problem(FieldProblem::NotClosed);
        assert_eq!(desk.store.open_ticket(Requester, &again, Some("again")).await, Err(refused));
    }
    // The refusals used no key up.
    desk.store.open_ticket(Requester, &NewTicket::new("other", "", None)?, Some("again")).await?;
    Ok(())
}

#[tokio::test]
async fn r10_times_never_run_backwards_even_if_the_clock_does() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report(WIFI).await?;
    desk.pass(-HOUR);
    let active = desk.store.activate(Staff, ticket.id, None).await?;
    assert_eq!(active.modified_at, ticket.modified_at);
    let closed = desk.store.close(Staff, ticket.id, None).await?;
    assert_eq!(closed.closed_at, Some(ticket.opened_at));
    Ok(())
}
