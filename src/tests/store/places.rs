//! Places: imported by staff, suggested to everybody, named by an address.

use super::{Desk, ELEVATOR, Outcome};
use crate::{
    domain::{
        role::Role::{Requester, Staff},
        ticket::NewTicket,
    },
    error::{AppError, Field, FieldProblem},
    server::store::Store,
};
use chrono_tz::Tz;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn places_are_imported_once_added_to_and_replaced() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    let first = store.import_places(Staff, names(&["Library, 1.02", "Canteen"]), false).await?;
    assert_eq!((first.new, first.count), (2, 2));
    let again = store.import_places(Staff, names(&["Canteen", "Hörsaal 3"]), false).await?;
    assert_eq!((again.new, again.count), (1, 3));
    let listed = store.list_places(Staff, None).await?;
    assert_eq!(
        listed.places.iter().map(|place| place.name.as_str()).collect::<Vec<_>>(),
        ["Canteen", "Hörsaal 3", "Library, 1.02"]
    );
    assert_eq!(store.list_places(Staff, Some("horsaal")).await?.count, 1);
    let replaced = store.import_places(Staff, names(&["Sports hall"]), true).await?;
    assert_eq!((replaced.new, replaced.count), (1, 1));
    assert_eq!(store.list_places(Staff, None).await?.count, 1);

    let many: Vec<String> = (0..20_001).map(|room| format!("Room {room}")).collect();
    let too_many = Field::Place.problem(FieldProblem::TooMany { max: 20_000 });
    assert_eq!(store.import_places(Staff, many.clone(), true).await, Err(too_many));
    assert_eq!(store.list_places(Staff, None).await?.count, 1, "what is refused changes nothing");
    // Nor where it is refused within a transaction that others write in.
    let (refused, opened) = tokio::join!(
        store.import_places(Staff, many, true),
        futures_util::future::try_join_all((0..20).map(|_| desk.report(ELEVATOR)))
    );
    assert!(refused.is_err() && opened?.len() == 20);
    assert_eq!(store.list_places(Staff, None).await?.count, 1);
    assert_eq!(store.import_places(Requester, names(&["Mine"]), false).await, Err(AppError::StaffOnly));
    assert_eq!(store.list_places(Requester, None).await, Err(AppError::StaffOnly));
    Ok(())
}

#[tokio::test]
async fn what_two_reports_name_is_suggested_and_what_one_names_is_nobodys_business() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    store.import_places(Staff, names(&["Library, 1.02", "Library, 1.03", "Main building, old library"]), false).await?;
    for (place, times) in [("Library, 1.03", 3), ("Bike shed", 2), ("My room, call 555 1234", 1)] {
        for _ in 0..times {
            store.open_ticket(Requester, &NewTicket::new(ELEVATOR, place, None)?, None).await?;
        }
    }
    // As another process sees it: nothing is known yet.
    let fresh = Store::open(&desk.url(), Tz::UTC).await?;
    let suggested = fresh.suggest_places("libr").await?;
    assert_eq!(suggested, ["Library, 1.03", "Library, 1.02", "Main building, old library"]);
    assert_eq!(fresh.suggest_places("SHED").await?, ["Bike shed"]);
    assert_eq!(fresh.suggest_places(&format!("shed{}", " s".repeat(40_000))).await?, ["Bike shed"]);
    assert!(fresh.suggest_places("my room").await?.is_empty() && fresh.suggest_places("555").await?.is_empty());
    assert_eq!(fresh.suggest_places("").await?.len(), 4);
    let open = fresh.list_places(Staff, Some("1.03")).await?.places;
    assert_eq!((open.len(), open[0].not_closed), (1, 3));
    Ok(())
}

#[tokio::test]
async fn an_address_names_a_place_by_its_name_or_its_words_alone() -> Outcome {
    let desk = Desk::new().await?;
    let store = &desk.store;
    store.import_places(Staff, names(&["Hörsaal 3", "Room 1.1", "Room 1-1", "図書館"]), false).await?;
    for step in ["Hörsaal 3", "horsaal-3"] {
        assert_eq!(store.find_place(step).await?.as_deref(), Some("Hörsaal 3"), "{step}");
    }
    assert_eq!(store.find_slug("Hörsaal 3").await?.as_deref(), Some("horsaal-3"));
    // Two places with the same words are named in full.
    assert_eq!((store.find_slug("Room 1.1").await?, store.find_slug("Room 1-1").await?), (None, None));
    assert_eq!(store.find_place("Room 1-1").await?.as_deref(), Some("Room 1-1"));
    assert_eq!(store.find_place("nowhere").await?, None);
    Ok(())
}
