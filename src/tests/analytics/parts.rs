//! The analyses beside the three, and what all of them have in common: what is filtered, tagged and kept.

use super::{Campus, Done, at, get, get_as};
use crate::{
    domain::{
        category::Category,
        figure::Cell,
        ids::TicketId,
        language::Language,
        message::NewMessage,
        query::TicketQuery,
        role::Role,
        ticket::{Edit, NewTicket},
        time::Timestamp,
    },
    error::AppError,
    server::{
        analytics::{
            self, backlog::Backlog, client::AnalyticsClient, expectation::Expectation, flow::Flow, hours::Hours,
            places::Places, resolution::Resolution, response::Response, shown,
        },
        door::ticket_query,
    },
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use chrono_tz::Tz;
use std::sync::atomic::Ordering;
use tokio::net::TcpListener;
use tower::ServiceExt;

/// How many are closed, their median, and how many are ahead.
type Said = (i64, Option<f64>, Option<i64>);
/// Weekday, hour and count.
type Cells = Vec<(u8, usize, i64)>;

const ELEVATOR: &str = "The elevator is not working";

impl Campus {
    async fn report(&self, local: &str, text: &str, place: &str) -> Result<TicketId, AppError> {
        self.turn_to(local);
        let new = NewTicket::new(text, place, None)?;
        Ok(self.store.open_ticket(Role::Requester, &new, None).await?.id)
    }

    async fn again(&self, of: TicketId, place: &str) -> Result<TicketId, AppError> {
        let new = NewTicket::new("It is back", place, Some(of))?;
        Ok(self.store.open_ticket(Role::Requester, &new, None).await?.id)
    }

    async fn say(&self, role: Role, id: TicketId, local: &str, internal: bool) -> Result<(), AppError> {
        self.turn_to(local);
        self.store.post_message(role, id, &NewMessage::new("Hello", internal)?, None).await?;
        Ok(())
    }

    async fn flow(&self, query: &str) -> Result<Flow, Box<dyn std::error::Error>> {
        Ok(get_as(&self.client().await?, "flow", Some(query)).await?)
    }
}

/// Days as `day opened/closed left`.
fn in_short(flow: &Flow) -> Vec<String> {
    flow.steps
        .iter()
        .map(|step| format!("{} {}/{} {}", &step.since[5..], step.opened, step.closed, step.left))
        .collect()
}

#[tokio::test]
async fn r13_the_backlog_has_its_parts_and_the_same_time_before() -> Done {
    let campus = Campus::new(Tz::UTC).await?;
    for (opened, text) in [
        ("2026-11-06 11:00:00", ELEVATOR),
        ("2026-11-09 12:00:00", ELEVATOR),
        ("2026-11-15 12:00:00", ELEVATOR),
        ("2026-11-20 12:00:00", "The WIFI is malfunctioning"),
        ("2026-11-21 12:00:00", "The WIFI is malfunctioning"),
        ("2026-11-21 12:00:00.001", ELEVATOR),
    ] {
        campus.report(opened, text, "").await?;
    }
    campus.turn_to("2026-11-22 12:00:00");
    let ask = async |query: &'static str| -> Result<Backlog, Box<dyn std::error::Error>> {
        Ok(get_as(&campus.client().await?, "backlog", Some(query)).await?)
    };
    let week = ask("last=7d").await?;
    assert_eq!((week.opened_not_closed, week.before), (4, 1));
    assert_eq!(week.categories.iter().map(|part| part.count).collect::<Vec<_>>(), [2, 2, 0]);
    // A ticket that is exactly a day old is a day old.
    assert_eq!(week.ages.iter().map(|part| part.count).collect::<Vec<_>>(), [1, 2, 0, 1, 0]);
    let all = ask("last=60d").await?;
    assert_eq!(all.ages.iter().map(|part| part.count).collect::<Vec<_>>(), [1, 2, 0, 3, 0]);
    let it = ask("last=7d&category=technical-it").await?;
    assert_eq!((it.opened_not_closed, it.categories.len(), it.before), (2, 1, 0));
    Ok(())
}

