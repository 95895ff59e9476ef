//! The roll-ups: whatever happens, they are what a count of the tickets says.

use super::{Desk, HOUR, Outcome, START, WIFI, clock_of};
use crate::{
    domain::{
        category::Category,
        ids::TicketId,
        role::Role::{Requester, Staff},
        ticket::{Edit, NewTicket},
        time::Timestamp,
    },
    server::{
        durations::Durations,
        entity::{rollup_backlog, rollup_category, rollup_correction, rollup_duration, rollup_month, rollup_place},
        store::{
            Store,
            rollups::{CategorySum, DaySum, MonthSum, PlaceSum, Rollups, Took, month_of, rollups_by_scan},
            sqlite::Tuning,
        },
    },
};
use chrono::Datelike;
use chrono_tz::Tz;
use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};

/// The roll-ups as they are kept, without rows of nothing.
pub(super) async fn kept(store: &Store) -> Result<Rollups, Box<dyn std::error::Error>> {
    let mut rollups = Rollups::default();
    let days = Statement::from_string(store.reading().get_database_backend(), "SELECT * FROM rollup_days");
    for row in rollup_month::Entity::find().all(store.reading()).await? {
        let sum = MonthSum { opened: row.opened, closed: row.closed, resolution_ms: row.resolution_ms };
        if sum != MonthSum::default() {
            rollups.months.insert((row.month, row.category), sum);
        }
    }
    for row in store.reading().query_all_raw(days).await? {
        let mut sum = DaySum { opened: row.try_get("", "opened")?, closed: row.try_get("", "closed")?, hours: [0; 24] };
        for (hour, count) in sum.hours.iter_mut().enumerate() {
            *count = row.try_get("", &format!("h{hour:02}"))?;
        }
        let day: chrono::NaiveDate = row.try_get::<String>("", "day")?.parse()?;
        assert_eq!(row.try_get::<u32>("", "weekday")?, day.weekday().num_days_from_monday());
        if sum != DaySum::default() {
            rollups.days.insert((day, row.try_get("", "category")?), sum);
        }
    }
    for row in rollup_duration::Entity::find().all(store.reading()).await? {
        let mut durations = Durations::default();
        durations.add_bytes(&row.durations);
        if !durations.is_empty() {
            let what = Took::from_slug(&row.what).ok_or("no such duration")?;
            rollups.durations.insert((what, row.since, row.category), durations);
        }
    }
    for row in rollup_place::Entity::find().all(store.reading()).await? {
        let sum = PlaceSum { opened: row.opened, not_closed: row.not_closed, returned: row.returned };
        if sum != PlaceSum::default() {
            rollups.places.insert(row.place, sum);
        }
    }
    for row in rollup_correction::Entity::find().all(store.reading()).await? {
        if row.count != 0 {
            rollups.corrections.insert((row.month, row.machine, row.category), row.count);
        }
    }
    for row in rollup_backlog::Entity::find().all(store.reading()).await? {
        if row.count != 0 {
            rollups.backlog.insert((row.hours, row.since, row.category), row.count);
        }
    }
    for row in rollup_category::Entity::find().all(store.reading()).await? {
        let sum = CategorySum {
            open: row.open,
            active: row.active,
            closed: row.closed,
            waiting: row.waiting,
            doubtful: row.doubtful,
        };
        if sum != CategorySum::default() {
            rollups.categories.insert(row.category, sum);
        }
    }
    Ok(rollups)
}

