//! `GET /api/v1/tickets`.

use super::{App, REQUESTER, STAFF, Tested, app};
use crate::domain::role::Role;
use serde_json::{Value, json};

/// The ids of `?query`, page by page.
async fn paged(app: &App, role: Role, query: &str) -> Vec<Vec<i64>> {
    let (mut pages, mut after) = (Vec::new(), String::new());
    loop {
        let answer = app.get(role, &format!("/api/v1/tickets?{query}{after}")).await;
        pages.push(answer.ids("tickets"));
        match &answer.json()["next"] {
            Value::String(next) => {
                let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
                after = format!("&after={next}");
            }
            next => {
                assert_eq!(*next, Value::Null);
                return pages;
            }
        }
    }
}

async fn listed(app: &App, role: Role, query: &str) -> Vec<i64> {
    app.get(role, &format!("/api/v1/tickets?{query}")).await.ids("tickets")
}

#[tokio::test]
async fn lists_come_newest_first_in_pages_of_25_unless_said() -> Tested {
    let app = app().await?;
    let empty = app.get(REQUESTER, "/api/v1/tickets").await.json();
    assert_eq!(empty, json!({"tickets": [], "next": null}));
    for n in 1..=60 {
        // Two of a kind: what is opened at the same moment keeps an order too.
        app.wait(n % 2);
        app.opened(&format!("Lamp {n} is broken")).await;
    }
    let newest: Vec<i64> = (1..=60).rev().collect();
    let pages = paged(&app, REQUESTER, "").await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [25, 25, 10]);
    assert_eq!(pages.concat(), newest);
    for (query, count) in [("limit=1", 60), ("limit=30", 2), ("limit=60", 1), ("limit=100&sort=newest", 1)] {
        let pages = paged(&app, STAFF, query).await;
        assert_eq!((pages.len(), pages.concat()), (count, newest.clone()), "{query}");
    }
    let oldest: Vec<i64> = (1..=60).collect();
    assert_eq!(paged(&app, STAFF, "sort=oldest&limit=7").await.concat(), oldest);
    app.wait(1);
    app.post(REQUESTER, "/api/v1/tickets/13/messages", json!({"body": "Still dark"})).await;
    let active = paged(&app, STAFF, "sort=activity&limit=7").await.concat();
    assert_eq!(active[..3], [13, 60, 59]);
    assert_eq!(active.len(), 60);
    Ok(())
}

#[tokio::test]
async fn a_page_shows_what_was_opened_before_it_and_nothing_twice() -> Tested {
    let app = app().await?;
    for n in 1..=4 {
        app.opened(&format!("Lamp {n} is broken")).await;
    }
    let first = app.get(STAFF, "/api/v1/tickets?limit=2").await;
    assert_eq!(first.ids("tickets"), [4, 3]);
    app.wait(1);
    app.opened("Lamp 5 is broken").await;
    let next = first.json()["next"].as_str().unwrap_or_default().to_owned();
    assert_eq!(listed(&app, STAFF, &format!("limit=2&after={next}")).await, [2, 1]);
    Ok(())
}

#[tokio::test]
async fn r03_r04_a_requester_never_lists_a_closed_ticket_and_staff_do() -> Tested {
    let app = app().await?;
    let open = app.opened("The lift is stuck").await;
    let active = app.active("The projector has no signal").await;
    let closed = app.closed("The soup was cold").await;
    for query in ["", "status=open,active,closed", "q=the", "sort=activity", "status="] {
        let mut ids = listed(&app, REQUESTER, query).await;
        ids.sort_unstable();
        assert_eq!(ids, [open, active], "{query}");
        assert_eq!(listed(&app, STAFF, query).await.len(), 3, "{query}");
    }
    assert_eq!(listed(&app, REQUESTER, "status=closed").await, [0_i64; 0]);
    assert_eq!(listed(&app, REQUESTER, "q=soup").await, [0_i64; 0]);
    assert_eq!(listed(&app, STAFF, "status=closed").await, [closed]);
    assert_eq!(listed(&app, STAFF, "status=active").await, [active]);
    assert_eq!(listed(&app, STAFF, "status=closed,open").await, [closed, open]);
    Ok(())
}

#[tokio::test]
async fn lists_are_narrowed_by_category_words_and_waiting() -> Tested {
    let app = app().await?;
    let lift = app.opened("elevator is not working").await;
    let wifi = app.opened("WIFI malfunctioning").await;
    let food = app.opened("the canteen's food").await;
    assert_eq!(listed(&app, STAFF, "category=technical-it").await, [wifi]);
    assert_eq!(listed(&app, STAFF, "category=facility-management,services-complaints").await, [food, lift]);
    assert_eq!(listed(&app, STAFF, "q=malfunc").await, [wifi]);
    assert_eq!(listed(&app, STAFF, "q=not+working").await, [lift]);
    assert_eq!(listed(&app, STAFF, "q=not%20working&category=technical-it").await, [0_i64; 0]);
    app.post(STAFF, &format!("/api/v1/tickets/{lift}/messages"), json!({"body": "We are on our way"})).await;
    assert_eq!(listed(&app, STAFF, "waiting=1").await, [food, wifi]);
    assert_eq!(listed(&app, STAFF, "q=way").await, [lift]);
    Ok(())
}

