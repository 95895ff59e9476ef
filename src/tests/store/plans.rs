//! Every statement that a page makes is served by an index: SQLite's own plans say so.

use super::{Desk, ELEVATOR, Outcome, WIFI};
use crate::{
    domain::{
        category::Category,
        history::What,
        message::NewMessage,
        query::{Sort, Span, TicketQuery, WeekHour},
        role::Role::{Requester, Staff},
        saved_reply::NewSavedReply,
        status::Status,
        ticket::{Edit, NewTicket},
        time::Timestamp,
    },
    server::store::{Store, sqlite::Tuning},
};
use chrono_tz::Tz;
use sea_orm::{ConnectionTrait, Statement};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

#[tokio::test]
async fn r04_no_page_and_no_verb_scans_a_table_or_sorts_one() -> Outcome {
    let heard: Arc<Mutex<Vec<Statement>>> = Arc::default();
    let tuning = Tuning {
        on_statement: Some(Arc::new({
            let heard = Arc::clone(&heard);
            move |statement: &Statement| heard.lock().unwrap().push(statement.clone())
        })),
        ..Tuning::default()
    };
    let desk = Desk::tuned(Tz::UTC, &tuning).await?;
    heard.lock().unwrap().clear();
    everything(&desk).await?;

    let heard = std::mem::take(&mut *heard.lock().unwrap());
    let mut plans = BTreeSet::new();
    for statement in heard {
        // A batch is planned statement by statement.
        for sql in statement.sql.split(';').filter(|sql| !sql.trim().is_empty()) {
            let explain = Statement::from_string(statement.db_backend, format!("EXPLAIN QUERY PLAN {sql}"));
            for row in desk.store.reading().query_all_raw(explain).await? {
                plans.insert((row.try_get::<String>("", "detail")?, sql.to_owned()));
            }
        }
    }
    assert!(plans.len() > 60, "{}", plans.len());
    // The ids of one page.
    let found_once = |detail: &str, sql: &str| sql.contains("MATCH") && detail == "USE TEMP B-TREE FOR DISTINCT";
    let by_activity =
        |sql: &str| sql.contains("MATCH") && (sql.contains("modified_at DESC") || sql.contains("affected DESC"));
    // The places that most reports name, and the likest of what a search finds: read whole and cut.
    let is_cut = |sql: &str| sql.contains(r#"BY "rollup_places"."opened" DESC"#) || sql.contains("ORDER BY rank LIMIT");
    // A time's tickets come from an index of their own and are then put in order.
    let is_narrow = |sql: &str| sql.contains("ed_at >= ") || sql.contains("tickets.place = ");
    let harmless = [
        // The open and active tickets' part of the index: the backlog, however many tickets there are.
        "SCAN tickets USING COVERING INDEX tickets_not_closed_by_last_word",
        // As many as were ever learned, the last first.
        "SCAN models",
        // Some rows a month.
        "SCAN rollup_months",
        "SCAN rollup_corrections",
        // The latest corrections, in the index's order.
        "SCAN tickets USING INDEX tickets_decided_by_staff",
        // Three rows.
        "SCAN rollup_categories",
        // As many as a campus has, and those that reports name: read again when they are old.
        "SCAN places",
        "SCAN rollup_places",
        // As many as a helpdesk keeps, in the index's order.
        "SCAN saved_replies USING INDEX saved_replies_by_title",
        "SCAN search_backlog VIRTUAL TABLE INDEX",
        "SCAN search_backlog_words VIRTUAL TABLE INDEX",
        "SCAN search_closed VIRTUAL TABLE INDEX",
        "SCAN search_closed_words VIRTUAL TABLE INDEX",
        // The messages of one chunk.
        "SCAN (subquery-",
        // A ticket and what was merged into it.
        "SCAN family",
        // The words of a search, and those that begin so.
        "SCAN wanted",
        "SCAN found",
    ];
    // The conversations of a ticket and of what was merged into it, where something was.
    let has_duplicates = |sql: &str| sql.contains("FROM messages WHERE ticket_id IN (?, ?");
    // What RETURNING gives back is called a scan of the table that is written to.
    let returning = |sql: &str| sql.starts_with("INSERT INTO") && sql.contains("RETURNING");
    let costly: Vec<_> = plans
        .iter()
        .filter(|(_, sql)| !returning(sql))
        .filter(|(detail, sql)| {
            (detail.starts_with("SCAN")
                && !detail.contains("CONSTANT ROW")
                && !harmless.iter().any(|harmless| detail.starts_with(harmless)))
                || (detail.contains("TEMP B-TREE")
                    && !by_activity(sql)
                    && !is_narrow(sql)
                    && !found_once(detail, sql)
                    && !is_cut(sql)
                    && !has_duplicates(sql))
        })
        .collect();
    assert!(costly.is_empty(), "{costly:#?}");
    Ok(())
}

/// Every verb, and every list with every filter.
async fn everything(desk: &Desk) -> Outcome {
    let store = &desk.store;
    let ticket = store.open_ticket(Requester, &NewTicket::new(WIFI, "Library", None)?, Some("k")).await?;
    store.post_message(Staff, ticket.id, &NewMessage::new("hello", false)?, Some("k")).await?;
    let reply =
        store.add_saved_reply(Staff, &NewSavedReply::new("Solved", "Please check.", Some(Status::Closed))?).await?;
    store.change_saved_reply(Staff, reply.id, &NewSavedReply::new("Done", "Please look.", None)?).await?;
    store.list_saved_replies(Staff, Some("done")).await?;
    store.list_corrections(Staff).await?;
    store.take_model().await?;
    store.add_model(Staff, 1, (0.5, 0.5), classifier::Model::embedded()).await?;
    store.find_learning(Staff).await?;
    store.get_saved_reply(Staff, reply.id).await?;
    store.remove_saved_reply(Staff, reply.id).await?;
    desk.note(ticket.id, "note").await?;
    store.edit_ticket(Staff, ticket.id, &Edit::new(Some(ELEVATOR), Some(""), 1)?).await?;
    store.correct_category(Staff, ticket.id, Category::ServicesComplaints, None).await?;
    store.activate(Staff, ticket.id, None).await?;
    for role in [Requester, Staff] {
        store.get_ticket(role, ticket.id).await?;
        let page = store.list_messages(role, ticket.id, 1, None).await?;
        store.list_messages(role, ticket.id, 1, page.next.as_deref()).await?;
        let page = store.list_history(role, ticket.id, 1, None).await?;
        store.list_history(role, ticket.id, 1, page.next.as_deref()).await?;
        let timeline = store.list_timeline(role, ticket.id, None).await?;
        assert!(timeline.entries.iter().any(|entry| entry.row.what == What::Message));
        let before = timeline.entries.last().map(|entry| entry.row.id);
        store.list_timeline(role, ticket.id, before).await?;
        store.list_tickets_by_ids(role, &[ticket.id]).await?;
    }
    let claim = store.make_claim(ticket.id).await?;
    store.find_claim(ticket.id).await?;
    store.find_claimed(&claim.code).await?;
    store.add_affected(ticket.id, "device".to_owned()).await?;
    store.find_similar("elevator is stuck", Some("Library"), None).await?;
    store.import_places(Staff, vec!["Library".to_owned()], false).await?;
    store.list_places(Staff, None).await?;
    store.suggest_places("lib").await?;
    let duplicate = store.open_ticket(Requester, &NewTicket::new(ELEVATOR, "", None)?, None).await?;
    store.merge(Staff, duplicate.id, ticket.id, None).await?;
    store.list_timeline(Staff, ticket.id, None).await?;
    store.list_messages(Staff, ticket.id, 5, None).await?;
    store.look_up(Requester, duplicate.id).await?;
    store.follow_merged(&[duplicate.id]).await?;
    store.part(Staff, duplicate.id).await?;
    store.close(Staff, ticket.id, None).await?;
    store.list_closed_lately(&[ticket.id]).await?;
    store.look_up(Requester, ticket.id).await?;
    for text in [WIFI, ELEVATOR] {
        store.open_ticket(Requester, &NewTicket::new(text, "", Some(ticket.id))?, None).await?;
    }
    store.count_views().await?;
    store.check_ready().await?;
    let [open, active, closed] = Status::ALL;
    let [facility, it, _] = Category::ALL;
    for role in [Requester, Staff] {
        for statuses in [vec![], vec![open], vec![active, closed], vec![open, active]] {
            for categories in [vec![], vec![it], vec![facility, it]] {
                for (waiting, doubtful) in [(false, false), (true, false), (false, true), (true, true)] {
                    for sort in
                        [None, Some(Sort::Newest), Some(Sort::Oldest), Some(Sort::Activity), Some(Sort::Affected)]
                    {
                        for search in [None, Some("elevator wifi"), Some("e"), Some("#1")] {
                            let search = search.map(str::to_owned);
                            let query = TicketQuery {
                                statuses: statuses.clone(),
                                categories: categories.clone(),
                                waiting,
                                doubtful,
                                search,
                                sort,
                                limit: 1,
                                ..TicketQuery::default()
                            };
                            let page = store.list_tickets(role, &query).await?;
                            store.list_tickets(role, &TicketQuery { after: page.next, ..query }).await?;
                        }
                    }
                }
            }
        }
    }
    narrow(store).await
}

/// The lists that charts lead to.
async fn narrow(store: &Store) -> Outcome {
    let span = Some(Span { from: Timestamp(0), to: Timestamp(30 * 24 * 3_600_000) });
    let (place, hour) = (Some("Library".to_owned()), Some(WeekHour { weekday: 1, hour: 9 }));
    for query in [
        TicketQuery { opened: span, ..TicketQuery::default() },
        TicketQuery { opened: span, hour, ..TicketQuery::default() },
        TicketQuery { opened: span, answered: true, ..TicketQuery::default() },
        TicketQuery { closed: span, ..TicketQuery::default() },
        TicketQuery { left: Some(Timestamp(1)), ..TicketQuery::default() },
        TicketQuery { place: place.clone(), returned: true, ..TicketQuery::default() },
        TicketQuery { opened: span, closed: span, place, ..TicketQuery::default() },
    ] {
        for statuses in [vec![], vec![Status::Closed], vec![Status::Open, Status::Active]] {
            for sort in [None, Some(Sort::Oldest), Some(Sort::Activity)] {
                let query = TicketQuery {
                    statuses: statuses.clone(),
                    categories: vec![Category::TechnicalIt],
                    sort,
                    ..query.clone()
                };
                store.list_tickets(Staff, &query).await?;
                store.count_tickets(Staff, &query).await?;
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn r04_a_statement_keeps_its_plan() -> Outcome {
    let desk = Desk::new().await?;
    let options = Statement::from_string(sea_orm::DbBackend::Sqlite, "PRAGMA compile_options");
    let options = desk.store.reading().query_all_raw(options).await?;
    let options = options.iter().map(|row| row.try_get_by_index::<String>(0)).collect::<Result<Vec<_>, _>>()?;
    // Without it, and that is without .cargo/config.toml, every "LIMIT ?" is parsed and planned each time it runs.
    assert!(options.iter().any(|option| option == "ENABLE_QPSG"), "{options:?}");
    Ok(())
}