#[tokio::test]
async fn r14_r15_after_thousands_of_random_acts_the_sums_are_those_of_a_count() -> Outcome {
    let zone = Tz::Europe__Berlin;
    let desk = Desk::tuned(zone, &Tuning::default()).await?;
    let texts = ["elevator is stuck", WIFI, "the canteen's food was cold", "something else"];
    let mut state = 42_u64;
    let mut below = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let (mut opened, mut merged, mut parted) = (0_u64, 0, 0);
    for _ in 0..5_000 {
        desk.pass(i64::try_from(below(4 * 3_600_000))?);
        // Any ticket, and in two of three acts one of the latest, so that some are closed soon.
        let among = if below(3) == 0 { opened + 1 } else { 20 };
        let id = TicketId(i64::try_from(opened.saturating_sub(below(among)))?);
        let text = texts[usize::try_from(below(4))?];
        // What is refused changes nothing either.
        match below(10) {
            0..=2 => {
                let place = ["", "Library", "Canteen, ground floor"][usize::try_from(below(3))?];
                let again = (below(3) == 0).then_some(id);
                let made = match desk.store.open_ticket(Requester, &NewTicket::new(text, place, again)?, None).await {
                    Err(_) => desk.store.open_ticket(Requester, &NewTicket::new(text, place, None)?, None).await,
                    made => made,
                };
                made?;
                opened += 1;
            }
            3 => drop(desk.store.activate(Staff, id, None).await),
            4 => drop(desk.store.close(Staff, id, None).await),
            5 => {
                let category = Category::ALL[usize::try_from(below(3))?];
                drop(desk.store.correct_category(Staff, id, category, None).await);
            }
            6 => {
                if let Ok(ticket) = desk.store.get_ticket(Requester, id).await {
                    let place = ["here", "Library", ""][usize::try_from(below(3))?];
                    let edit = Edit::new(Some(text), Some(place), ticket.version)?;
                    desk.store.edit_ticket(Requester, id, &edit).await?;
                }
            }
            7 => {
                let into = TicketId(i64::try_from(opened.saturating_sub(below(among)))?);
                if desk.store.merge(Staff, id, into, None).await.is_ok() {
                    merged += 1;
                    if below(2) == 0 {
                        desk.store.part(Staff, id).await?;
                        parted += 1;
                    }
                }
            }
            // Nearly all were merged too long ago, if ever.
            8 => drop(desk.store.part(Staff, id).await),
            _ => drop(desk.say([Requester, Staff][usize::try_from(below(2))?], id, "hello").await),
        }
    }
    let kept = kept(&desk.store).await?;
    let waiting: i64 = kept.categories.values().map(|sum| sum.waiting).sum();
    assert!(kept.months.len() > 30 && opened > 1200 && waiting > 10, "{opened} {kept:?}");
    assert!(merged > 100 && parted > 50, "{merged} {parted}");
    let returned: i64 = kept.places.values().map(|sum| sum.returned).sum();
    assert!(kept.days.len() > 300 && kept.durations.len() > 150 && returned > 0, "{} {returned}", kept.durations.len());
    assert_eq!(waiting, desk.store.count_views().await?.waiting);
    assert_eq!(kept, rollups_by_scan(desk.store.reading(), zone).await?);
    Ok(())
}

#[tokio::test]
async fn r14_months_are_those_of_the_campus_and_are_counted_anew_when_it_moves() -> Outcome {
    let desk = Desk::tuned(Tz::Europe__Berlin, &Tuning::default()).await?;
    // 2026-10-31T22:59Z and 23:01Z: 23:59 on the 31st and 00:01 on the 1st in Berlin, where the clocks went back on the 25th.
    let border = 1_793_487_600_000;
    for at in [border - 60_000, border + 60_000] {
        desk.pass(at - desk.now().0);
        desk.closed(WIFI).await?;
    }
    let months = |rollups: Rollups| {
        let mut months: Vec<_> = rollups.months.into_iter().map(|((month, _), sum)| (month, sum.opened)).collect();
        months.sort();
        months
    };
    assert_eq!(months(kept(&desk.store).await?), [("2026-10".to_owned(), 1), ("2026-11".to_owned(), 1)]);
    let url = desk.url();
    desk.store.shut_down().await;
    let store = Store::open(&url, Tz::UTC).await?;
    assert_eq!(months(kept(&store).await?), [("2026-10".to_owned(), 2)]);
    store.shut_down().await;
    let store = Store::open(&url, Tz::Europe__Berlin).await?.with_clock(clock_of(&desk.clock));
    assert_eq!(months(kept(&store).await?), [("2026-10".to_owned(), 1), ("2026-11".to_owned(), 1)]);
    assert_eq!(kept(&store).await?, rollups_by_scan(store.reading(), Tz::Europe__Berlin).await?);
    Ok(())
}

/// Takes the schema back to what it was before the migration of that name.
async fn go_back_before(desk: &Desk, name: &str) -> Outcome {
    let migrations = Migrator::migrations();
    let before = migrations.iter().position(|one| one.name().ends_with(name)).ok_or("no such migration")?;
    Migrator::down(desk.store.writing(), Some(u32::try_from(migrations.len() - before)?)).await?;
    Ok(())
}