#[tokio::test]
async fn days_have_what_was_opened_and_closed_and_what_was_left_at_their_end() -> Done {
    let campus = Campus::new(Tz::Europe__Rome).await?;
    // The clocks go back in the night to the 25th: that day has 25 hours.
    let first = campus.report("2026-10-24 23:59:59.999", ELEVATOR, "").await?;
    campus.report("2026-10-25 00:00:00", ELEVATOR, "").await?;
    let second = campus.report("2026-10-25 23:59:59.999", ELEVATOR, "").await?;
    campus.close(first, "2026-10-26 00:00:00").await?;
    campus.close(second, "2026-10-27 08:00:00").await?;
    campus.turn_to("2026-10-28 12:00:00");
    let flow = campus.flow("last=4d").await?;
    assert_eq!(in_short(&flow), ["10-24 1/0 1", "10-25 2/0 3", "10-26 0/1 2", "10-27 0/1 1", "10-28 0/0 1"]);
    assert_eq!((flow.step.as_str(), flow.time_zone.as_str()), ("day", "Europe/Rome"));
    let long = &flow.steps[1];
    assert_eq!(long.to.millis_since(long.from), 25 * 3_600_000);
    assert_eq!(flow.steps.windows(2).filter(|pair| pair[0].to == pair[1].from).count(), 4);
    let weeks = campus.flow("last=36d").await?;
    assert_eq!(weeks.step, "week");
    assert_eq!(in_short(&weeks)[4..], ["10-19 3/0 3", "10-26 0/2 1"]);
    // What was opened long before the period is among what is left.
    campus.turn_to("2026-12-24 12:00:00");
    assert_eq!(in_short(&campus.flow("last=1d").await?), ["12-23 0/0 1", "12-24 0/0 1"]);
    Ok(())
}

#[tokio::test]
async fn a_first_response_is_the_helpdesks_first_message() -> Done {
    let campus = Campus::new(Tz::UTC).await?;
    // Monday the 16th.
    let quick = campus.report("2026-11-16 08:00:00", ELEVATOR, "").await?;
    let slow = campus.report("2026-11-17 08:00:00", ELEVATOR, "").await?;
    let noted = campus.report("2026-11-22 23:59:59", ELEVATOR, "").await?;
    campus.report("2026-11-23 00:00:00", ELEVATOR, "").await?;
    campus.say(Role::Requester, quick, "2026-11-16 08:30:00", false).await?;
    campus.say(Role::Staff, quick, "2026-11-16 09:00:00", false).await?;
    campus.say(Role::Staff, quick, "2026-11-18 09:00:00", false).await?;
    campus.say(Role::Staff, slow, "2026-11-18 08:00:00", true).await?;
    campus.say(Role::Staff, slow, "2026-11-18 18:00:00", false).await?;
    campus.say(Role::Staff, noted, "2026-11-23 08:00:00", true).await?;
    campus.turn_to("2026-11-24 12:00:00");
    let ask = async || -> Result<Response, Box<dyn std::error::Error>> {
        Ok(get_as(&campus.client().await?, "response", Some("last=8d")).await?)
    };
    let answer = ask().await?;
    let [week, next] = answer.weeks.as_slice() else { return Err("two weeks are touched".into()) };
    assert_eq!((week.since.as_str(), week.opened, week.answered), ("2026-11-16", 3, 2));
    assert_eq!((next.since.as_str(), next.opened, next.answered, next.median_seconds), ("2026-11-23", 1, 0, None));
    assert!((week.median_seconds.ok_or("two were answered")? - 3_600.0).abs() < 10.0);
    assert!((week.p90_seconds.ok_or("two were answered")? - 34.0 * 3_600.0).abs() < 500.0);
    assert_eq!((answer.target_seconds, week.within_target), (8 * 3_600, 1));
    campus.store.set_response_target(Role::Staff, 15).await?;
    assert_eq!(campus.store.set_response_target(Role::Requester, 60).await, Err(AppError::StaffOnly));
    let answer = ask().await?;
    assert_eq!((answer.target_seconds, answer.weeks[0].within_target), (900, 0));
    Ok(())
}

