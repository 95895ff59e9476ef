//! The three analyses (R12–R16), on data made through the store at moments of our choosing.

mod parts;

use crate::{
    domain::{
        category::Category,
        ids::{HistoryId, TicketId},
        role::Role,
        ticket::NewTicket,
        time::Timestamp,
    },
    error::{AppError, Field, FieldProblem},
    server::{
        analytics::{
            self, AnalyticsState,
            backlog::{self, Backlog},
            categories::CategoryCounts,
            client::AnalyticsClient,
            database::AnalyticsDatabase,
            expectation, places,
            resolution::{Resolution, ResolutionMonth},
            sums,
        },
        live::Live,
        photos::Photos,
        router::{AppState, app},
        store::Store,
    },
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, Uri, header},
};
use chrono::{LocalResult, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use sea_orm::FromQueryResult;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{io::AsyncReadExt, net::TcpListener};
use tower::ServiceExt;

type Done = Result<(), Box<dyn Error>>;

/// What a client hears of an analysis, as JSON.
async fn get(client: &AnalyticsClient, slug: &str, query: Option<&str>) -> Result<Value, AppError> {
    let answer = client.ask(analytics::find(slug).unwrap(), query).await?;
    Ok(serde_json::from_slice(&answer.json).unwrap())
}

/// The same, as the analysis's own type.
async fn get_as<T: DeserializeOwned>(client: &AnalyticsClient, slug: &str, query: Option<&str>) -> Result<T, AppError> {
    Ok(serde_json::from_value(get(client, slug, query).await?).unwrap())
}

/// A campus with a clock that the test turns.
struct Campus {
    store: Store,
    database: String,
    zone: Tz,
    clock: Arc<AtomicI64>,
    _folder: TempDir,
}

impl Campus {
    async fn new(zone: Tz) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let database = format!("sqlite:{}", folder.path().join("campus.db").display());
        let clock = Arc::new(AtomicI64::new(0));
        let read = clock.clone();
        let now = Arc::new(move || Timestamp(read.load(Ordering::Relaxed)));
        let store = Store::open(&database, zone).await?.with_clock(now);
        Ok(Self { store, database, zone, clock, _folder: folder })
    }

    /// Turns the clock to a moment of the campus's own, `2026-03-29 01:59:59`; of two, to the earlier one.
    fn turn_to(&self, local: &str) -> Timestamp {
        let at = at(self.zone, local);
        self.clock.store(at.0, Ordering::Relaxed);
        at
    }

    async fn open(&self, local: &str) -> Result<TicketId, AppError> {
        self.turn_to(local);
        let new = NewTicket::new("The WIFI is malfunctioning", "", None)?;
        Ok(self.store.open_ticket(Role::Requester, &new, None).await?.id)
    }

    async fn close(&self, id: TicketId, local: &str) -> Result<(), AppError> {
        self.turn_to(local);
        self.store.activate(Role::Staff, id, None).await?;
        self.store.close(Role::Staff, id, None).await?;
        Ok(())
    }

    fn photos(&self) -> Result<Photos, String> {
        Photos::open(None, &self.database)
    }

    async fn state(&self) -> Result<AnalyticsState, Box<dyn Error>> {
        let clock = self.clock.clone();
        let now = Arc::new(move || Timestamp(clock.load(Ordering::Relaxed)));
        Ok(AnalyticsState::new(AnalyticsDatabase::open(&self.database).await?).with_clock(now))
    }

    async fn client(&self) -> Result<AnalyticsClient, Box<dyn Error>> {
        Ok(AnalyticsClient::embedded(analytics::router(self.state().await?)))
    }

    async fn backlog(&self, last: &str) -> Result<i64, Box<dyn Error>> {
        let query = format!("last={last}");
        let answer: Backlog = get_as(&self.client().await?, "backlog", Some(&query)).await?;
        Ok(answer.opened_not_closed)
    }

    /// Service 2 from the sums that are kept, having seen that counting every ticket gives the same.
    async fn months(&self) -> Result<Vec<ResolutionMonth>, Box<dyn Error>> {
        let kept: Resolution = get_as(&self.client().await?, "resolution", None).await?;
        let elsewhere = if self.zone == Tz::Asia__Kathmandu { Tz::UTC } else { Tz::Asia__Kathmandu };
        let now = Timestamp(self.clock.load(Ordering::Relaxed));
        Store::open(&self.database, elsewhere).await?.shut_down().await;
        let database = AnalyticsDatabase::open(&self.database).await?;
        assert_eq!(database.zone().await?, elsewhere);
        let read = async |zone| -> Result<Resolution, Box<dyn Error>> {
            let snapshot = database.snapshot(zone, now).await?;
            let service = analytics::find("resolution").unwrap();
            let json = (service.answer)(&snapshot, &service.ask(None)?).await?;
            snapshot.end().await?;
            Ok(serde_json::from_slice(&json)?)
        };
        let scanned = read(Some(self.zone)).await?;
        Store::open(&self.database, self.zone).await?.shut_down().await;
        let rebuilt = read(None).await?;
        assert_eq!((&kept, &kept), (&scanned, &rebuilt));
        Ok(kept.months)
    }

    /// The same, as `month opened/closed mean`.
    async fn months_in_short(&self) -> Result<Vec<String>, Box<dyn Error>> {
        let short = |month: ResolutionMonth| {
            let mean = month.mean_seconds.map_or("-".to_owned(), |mean| mean.to_string());
            format!("{} {}/{} {mean}", month.month, month.opened, month.closed)
        };
        Ok(self.months().await?.into_iter().map(short).collect())
    }
}