#[tokio::test]
async fn a_database_from_before_it_was_summed_gets_the_count_of_what_waits() -> Outcome {
    let desk = Desk::tuned(Tz::UTC, &Tuning::default()).await?;
    let (waiting, answered) = (desk.report(WIFI).await?, desk.report("elevator is stuck").await?);
    desk.say(Requester, waiting.id, "Hello?").await?;
    desk.say(Staff, answered.id, "On our way.").await?;
    desk.closed(WIFI).await?;
    go_back_before(&desk, "_waiting").await?;
    let store = Store::open(&desk.url(), Tz::UTC).await?;
    assert_eq!(kept(&store).await?, rollups_by_scan(store.reading(), Tz::UTC).await?);
    assert_eq!(store.count_views().await?.waiting, 1);
    Ok(())
}

#[tokio::test]
async fn r09_a_database_from_before_corrections_were_counted_gets_their_count() -> Outcome {
    let desk = Desk::tuned(Tz::UTC, &Tuning::default()).await?;
    let (corrected, confirmed) = (desk.report(WIFI).await?, desk.report(WIFI).await?);
    // Before the correction, the machine changed its mind when staff changed the words: that is no correction.
    desk.pass(HOUR);
    let corrected = desk.edit(Staff, &corrected, "elevator is stuck").await?;
    desk.pass(HOUR);
    for category in [Category::ServicesComplaints, Category::TechnicalIt] {
        desk.store.correct_category(Staff, corrected.id, category, None).await?;
    }
    desk.store.decide_category(Staff, confirmed.id, Category::TechnicalIt, None).await?;
    desk.report(WIFI).await?;
    let kept_before = kept(&desk.store).await?;
    assert_eq!(kept_before.corrections.values().sum::<i64>(), 2);
    go_back_before(&desk, "_doubts").await?;
    // It is brought to this program's schema, and counted, when it is opened.
    let store = Store::open(&desk.url(), Tz::UTC).await?;
    assert_eq!(kept(&store).await?, kept_before);
    assert_eq!(rollups_by_scan(store.reading(), Tz::UTC).await?, kept_before);
    // Once: what was counted is not counted again.
    assert_eq!(kept(&Store::open(&desk.url(), Tz::UTC).await?).await?, kept_before);
    Ok(())
}

#[tokio::test]
async fn a_database_from_before_the_analyses_gets_their_sums() -> Outcome {
    let desk = Desk::tuned(Tz::Europe__Rome, &Tuning::default()).await?;
    let (answered, noted) = (desk.report(WIFI).await?, desk.report("elevator is stuck").await?);
    desk.pass(HOUR);
    desk.note(noted.id, "Who has the key?").await?;
    desk.say(Requester, answered.id, "Hello?").await?;
    for _ in 0..2 {
        desk.pass(HOUR);
        desk.say(Staff, answered.id, "On our way.").await?;
    }
    let closed = desk.closed(WIFI).await?;
    for days in [29, 2] {
        desk.pass(days * 24 * HOUR);
        desk.store.open_ticket(Requester, &NewTicket::new(WIFI, "Library", Some(closed.id))?, None).await?;
    }
    let kept_before = kept(&desk.store).await?;
    let library = kept_before.places.get("Library").ok_or("no such place")?;
    assert_eq!((library.opened, library.not_closed, library.returned), (2, 2, 1));
    assert_eq!(kept_before.durations.keys().filter(|(took, ..)| *took == Took::ResponseByOpening).count(), 1);
    go_back_before(&desk, "_analyses").await?;
    let store = Store::open(&desk.url(), Tz::Europe__Rome).await?;
    assert_eq!(kept(&store).await?, kept_before);
    assert_eq!(rollups_by_scan(store.reading(), Tz::Europe__Rome).await?, kept_before);
    Ok(())
}

#[test]
fn r14_a_month_is_named_by_year_and_number() {
    assert_eq!(month_of(Timestamp(START), Tz::UTC), "2026-10");
    assert_eq!(month_of(Timestamp(0), Tz::America__New_York), "1969-12");
}