#[tokio::test]
async fn hours_are_those_of_the_clock_on_the_wall() -> Done {
    let campus = Campus::new(Tz::America__New_York).await?;
    for opened in ["2026-10-30 23:59:59", "2026-10-31 00:00:00", "2026-11-01 09:30:00", "2026-11-01 01:30:00"] {
        campus.report(opened, ELEVATOR, "").await?;
    }
    // The second half past one of the night when clocks go back.
    let again = at(Tz::America__New_York, "2026-11-01 01:30:00").0 + 3_600_000;
    campus.clock.store(again, Ordering::Relaxed);
    campus.store.open_ticket(Role::Requester, &NewTicket::new(ELEVATOR, "", None)?, None).await?;
    campus.turn_to("2026-11-02 12:00:00");
    let ask = async |query: &'static str| -> Result<Cells, Box<dyn std::error::Error>> {
        let answer: Hours = get_as(&campus.client().await?, "hours", Some(query)).await?;
        assert_eq!(answer.weekdays.iter().map(|day| day.hours.len()).collect::<Vec<_>>(), [24; 7]);
        let cells = answer.weekdays.iter().flat_map(|day| {
            day.hours.iter().enumerate().map(|(hour, count)| (day.weekday, hour, *count)).collect::<Vec<_>>()
        });
        Ok(cells.filter(|(.., count)| *count > 0).collect())
    };
    assert_eq!(ask("last=7d").await?, [(5, 23, 1), (6, 0, 1), (7, 1, 2), (7, 9, 1)]);
    // Days are counted whole, and no other days.
    assert_eq!(ask("last=36h").await?, [(7, 1, 2), (7, 9, 1)]);
    Ok(())
}

#[tokio::test]
async fn places_are_those_with_most_that_is_not_closed_and_those_that_come_back() -> Done {
    let campus = Campus::new(Tz::UTC).await?;
    let mut library = Vec::new();
    for _ in 0..3 {
        library.push(campus.report("2026-09-01 08:00:00", ELEVATOR, "Library").await?);
    }
    campus.report("2026-09-01 08:00:00", ELEVATOR, "Canteen").await?;
    campus.report("2026-09-01 08:00:00", ELEVATOR, "").await?;
    campus.close(library[0], "2026-09-02 08:00:00").await?;
    // Thirty days later to the millisecond, and one more.
    campus.turn_to("2026-10-02 08:00:00");
    campus.again(library[0], "Library").await?;
    campus.turn_to("2026-10-02 08:00:00.001");
    let late = campus.again(library[0], "Library").await?;
    let ask = async || -> Result<Places, Box<dyn std::error::Error>> {
        Ok(get_as(&campus.client().await?, "places", None).await?)
    };
    let shown = |answer: &Places| {
        let list = |places: &[analytics::places::PlaceTickets]| {
            let one = |at: &analytics::places::PlaceTickets| {
                format!("{} {} {} {}", at.place, at.not_closed, at.opened, at.returned)
            };
            places.iter().map(one).collect::<Vec<_>>()
        };
        (list(&answer.most_open), list(&answer.come_back))
    };
    assert_eq!(
        shown(&ask().await?),
        (vec!["Library 4 5 1".to_owned(), "Canteen 1 1 0".to_owned()], vec!["Library 4 5 1".to_owned()])
    );
    let edit = Edit::new(None, Some("Canteen"), 1)?;
    campus.store.edit_ticket(Role::Requester, late, &edit).await?;
    assert_eq!(shown(&ask().await?).0, ["Library 3 4 1", "Canteen 2 2 0"]);
    Ok(())
}