fn at(zone: Tz, local: &str) -> Timestamp {
    let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M:%S%.f").unwrap();
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Timestamp(at.timestamp_millis()),
        LocalResult::None => panic!("{local} does not exist in {zone}"),
    }
}

async fn ask(router: &Router, method: Method, path: &str, role: Option<&str>) -> (StatusCode, Value) {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(role) = role {
        request = request.header("Campusdesk-Role", role);
    }
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status();
    let kind = if status.is_success() { "application/json" } else { "application/problem+json" };
    assert_eq!(response.headers()[header::CONTENT_TYPE], kind, "{path}");
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

/// Serves a router on a port of its own, and says where.
async fn listen(router: Router) -> Result<Uri, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address.parse()?)
}

#[tokio::test]
async fn r13_both_ends_of_the_period_are_counted() -> Done {
    let campus = Campus::new(Tz::UTC).await?;
    for opened in ["2026-11-21 11:59:59.999", "2026-11-21 12:00:00", "2026-11-22 12:00:00", "2026-11-22 12:00:00.001"] {
        campus.open(opened).await?;
    }
    campus.turn_to("2026-11-22 12:00:00");
    assert_eq!(campus.backlog("24h").await?, 2);
    assert_eq!(campus.backlog("1d").await?, 2);
    assert_eq!(campus.backlog("25h").await?, 3);
    assert_eq!(campus.backlog("1h").await?, 1);
    Ok(())
}

#[tokio::test]
async fn r13_open_and_active_count_and_closed_does_not() -> Done {
    let campus = Campus::new(Tz::UTC).await?;
    let (_open, active, closed) = (
        campus.open("2026-11-22 10:00:00").await?,
        campus.open("2026-11-22 10:00:00").await?,
        campus.open("2026-11-22 10:00:00").await?,
    );
    campus.store.activate(Role::Staff, active, None).await?;
    campus.close(closed, "2026-11-22 11:00:00").await?;
    assert_eq!(campus.backlog("24h").await?, 2);
    let answer: Backlog = get_as(&campus.client().await?, "backlog", None).await?;
    let now = at(Tz::UTC, "2026-11-22 11:00:00");
    let from = at(Tz::UTC, "2026-11-21 11:00:00");
    assert_eq!((answer.last.as_str(), answer.from, answer.as_of, answer.opened_not_closed), ("24h", from, now, 2));
    Ok(())
}

#[tokio::test]
async fn r13_a_day_is_24_hours_on_the_nights_when_clocks_change() -> Done {
    let campus = Campus::new(Tz::Europe__Rome).await?;
    // Clocks go forward at 02:00: noon is 23 hours after noon.
    campus.open("2026-03-28 11:30:00").await?;
    campus.turn_to("2026-03-29 12:00:00");
    assert_eq!(campus.backlog("1d").await?, 1);
    assert_eq!(campus.backlog("23h").await?, 0);
    Ok(())
}