#[tokio::test]
async fn an_unknown_value_is_422_by_name_and_an_unknown_name_is_passed_over() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    for (query, field) in [
        ("status=opne", "status"),
        ("status=open,", "status"),
        ("status=open%00", "status"),
        ("category=it", "category"),
        ("sort=random", "sort"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("after=nonsense", "after"),
        ("after=%00", "after"),
        ("after=%ff%fe", "after"),
        ("after=1", "after"),
        ("after=' OR 1=1 --".replace(' ', "%20").leak(), "after"),
    ] {
        for role in [REQUESTER, STAFF] {
            app.get(role, &format!("/api/v1/tickets?{query}")).await.names(field);
        }
    }
    app.get(STAFF, &format!("/api/v1/tickets?q={}", "x".repeat(201))).await.names("q");
    for query in ["utm=x", "limit=", "status=&category=&sort=&after=&q=", "%ff=%ff", "&&=&", "offset=5"] {
        assert_eq!(listed(&app, STAFF, query).await, [id], "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn a_cursor_of_another_query_is_refused_or_harmless() -> Tested {
    let app = app().await?;
    for n in 1..=5 {
        app.opened(&format!("Lamp {n} is broken")).await;
    }
    let next = app.get(STAFF, "/api/v1/tickets?limit=2").await.json()["next"].as_str().unwrap_or_default().to_owned();
    for query in ["sort=activity", "sort=oldest", "q=lamp", "status=open", "limit=3"] {
        let answer = app.get(STAFF, &format!("/api/v1/tickets?{query}&after={next}")).await;
        assert!([200, 422].contains(&answer.status), "{query}: {}", answer.text);
    }
    Ok(())
}

#[tokio::test]
async fn r04_a_list_is_a_time_s_or_a_place_s_as_the_charts_ask_for_it() -> Tested {
    let app = app().await?;
    let at = async |description: &str, place: &str| {
        let body = json!({"description": description, "place": place});
        app.post(REQUESTER, "/api/v1/tickets", body).await.json()["id"].as_i64().unwrap()
    };
    // Monday the 2nd, at eight, nine and ten; the second one is closed at ten.
    let first = at("The lift is stuck", "Tower").await;
    app.wait(3_600_000);
    let second = app.closed("The WIFI is malfunctioning").await;
    app.post(STAFF, &format!("/api/v1/tickets/{first}/messages"), json!({"body": "On our way"})).await;
    app.wait(3_600_000);
    let body = json!({"description": "No wifi again", "place": "Tower", "again_of": second});
    let third = app.post(REQUESTER, "/api/v1/tickets", body).await.json()["id"].as_i64().unwrap();
    let nine = "2026-11-02T09:00:00Z";
    for (query, found) in [
        (format!("opened={nine}..2026-11-03T00:00:00Z"), vec![third, second]),
        (format!("opened=2026-11-02T00:00:00Z..{nine}"), vec![first]),
        ("opened=2026-11-01T00:00:00Z..2026-12-01T00:00:00Z&hour=1-09".to_owned(), vec![second]),
        ("opened=2026-11-01T00:00:00Z..2026-12-01T00:00:00Z&hour=2-09".to_owned(), vec![]),
        ("opened=2016-12-01T00:00:00Z..2026-12-01T00:00:00Z&hour=1-09".to_owned(), vec![second]),
        (format!("closed={nine}..2026-11-02T09:00:00.001Z"), vec![second]),
        (format!("closed=2026-11-01T00:00:00Z..{nine}"), vec![]),
        (format!("left={nine}"), vec![first]),
        ("left=2026-11-02T11:00:00Z".to_owned(), vec![third, first]),
        ("place=Tower".to_owned(), vec![third, first]),
        ("place=Tower&sort=oldest".to_owned(), vec![first, third]),
        ("place=Tower&status=open&category=technical-it".to_owned(), vec![third]),
        ("place=Tower&returned=1".to_owned(), vec![third]),
        ("place=Tower&answered=1".to_owned(), vec![first]),
        ("place=Tower&q=wifi".to_owned(), vec![third]),
        (format!("opened={nine}..2026-11-03T00:00:00Z&q=wifi"), vec![third, second]),
        ("place=tower".to_owned(), vec![]),
    ] {
        assert_eq!(listed(&app, STAFF, &query).await, found, "{query}");
        // Pages of one are the same list, and closed tickets are the staff's.
        assert_eq!(paged(&app, STAFF, &format!("{query}&limit=1")).await.concat(), found, "{query}");
        let open: Vec<i64> = found.into_iter().filter(|id| *id != second).collect();
        assert_eq!(listed(&app, REQUESTER, &query).await, open, "{query}");
    }
    for (query, field) in [
        ("opened=today", "opened"),
        ("closed=2026-11-01", "closed"),
        ("left=soon", "left"),
        ("place=Tower&hour=8-00", "hour"),
        ("opened=2000-01-01T00:00:00Z..2030-01-01T00:00:00Z&hour=1-09", "opened"),
        ("opened=0001-01-01T00:00:00Z..9999-12-31T00:00:00Z&hour=1-09", "opened"),
        ("hour=1-09", "hour"),
        ("returned=1", "returned"),
        ("answered=1", "answered"),
    ] {
        app.get(STAFF, &format!("/api/v1/tickets?{query}")).await.names(field);
    }
    Ok(())
}