#[tokio::test]
async fn what_may_be_expected_is_said_from_five_closed_tickets_on() -> Done {
    let campus = Campus::new(Tz::UTC).await?;
    let ask = async |query: &'static str| -> Result<Said, Box<dyn std::error::Error>> {
        let answer: Expectation = get_as(&campus.client().await?, "expectation", Some(query)).await?;
        let one = answer.categories.first().ok_or("no category")?;
        assert_eq!((answer.categories.len(), one.category), (1, Category::FacilityManagement));
        Ok((one.closed, one.median_seconds, one.ahead))
    };
    for (closed, hours) in [(1, 1), (2, 2), (3, 6), (4, 7)] {
        let id = campus.report("2026-11-01 08:00:00", ELEVATOR, "").await?;
        campus.close(id, &format!("2026-11-01 {:02}:00:00", 8 + hours)).await?;
        assert_eq!(ask("category=facility-management").await?, (closed, None, None));
    }
    campus.report("2026-11-01 08:00:00", ELEVATOR, "").await?;
    let last = campus.report("2026-11-01 08:00:00", ELEVATOR, "").await?;
    campus.close(last, "2026-11-02 08:00:00").await?;
    let (closed, median, ahead) = ask("category=facility-management&ticket=6").await?;
    assert_eq!((closed, ahead), (5, Some(1)));
    assert!((median.ok_or("five are closed")? - 6.0 * 3_600.0).abs() < 90.0, "{median:?}");
    // It is of the last ninety days.
    campus.turn_to("2027-01-31 08:00:00");
    assert_eq!(ask("category=facility-management").await?.0, 1);
    campus.turn_to("2027-02-02 08:00:00");
    assert_eq!(ask("category=facility-management").await?, (0, None, None));
    Ok(())
}

#[tokio::test]
async fn r14_an_outlier_moves_the_mean_and_hardly_the_median_and_what_never_closes_neither() -> Done {
    let campus = Campus::new(Tz::Pacific__Apia).await?;
    let mut opened = Vec::new();
    for _ in 0..5 {
        opened.push(campus.report("2026-02-01 08:00:00", ELEVATOR, "").await?);
    }
    for id in &opened[..3] {
        campus.close(*id, "2026-02-01 10:00:00").await?;
    }
    // Ninety days of 24 hours, over the change of the clocks.
    campus.close(opened[3], "2026-05-02 08:00:00").await?;
    let answer: Resolution = get_as(&campus.client().await?, "resolution", None).await?;
    let month = &answer.months[0];
    assert_eq!((month.month.as_str(), month.opened, month.closed, answer.months.len()), ("2026-02", 5, 4, 4));
    let mean = (3.0 * 7_200.0 + 90.0 * 86_400.0) / 4.0;
    assert!((month.mean_seconds.ok_or("four are closed")? - mean).abs() < 1e-6, "{month:?}");
    assert!((month.median_seconds.ok_or("four are closed")? - 7_200.0).abs() < 30.0);
    assert!((month.p90_seconds.ok_or("four are closed")? - 90.0 * 86_400.0).abs() < 90.0 * 86_400.0 * 0.004);
    Ok(())
}