#[tokio::test]
async fn r13_what_is_no_period_is_refused_by_its_name() -> Done {
    let campus = Campus::new(Tz::UTC).await?;
    let (router, client) = (analytics::router(campus.state().await?), campus.client().await?);
    for value in ["0h", "24", "24m", "-1d", "87601h", "3651d", "1e3h", "", "yesterday"] {
        let query = format!("last={value}");
        let path = format!("/api/v1/analytics/backlog?{query}");
        let (status, problem) = ask(&router, Method::GET, &path, Some("staff")).await;
        assert_eq!((status.as_u16(), &problem["field"]), (422, &"last".into()), "{value}");
        let refused = Field::Last.problem(FieldProblem::NotAPeriod { value: value.to_owned() });
        assert_eq!(get(&client, "backlog", Some(&query)).await, Err(refused));
    }
    Ok(())
}

#[tokio::test]
async fn r14_a_month_begins_at_the_campus_s_midnight() -> Done {
    for zone in [Tz::Europe__Rome, Tz::America__New_York, Tz::Pacific__Apia, Tz::UTC] {
        let campus = Campus::new(zone).await?;
        for opened in [
            "2026-09-30 23:59:00",
            "2026-09-30 23:59:59.999",
            "2026-10-01 00:00:00",
            "2026-10-01 00:01:00",
            "2026-12-31 23:59:59",
            "2027-01-01 00:00:00",
        ] {
            campus.open(opened).await?;
        }
        let expected =
            ["2026-09 2/0 -", "2026-10 2/0 -", "2026-11 0/0 -", "2026-12 1/0 -", "2027-01 1/0 -"].map(str::to_owned);
        assert_eq!(campus.months_in_short().await?, expected, "{zone}");
    }
    Ok(())
}

#[tokio::test]
async fn r14_the_month_of_a_moment_is_the_zone_s() -> Done {
    // 23:30 on 31 October in Rome is already November in Apia, and in New York still afternoon.
    let moment = at(Tz::Europe__Rome, "2026-10-31 23:30:00");
    for (zone, month) in [
        (Tz::Europe__Rome, "2026-10"),
        (Tz::Pacific__Apia, "2026-11"),
        (Tz::America__New_York, "2026-10"),
        (Tz::UTC, "2026-10"),
    ] {
        let campus = Campus::new(zone).await?;
        campus.clock.store(moment.0, Ordering::Relaxed);
        let new = NewTicket::new("The elevator is not working", "", None)?;
        campus.store.open_ticket(Role::Requester, &new, None).await?;
        let months: Vec<_> = campus.months().await?.into_iter().map(|month| month.month).collect();
        assert_eq!(months, [month], "{zone}");
    }
    Ok(())
}

#[tokio::test]
async fn r14_the_night_when_clocks_go_forward_is_an_hour_shorter() -> Done {
    let campus = Campus::new(Tz::Europe__Rome).await?;
    let id = campus.open("2026-03-29 01:59:00").await?;
    campus.close(id, "2026-03-29 03:01:00").await?;
    assert_eq!(campus.months_in_short().await?, ["2026-03 1/1 120"]);
    let campus = Campus::new(Tz::America__New_York).await?;
    let id = campus.open("2026-03-07 23:59:00").await?;
    campus.close(id, "2026-03-08 03:01:00").await?;
    assert_eq!(campus.months_in_short().await?, ["2026-03 1/1 7320"]);
    Ok(())
}

#[tokio::test]
async fn r14_the_night_when_clocks_go_back_is_an_hour_longer() -> Done {
    let campus = Campus::new(Tz::Europe__Rome).await?;
    let id = campus.open("2026-10-25 01:59:00").await?;
    campus.close(id, "2026-10-25 03:01:00").await?;
    assert_eq!(campus.months_in_short().await?, ["2026-10 1/1 7320"]);
    // In New York that night is a month's first.
    let campus = Campus::new(Tz::America__New_York).await?;
    for opened in ["2026-10-31 23:59:00", "2026-11-01 00:01:00"] {
        let id = campus.open(opened).await?;
        campus.close(id, "2026-11-01 02:00:00").await?;
    }
    assert_eq!(campus.months_in_short().await?, ["2026-10 1/1 10860", "2026-11 1/1 10740"]);
    Ok(())
}

