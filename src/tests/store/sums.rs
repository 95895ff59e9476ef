//! The roll-ups: whatever happens, they are what a count of the tickets says.

use super::{Desk, HOUR, Outcome, START, WIFI, clock_of};
use crate::{
    domain::{
        category::Category,
        ids::TicketId,
        role::Role::{Requester, Staff},
        ticket::Edit,
        time::Timestamp,
    },
    server::{
        entity::{rollup_category, rollup_correction, rollup_month},
        store::{
            Store,
            rollups::{CategorySum, MonthSum, Rollups, month_of, rollups_by_scan},
            sqlite::Tuning,
        },
    },
};
use chrono_tz::Tz;
use migrations::{Migrator, MigratorTrait};
use sea_orm::EntityTrait;

/// The roll-ups as they are kept, without rows of nothing.
pub(super) async fn kept(store: &Store) -> Result<Rollups, Box<dyn std::error::Error>> {
    let mut rollups = Rollups::default();
    for row in rollup_month::Entity::find().all(store.reading()).await? {
        let sum = MonthSum { opened: row.opened, closed: row.closed, resolution_ms: row.resolution_ms };
        if sum != MonthSum::default() {
            rollups.months.insert((row.month, row.category), sum);
        }
    }
    for row in rollup_correction::Entity::find().all(store.reading()).await? {
        if row.count != 0 {
            rollups.corrections.insert((row.month, row.machine, row.category), row.count);
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
async fn r14_r15_after_hundreds_of_random_acts_the_sums_are_those_of_a_count() -> Outcome {
    let zone = Tz::Europe__Berlin;
    let desk = Desk::tuned(zone, &Tuning::default()).await?;
    let texts = ["elevator is stuck", WIFI, "the canteen's food was cold", "something else"];
    let mut state = 42_u64;
    let mut below = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let mut opened = 0;
    for _ in 0..600 {
        desk.pass(i64::try_from(below(40))? * HOUR);
        let id = TicketId(i64::try_from(below(opened + 1))?);
        let text = texts[usize::try_from(below(4))?];
        // What is refused changes nothing either.
        match below(8) {
            0..=2 => {
                desk.report(text).await?;
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
                    let edit = Edit::new(Some(text), Some("here"), ticket.version)?;
                    desk.store.edit_ticket(Requester, id, &edit).await?;
                }
            }
            _ => drop(desk.say([Requester, Staff][usize::try_from(below(2))?], id, "hello").await),
        }
    }
    let kept = kept(&desk.store).await?;
    let waiting: i64 = kept.categories.values().map(|sum| sum.waiting).sum();
    assert!(kept.months.len() > 12 && opened > 150 && waiting > 10, "{opened} {kept:?}");
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

#[tokio::test]
async fn a_database_from_before_it_was_summed_gets_the_count_of_what_waits() -> Outcome {
    let desk = Desk::tuned(Tz::UTC, &Tuning::default()).await?;
    let (waiting, answered) = (desk.report(WIFI).await?, desk.report("elevator is stuck").await?);
    desk.say(Requester, waiting.id, "Hello?").await?;
    desk.say(Staff, answered.id, "On our way.").await?;
    desk.closed(WIFI).await?;
    let migrations = Migrator::migrations();
    let before = migrations.iter().position(|one| one.name().ends_with("_waiting")).ok_or("no such migration")?;
    Migrator::down(desk.store.writing(), Some(u32::try_from(migrations.len() - before)?)).await?;
    Migrator::up(desk.store.writing(), None).await?;
    assert_eq!(kept(&desk.store).await?, rollups_by_scan(desk.store.reading(), Tz::UTC).await?);
    assert_eq!(desk.store.count_views().await?.waiting, 1);
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
    let migrations = Migrator::migrations();
    let before = migrations.iter().position(|one| one.name().ends_with("_doubts")).ok_or("no such migration")?;
    Migrator::down(desk.store.writing(), Some(u32::try_from(migrations.len() - before)?)).await?;
    // It is brought to this program's schema, and counted, when it is opened.
    let store = Store::open(&desk.url(), Tz::UTC).await?;
    assert_eq!(kept(&store).await?, kept_before);
    assert_eq!(rollups_by_scan(store.reading(), Tz::UTC).await?, kept_before);
    // Once: what was counted is not counted again.
    assert_eq!(kept(&Store::open(&desk.url(), Tz::UTC).await?).await?, kept_before);
    Ok(())
}

#[test]
fn r14_a_month_is_named_by_year_and_number() {
    assert_eq!(month_of(Timestamp(START), Tz::UTC), "2026-10");
    assert_eq!(month_of(Timestamp(0), Tz::America__New_York), "1969-12");
}