#[tokio::test]
async fn what_is_asked_of_a_place_is_what_all_places_would_say_were_there_no_other() -> Done {
    let (campus, alone) = (Campus::new(Tz::Europe__Rome).await?, Campus::new(Tz::Europe__Rome).await?);
    let texts = [ELEVATOR, "The WIFI is malfunctioning", "The canteen's food was cold"];
    for day in 1..28 {
        let opened = format!("2026-10-{day:02} {:02}:15:00", day % 24);
        let (text, place) = (texts[day % 3], ["Library", "Canteen"][day % 2]);
        for (there, on) in [(true, &campus), (place == "Library", &alone)] {
            if !there {
                continue;
            }
            let id = on.report(&opened, text, place).await?;
            if day % 4 > 0 {
                on.say(Role::Staff, id, &format!("2026-10-{day:02} 23:{day:02}:00"), false).await?;
            }
            if day % 5 > 1 {
                on.close(id, &format!("2026-11-{day:02} 10:00:00")).await?;
            }
        }
    }
    for on in [&campus, &alone] {
        on.turn_to("2026-11-30 12:00:00");
    }
    let (some, all) = (campus.client().await?, alone.client().await?);
    let asks_for_places =
        |service: &&analytics::service::Service| service.parameters.contains(&analytics::service::Parameter::Place);
    for slug in analytics::SERVICES.iter().filter(asks_for_places).map(|service| service.slug) {
        for filter in ["", "&category=technical-it"] {
            let mut here = get(&some, slug, Some(&format!("last=90d&place=Library{filter}"))).await?;
            let mut there = get(&all, slug, Some(&format!("last=90d{filter}"))).await?;
            for answer in [&mut here, &mut there] {
                answer["through"] = serde_json::Value::Null;
            }
            assert_eq!(here, there, "{slug}{filter}");
        }
        let nowhere = get(&some, slug, Some("place=Nowhere")).await?.to_string();
        assert!(!nowhere.contains("\"opened\":1") && !nowhere.contains("\"closed\":1"), "{nowhere}");
    }
    Ok(())
}

#[tokio::test]
async fn r12_an_answer_is_known_by_its_tag_until_something_changes() -> Done {
    let campus = Campus::new(Tz::UTC).await?;
    campus.report("2026-11-22 12:00:00", ELEVATOR, "").await?;
    let router = analytics::router(campus.state().await?);
    let ask = async |known: Option<String>| -> Result<(StatusCode, String), Box<dyn std::error::Error>> {
        let mut request = Request::builder().uri("/api/v1/analytics/backlog").header("Campusdesk-Role", "staff");
        if let Some(known) = known {
            request = request.header(header::IF_NONE_MATCH, known);
        }
        let answer = router.clone().oneshot(request.body(Body::empty())?).await?;
        Ok((answer.status(), answer.headers()[header::ETAG].to_str()?.to_owned()))
    };
    let (status, tag) = ask(None).await?;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(ask(Some(tag.clone())).await?, (StatusCode::NOT_MODIFIED, tag.clone()));
    campus.report("2026-11-22 12:00:00", ELEVATOR, "").await?;
    let (status, later) = ask(Some(tag.clone())).await?;
    assert!(status == StatusCode::OK && later != tag, "{later}");
    // What is counted back from now changes with it.
    campus.clock.fetch_add(10_000, Ordering::Relaxed);
    assert_eq!(ask(Some(later)).await?.0, StatusCode::OK);
    Ok(())
}

/// While nothing is written an answer is kept for the day: what it says then is what would be counted anew, as of now.
#[tokio::test]
async fn r12_what_is_kept_is_what_would_be_counted_anew() -> Done {
    let campus = Campus::new(Tz::Europe__Rome).await?;
    let first = campus.report("2026-10-24 23:59:59.999", ELEVATOR, "Library").await?;
    campus.report("2026-11-20 09:00:00", ELEVATOR, "").await?;
    campus.close(first, "2026-11-20 10:00:00").await?;
    let router = analytics::router(campus.state().await?.with_zone(Some(Tz::Pacific__Apia)));
    let ask = async |slug: &str, query: &str, anew: bool| -> Result<String, Box<dyn std::error::Error>> {
        let mut request =
            Request::builder().uri(format!("/api/v1/analytics/{slug}?{query}")).header("Campusdesk-Role", "staff");
        if anew {
            request = request.header(header::CACHE_CONTROL, "no-cache");
        }
        let answer = router.clone().oneshot(request.body(Body::empty())?).await?;
        assert_eq!(answer.status(), StatusCode::OK);
        Ok(String::from_utf8(to_bytes(answer.into_body(), 1 << 20).await?.to_vec())?)
    };
    let mut last = std::collections::HashMap::new();
    let mut different = 0;
    // The day ends in Apia (11:00 in Rome in winter), then in Rome; periods of hours begin on another day before either does.
    for now in [
        "2026-11-20 10:30:00",
        "2026-11-20 10:59:59",
        "2026-11-20 11:00:00.5",
        "2026-11-20 16:00:00",
        "2026-11-20 23:59:59.999",
        "2026-11-21 00:00:00",
        "2026-12-01 00:00:00",
    ] {
        let at = campus.turn_to(now);
        for slug in analytics::slugs() {
            for query in ["last=24h", "last=7h", "last=40d&category=facility-management", "place=Library"] {
                let (kept, anew) = (ask(slug, query, false).await?, ask(slug, query, true).await?);
                assert_eq!(kept, anew, "{slug}?{query} at {now}");
                let as_of = serde_json::from_str::<serde_json::Value>(&kept)?["as_of"].clone();
                assert_eq!(as_of, serde_json::to_value(at)?, "{slug}?{query} at {now}");
                let without = kept.replace(&serde_json::to_string(&at)?, "");
                different +=
                    usize::from(last.insert((slug, query), without.clone()).is_some_and(|last| last != without));
            }
        }
    }
    assert!(different > 20, "nothing changed with the days: {different}");
    // What staff set is no row of the history, and counts at once.
    let before = ask("response", "", false).await?;
    campus.store.set_response_target(Role::Staff, 15).await?;
    assert_ne!(ask("response", "", false).await?, before);
    Ok(())
}