#[tokio::test]
async fn r14_the_last_night_of_a_month_may_be_one_when_clocks_change() -> Done {
    // 31 March 2024 and 31 October 2027 are the last Sundays of their months.
    let campus = Campus::new(Tz::Europe__Rome).await?;
    for (opened, closed) in [
        ("2024-03-31 23:59:00", "2024-04-01 00:01:00"),
        ("2024-04-01 00:01:00", "2024-04-01 00:02:00"),
        ("2027-10-31 23:59:00", "2027-11-01 00:01:00"),
        ("2027-11-01 00:01:00", "2027-11-01 00:02:00"),
    ] {
        let id = campus.open(opened).await?;
        campus.close(id, closed).await?;
    }
    let months = campus.months_in_short().await?;
    assert_eq!(months.len(), 45);
    assert_eq!(months[..2], ["2024-03 1/1 120", "2024-04 1/1 60"]);
    assert_eq!(months[43..], ["2027-10 1/1 120", "2027-11 1/1 60"]);
    assert!(months[2..43].iter().all(|month| month.ends_with(" 0/0 -")));
    Ok(())
}

#[tokio::test]
async fn r14_an_empty_month_between_two_others_is_shown_as_empty() -> Done {
    let campus = Campus::new(Tz::Europe__Rome).await?;
    let id = campus.open("2026-07-10 09:00:00").await?;
    campus.close(id, "2026-09-10 09:00:00").await?;
    campus.open("2026-09-10 09:00:00").await?;
    campus.turn_to("2026-11-22 09:00:00");
    let expected = ["2026-07 1/1 5356800", "2026-08 0/0 -", "2026-09 1/0 -", "2026-10 0/0 -", "2026-11 0/0 -"];
    assert_eq!(campus.months_in_short().await?, expected);
    Ok(())
}

#[tokio::test]
async fn r14_a_ticket_still_open_is_counted_and_not_averaged() -> Done {
    let campus = Campus::new(Tz::UTC).await?;
    let (first, second) = (campus.open("2026-10-05 00:00:00").await?, campus.open("2026-10-05 00:00:00").await?);
    campus.open("2026-10-06 00:00:00").await?;
    campus.close(first, "2026-10-05 00:00:01").await?;
    campus.close(second, "2026-10-05 00:00:02.500").await?;
    assert_eq!(campus.months_in_short().await?, ["2026-10 3/2 1.75"]);
    Ok(())
}

#[tokio::test]
async fn r14_a_leap_day_belongs_to_february() -> Done {
    let campus = Campus::new(Tz::Europe__Rome).await?;
    let id = campus.open("2028-02-29 23:59:59").await?;
    campus.open("2028-03-01 00:00:00").await?;
    campus.close(id, "2028-03-01 23:59:59").await?;
    assert_eq!(campus.months_in_short().await?, ["2028-02 1/1 86400", "2028-03 1/0 -"]);
    Ok(())
}

#[tokio::test]
async fn r14_without_a_ticket_there_is_no_month() -> Done {
    let campus = Campus::new(Tz::Pacific__Apia).await?;
    let now = campus.turn_to("2026-11-22 09:00:00");
    let answer: Resolution = get_as(&campus.client().await?, "resolution", None).await?;
    let (time_zone, through) = ("Pacific/Apia".to_owned(), HistoryId(0));
    assert_eq!(answer, Resolution { as_of: now, through, time_zone, months: Vec::new() });
    Ok(())
}

#[tokio::test]
async fn r15_every_category_has_its_active_tickets_counted_zeros_too() -> Done {
    let campus = Campus::new(Tz::UTC).await?;
    let active = async |campus: &Campus| -> Result<[i64; 3], Box<dyn Error>> {
        let answer: CategoryCounts = get_as(&campus.client().await?, "categories", None).await?;
        assert_eq!(answer.categories.iter().map(|one| one.category).collect::<Vec<_>>(), Category::ALL);
        Ok([0, 1, 2].map(|n| answer.categories[n].active))
    };
    assert_eq!(active(&campus).await?, [0, 0, 0]);
    for (category, opened, moved, closed) in [
        (Category::FacilityManagement, 4, 3, 1),
        (Category::ServicesComplaints, 2, 1, 0),
        (Category::TechnicalIt, 1, 0, 0),
    ] {
        for n in 0..opened {
            let id = campus.open("2026-11-22 09:00:00").await?;
            campus.store.correct_category(Role::Staff, id, category, None).await?;
            if n < moved {
                campus.store.activate(Role::Staff, id, None).await?;
            }
            if n < closed {
                campus.store.close(Role::Staff, id, None).await?;
            }
        }
    }
    assert_eq!(active(&campus).await?, [2, 0, 1]);
    Ok(())
}

#[tokio::test]
async fn r12_the_services_answer_to_staff_alone() -> Done {
    let campus = Campus::new(Tz::UTC).await?;
    let router = analytics::router(campus.state().await?);
    for analysis in analytics::slugs() {
        let path = format!("/api/v1/analytics/{analysis}");
        assert_eq!(ask(&router, Method::GET, &path, Some("staff")).await.0, StatusCode::OK);
        let requesters = if analysis == "expectation" { StatusCode::OK } else { StatusCode::FORBIDDEN };
        assert_eq!(ask(&router, Method::GET, &path, None).await.0, requesters);
        assert_eq!(ask(&router, Method::GET, &path, Some("requester")).await.0, requesters);
        assert_eq!(ask(&router, Method::GET, &path, Some("Staff")).await.0, StatusCode::BAD_REQUEST);
        assert_eq!(ask(&router, Method::POST, &path, Some("staff")).await.0, StatusCode::METHOD_NOT_ALLOWED);
    }
    assert_eq!(ask(&router, Method::GET, "/api/v1/analytics/weather", Some("staff")).await.0, StatusCode::NOT_FOUND);
    Ok(())
}

#[tokio::test]
async fn r12_a_service_that_is_not_run_here_is_not_found() -> Done {
    let campus = Campus::new(Tz::UTC).await?;
    for run in analytics::slugs() {
        let client =
            AnalyticsClient::embedded(analytics::router(campus.state().await?.with_services(&[run.to_owned()])));
        for analysis in analytics::slugs() {
            let answer = get(&client, analysis, None).await;
            if analysis == run {
                assert!(answer.is_ok(), "{answer:?}");
            } else {
                assert_eq!(answer, Err(AppError::NoSuchService));
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn r12_services_of_another_process_give_the_same_answers() -> Done {
    let campus = Campus::new(Tz::Europe__Rome).await?;
    let id = campus.open("2026-10-25 01:59:00").await?;
    campus.close(id, "2026-10-25 03:01:00").await?;
    campus.open("2026-11-22 12:00:00").await?;
    let router = analytics::router(campus.state().await?.with_services(&["backlog", "resolution"].map(str::to_owned)));
    let embedded = AnalyticsClient::embedded(router.clone());
    let address = listen(router).await?;
    for remote in [AnalyticsClient::remote(&address), AnalyticsClient::remote(&format!("{address}/").parse()?)] {
        for analysis in analytics::slugs() {
            for query in [None, Some("last=7d"), Some("last=nonsense"), Some("last=1h&last=%31%64")] {
                let here = get(&embedded, analysis, query).await;
                assert_eq!(here, get(&remote, analysis, query).await, "{analysis:?} {query:?}");
                assert!(here.is_ok() || here == Err(AppError::NoSuchService) || query == Some("last=nonsense"));
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn r12_a_dead_service_is_a_503_and_the_rest_goes_on() -> Done {
    let campus = Campus::new(Tz::UTC).await?;
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        format!("http://{}", listener.local_addr()?).parse()?
    };
    let analytics = AnalyticsClient::remote(&gone);
    assert_eq!(get(&analytics, "categories", None).await, Err(AppError::ServiceDown));
    let live = Live::start(campus.store.clone()).await?;
    let desk =
        app(AppState { store: campus.store.clone(), analytics, live, photos: campus.photos()?, rest_limit: None });
    for analysis in analytics::slugs() {
        let path = format!("/api/v1/analytics/{analysis}");
        assert_eq!(ask(&desk, Method::GET, &path, Some("staff")).await.0, StatusCode::SERVICE_UNAVAILABLE);
    }
    assert_eq!(ask(&desk, Method::GET, "/api/v1/tickets", None).await.0, StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn r12_a_service_has_a_second_to_answer() -> Done {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mute = format!("http://{}", listener.local_addr()?).parse()?;
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await?;
        connection.read_to_end(&mut Vec::new()).await
    });
    let start = Instant::now();
    assert_eq!(get(&AnalyticsClient::remote(&mute), "backlog", None).await, Err(AppError::ServiceDown));
    assert!(start.elapsed() >= Duration::from_millis(900));
    Ok(())
}

#[tokio::test]
async fn r12_those_who_wait_for_a_service_that_hangs_do_not_wait_one_after_the_other() -> Done {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mute = format!("http://{}", listener.local_addr()?).parse()?;
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move { connection.read_to_end(&mut Vec::new()).await });
        }
    });
    let client = AnalyticsClient::remote(&mute);
    let questions = (1..=20).map(|hours| {
        let client = client.clone();
        async move { get(&client, "backlog", Some(&format!("last={hours}h"))).await }
    });
    for answer in futures_util::future::join_all(questions).await {
        assert_eq!(answer, Err(AppError::ServiceDown));
    }
    // The first one asked; the others heard what it heard, or had no more patience.
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    Ok(())
}

#[tokio::test]
async fn r12_what_is_no_service_of_ours_is_a_dead_one() -> Done {
    let other = listen(Router::new().fallback(async || "<h1>Welcome</h1>")).await?;
    assert_eq!(get(&AnalyticsClient::remote(&other), "backlog", None).await, Err(AppError::ServiceDown));
    Ok(())
}

#[tokio::test]
async fn r12_the_services_cannot_write() -> Done {
    #[derive(Debug, FromQueryResult)]
    struct Nothing {}
    let campus = Campus::new(Tz::UTC).await?;
    let database = AnalyticsDatabase::open(&campus.database).await?;
    for write in ["DELETE FROM tickets", "UPDATE settings SET value = 'UTC'", "CREATE TABLE x (y)"] {
        let snapshot = database.snapshot(None, Timestamp(0)).await?;
        let refused = snapshot.list::<Nothing>(write, []).await.unwrap_err().to_string();
        snapshot.end().await?;
        assert!(refused.contains("readonly"), "{refused}");
    }
    Ok(())
}

#[tokio::test]
async fn r12_a_database_that_is_not_the_store_s_is_refused_in_a_sentence() -> Done {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("other.db");
    let database = format!("sqlite:{}", file.display());
    let missing = AnalyticsDatabase::open(&database).await.unwrap_err().to_string();
    assert!(missing.contains("campusdesk migrate") && !file.exists(), "{missing}");
    std::fs::write(&file, "no database at all")?;
    let foreign = AnalyticsDatabase::open(&database).await.unwrap_err().to_string();
    assert!(foreign.contains("campusdesk migrate"), "{foreign}");
    Ok(())
}

#[tokio::test]
async fn r16_no_analysis_reads_the_whole_table_of_tickets() -> Done {
    #[derive(FromQueryResult)]
    struct Step {
        detail: String,
    }
    let campus = Campus::new(Tz::UTC).await?;
    let database = AnalyticsDatabase::open(&campus.database).await?;
    let snapshot = database.snapshot(None, Timestamp(0)).await?;
    let plan = async |sql: &str| -> Result<String, Box<dyn Error>> {
        let steps: Vec<Step> = snapshot.list(&format!("EXPLAIN QUERY PLAN {sql}"), []).await?;
        Ok(steps.into_iter().map(|step| step.detail).collect::<Vec<_>>().join("\n"))
    };
    let counted = plan(&backlog::COUNT).await?;
    let ends = "SEARCH tickets USING COVERING INDEX tickets_not_closed_by_opening (opened_at>? AND opened_at<?)";
    let whole = "SEARCH sums USING PRIMARY KEY (hours=? AND since>? AND since<?)";
    assert!(counted.contains(ends) && counted.contains(whole), "{counted}");
    let of_place = plan(backlog::COUNT_OF_PLACE).await?;
    let index =
        "SEARCH tickets USING COVERING INDEX tickets_not_closed_by_place (place=? AND opened_at>? AND opened_at<?)";
    assert!(of_place.contains(index), "{of_place}");
    let place = plan(sums::OF_PLACE).await?;
    assert!(place.contains("SEARCH tickets USING INDEX tickets_by_place (place=?)"), "{place}");
    let ahead = plan(expectation::AHEAD).await?;
    assert!(ahead.contains("SEARCH tickets USING COVERING INDEX tickets_by_status_and_category"), "{ahead}");
    for kept in [sums::MONTHS, sums::CATEGORIES, sums::DAYS, sums::DURATIONS, &sums::HOURS, places::MOST, places::BACK]
    {
        let read = plan(kept).await?;
        assert!(!read.contains("tickets"), "{read}");
    }
    for first in [places::MOST, places::BACK] {
        let read = plan(first).await?;
        assert!(read.contains("USING INDEX rollup_places_by_") && !read.contains("TEMP B-TREE"), "{read}");
    }
    for since in [sums::DAYS, &sums::HOURS, sums::DURATIONS] {
        let read = plan(since).await?;
        assert!(read.contains("SEARCH rollup_"), "{read}");
    }
    Ok(())
}