/// The backlog by days and hours is what a look at each ticket says, whenever that is and however long it goes back.
#[tokio::test]
async fn r13_the_backlog_of_any_period_is_a_count_of_its_tickets() -> Done {
    let campus = Campus::new(Tz::Europe__Rome).await?;
    let start = campus.turn_to("2026-10-01 00:00:00").0;
    let mut state = 5_u64;
    let mut below = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((state >> 33) % bound).unwrap()
    };
    let mut opened = Vec::new();
    for _ in 0..300 {
        // Some lie on the borders of hours and days.
        let at = start + below(40 * 24) * 3_600_000 + [0, 0, 1, -1, below(3_600_000)][usize::try_from(below(5))?];
        campus.clock.store(at, Ordering::Relaxed);
        let text = [ELEVATOR, "The WIFI is malfunctioning"][usize::try_from(below(2))?];
        let ticket = campus.store.open_ticket(Role::Requester, &NewTicket::new(text, "", None)?, None).await?;
        if below(3) == 0 {
            campus.store.activate(Role::Staff, ticket.id, None).await?;
            campus.store.close(Role::Staff, ticket.id, None).await?;
        } else {
            opened.push((at, ticket.category));
        }
    }
    for round in 0..60 {
        let now = start + below(50 * 24) * 3_600_000 + if round % 2 == 0 { 0 } else { below(3_600_000) };
        campus.clock.store(now, Ordering::Relaxed);
        let hours = [1, 5, 24, 30, 7 * 24, 24 * 24, 40 * 24][usize::try_from(below(7))?];
        let answer: Backlog = get_as(&campus.client().await?, "backlog", Some(&format!("last={hours}h"))).await?;
        let (from, start) = (now - hours * 3_600_000, now - 2 * hours * 3_600_000);
        let count = |is_meant: &dyn Fn(&(i64, Category)) -> bool| {
            i64::try_from(opened.iter().filter(|ticket| is_meant(ticket)).count()).unwrap()
        };
        assert_eq!(answer.opened_not_closed, count(&|(at, _)| (from..=now).contains(at)), "{hours} {now}");
        assert_eq!(answer.before, count(&|(at, _)| (start..from).contains(at)), "{hours} {now}");
        for part in &answer.categories {
            let here = count(&|(at, category)| (from..=now).contains(at) && *category == part.category);
            assert_eq!(part.count, here, "{hours} {now}");
        }
        let days = [0, 1, 3, 7, 30, 10_000].map(|days| days * 86_400_000);
        for (part, ages) in answer.ages.iter().zip(days.windows(2)) {
            let here = count(&|(at, _)| (from..=now).contains(at) && (ages[0]..ages[1]).contains(&(now - at)));
            assert_eq!(part.count, here, "{} {hours} {now}", part.age);
        }
    }
    Ok(())
}

/// The list that a number leads to holds what the number says, while tickets are opened: never fewer than before it was
/// read, never more than after.
#[tokio::test]
async fn r12_a_number_is_its_list_while_tickets_are_opened() -> Done {
    const OPENED: i64 = 150;
    let campus = Campus::new(Tz::UTC).await?;
    campus.report("2026-11-22 12:00:00", ELEVATOR, "Library").await?;
    let client = campus.client().await?;
    let store = campus.store.clone();
    let opening = tokio::spawn(async move {
        for _ in 1..OPENED {
            store.open_ticket(Role::Requester, &NewTicket::new(ELEVATOR, "Library", None)?, None).await?;
        }
        Ok::<_, AppError>(())
    });
    let number = async |slug: &str| -> Result<(i64, TicketQuery), Box<dyn std::error::Error>> {
        let card = shown::card(&client, slug, "last=1d&place=Library", Language::English).await?;
        let linked =
            |cell: &Cell| Some((cell.text.parse().ok()?, ticket_query(cell.href.as_ref()?.split_once('?')?.1)));
        let (number, query) = card.figure.table.rows.iter().flatten().find_map(linked).ok_or("no number leads on")?;
        Ok((number, query?))
    };
    let count = async |query: &TicketQuery| campus.store.count_tickets(Role::Staff, query).await;
    loop {
        let is_last = opening.is_finished();
        for slug in ["backlog", "categories", "flow", "hours", "places"] {
            let (_, query) = number(slug).await?;
            let before = count(&query).await?;
            let (said, same) = number(slug).await?;
            let after = count(&query).await?;
            assert_eq!(same, query, "{slug}");
            assert!(before <= Some(said) && Some(said) <= after, "{slug}: {before:?}, {said}, {after:?}");
            assert!(!is_last || said == OPENED, "{slug}: {said}");
        }
        if is_last {
            return Ok(opening.await??);
        }
    }
}

#[tokio::test]
async fn r12_the_last_answer_stands_in_for_a_service_that_is_gone() -> Done {
    let campus = Campus::new(Tz::UTC).await?;
    campus.report("2026-11-22 12:00:00", ELEVATOR, "").await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let serve =
        |listener: TcpListener, router: Router| tokio::spawn(async move { axum::serve(listener, router).await });
    let running = serve(listener, analytics::router(campus.state().await?));
    let client = AnalyticsClient::remote(&format!("http://{address}").parse()?);
    let backlog = analytics::find("backlog").ok_or("no backlog")?;
    let first = client.ask_or_last(backlog, None).await?;
    assert_eq!(first.stale_since, None);
    running.abort();
    assert!(running.await.is_err_and(|error| error.is_cancelled()));
    // Its open connections end with it.
    let gone = async {
        loop {
            let answer = client.ask_or_last(backlog, None).await?;
            if answer.stale_since.is_some() {
                return Ok::<_, AppError>(answer);
            }
        }
    };
    let last = tokio::time::timeout(std::time::Duration::from_secs(10), gone).await??;
    assert_eq!(last.json, first.json);
    assert_eq!(client.ask(backlog, None).await.map(|_| ()), Err(AppError::ServiceDown));
    // Nobody ever answered this one.
    assert_eq!(client.ask_or_last(backlog, Some("last=3d")).await.map(|_| ()), Err(AppError::ServiceDown));
    campus.report("2026-11-22 12:00:00", ELEVATOR, "").await?;

    serve(TcpListener::bind(address).await?, analytics::router(campus.state().await?));
    let back = client.ask_or_last(backlog, None).await?;
    assert!(back.stale_since.is_none() && back.json != first.json);
    let now = Timestamp(campus.clock.load(Ordering::Relaxed));
    assert!(String::from_utf8(back.json.to_vec())?.contains(&now.to_string()));
    Ok(())
}
