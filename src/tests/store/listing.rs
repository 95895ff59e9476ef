//! Lists: what they hold, in which order, page by page.

use super::{CANTEEN, Desk, ELEVATOR, HOUR, Outcome, WIFI, ids, sums};
use crate::{
    domain::{
        category::{Category, CategorySource},
        history::What,
        ids::TicketId,
        query::{Sort, TicketQuery},
        role::Role::{Requester, Staff},
        status::Status,
        ticket::Counts,
    },
    error::{Field, FieldProblem},
    server::store::rollups::rollups_by_scan,
};
use chrono_tz::Tz;

/// Forty tickets of all categories and statuses; every second and third has the same times as the one before.
async fn campus() -> Result<Desk, Box<dyn std::error::Error>> {
    let desk = Desk::new().await?;
    for number in 0..40 {
        let ticket = desk.report([WIFI, ELEVATOR, CANTEEN][number % 3]).await?;
        if number % 3 == 0 {
            desk.pass(HOUR);
        }
        if number % 4 > 0 {
            desk.store.activate(Staff, ticket.id, None).await?;
        }
        if number % 4 == 3 {
            desk.store.close(Staff, ticket.id, None).await?;
        } else if number % 5 == 0 {
            desk.say(if number % 2 == 0 { Staff } else { Requester }, ticket.id, "hello").await?;
        }
    }
    Ok(desk)
}

fn query(statuses: &[Status], categories: &[Category], waiting: bool, sort: Option<Sort>) -> TicketQuery {
    TicketQuery {
        statuses: statuses.to_vec(),
        categories: categories.to_vec(),
        waiting,
        sort,
        ..TicketQuery::default()
    }
}

#[tokio::test]
async fn r03_r04_every_list_holds_what_it_should_in_its_order_on_pages_of_any_length() -> Outcome {
    let desk = campus().await?;
    let mut all = Vec::new();
    for id in 1..=40 {
        let ticket = desk.store.get_ticket(Staff, TicketId(id)).await?;
        let last = desk.store.list_messages(Staff, TicketId(id), 100, None).await?.messages.pop();
        all.push((ticket, last.map(|message| message.role)));
    }
    let [open, active, closed] = Status::ALL;
    let statuses: [&[Status]; 7] =
        [&[], &[open], &[active], &[closed], &[open, active], &[closed, open], &[open, active, closed]];
    let [facility, it, services] = Category::ALL;
    let categories: [&[Category]; 4] = [&[], &[it], &[services, facility], &[facility, it, services]];
    for role in [Requester, Staff] {
        for statuses in statuses {
            for categories in categories {
                for waiting in [false, true] {
                    for sort in
                        [None, Some(Sort::Newest), Some(Sort::Oldest), Some(Sort::Activity), Some(Sort::Affected)]
                    {
                        let mut expected: Vec<_> = all
                            .iter()
                            .filter(|(ticket, _)| statuses.is_empty() || statuses.contains(&ticket.status))
                            .filter(|(ticket, _)| categories.is_empty() || categories.contains(&ticket.category))
                            .filter(|(ticket, last)| {
                                !waiting || (ticket.status != closed && last.is_none_or(|role| role == Requester))
                            })
                            .filter(|(ticket, _)| role.may_see(ticket.status))
                            .map(|(ticket, _)| (ticket.modified_at, ticket.id.0))
                            .collect();
                        match sort {
                            // Nobody else is affected by any of them.
                            None | Some(Sort::Newest | Sort::Affected) => expected.sort_by_key(|(_, id)| -id),
                            Some(Sort::Oldest) => expected.sort_by_key(|(_, id)| *id),
                            Some(Sort::Activity) => expected.sort_by_key(|(at, id)| (-at.0, -id)),
                        }
                        let expected: Vec<_> = expected.into_iter().map(|(_, id)| id).collect();
                        let query = query(statuses, categories, waiting, sort);
                        for limit in [1, 7, 100] {
                            assert_eq!(desk.walk(role, &query, limit).await?, expected, "{role:?} {query:?}");
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn r03_a_requester_is_shown_no_closed_ticket_whatever_the_query_says() -> Outcome {
    let desk = campus().await?;
    let closed = query(&[Status::Closed], &[], false, None);
    let page = desk.store.list_tickets(Requester, &closed).await?;
    assert_eq!((page.tickets, page.next), (vec![], None));
    assert_eq!(desk.walk(Staff, &closed, 25).await?.len(), 10);
    let asked: Vec<_> = (0..=41).map(TicketId).collect();
    assert_eq!(desk.store.list_tickets_by_ids(Requester, &asked).await?.len(), 30);
    let staffs = desk.store.list_tickets_by_ids(Staff, &asked).await?;
    assert_eq!(ids(&staffs), (1..=40).rev().collect::<Vec<_>>());
    assert!(desk.store.list_tickets_by_ids(Staff, &[]).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn r04_what_is_opened_while_somebody_pages_moves_nothing() -> Outcome {
    let desk = campus().await?;
    for sort in [Sort::Newest, Sort::Activity] {
        let mut query = TicketQuery { limit: 7, ..query(&[], &[], false, Some(sort)) };
        let before = desk.walk(Staff, &query, 100).await?;
        let mut seen = Vec::new();
        loop {
            let page = desk.store.list_tickets(Staff, &query).await?;
            seen.extend(ids(&page.tickets));
            desk.pass(1);
            desk.report("one more").await?;
            match page.next {
                None => break,
                next => query.after = next,
            }
        }
        assert_eq!(seen, before, "{sort:?}");
    }
    Ok(())
}

#[tokio::test]
async fn r04_a_cursor_of_another_list_or_none_is_refused_by_name() -> Outcome {
    let desk = campus().await?;
    let newest = TicketQuery { limit: 1, ..TicketQuery::default() };
    let cursor = desk.store.list_tickets(Staff, &newest).await?.next.ok_or("a page follows")?;
    let refused = Err(Field::After.problem(FieldProblem::NotACursor));
    for sort in [Sort::Oldest, Sort::Activity] {
        let query = TicketQuery { sort: Some(sort), after: Some(cursor.clone()), ..TicketQuery::default() };
        assert_eq!(desk.store.list_tickets(Staff, &query).await, refused);
    }
    let searched = TicketQuery { search: Some("wifi".into()), after: Some(cursor.clone()), ..TicketQuery::default() };
    assert_eq!(desk.store.list_tickets(Staff, &searched).await, refused);
    for garbage in ["x", "", "🦀", "bmV3ZXN0", &"A".repeat(5_000)] {
        let query = TicketQuery { after: Some(garbage.to_owned()), ..TicketQuery::default() };
        assert_eq!(desk.store.list_tickets(Staff, &query).await, refused, "{garbage}");
    }
    Ok(())
}

#[tokio::test]
async fn r04_the_board_counts_its_views() -> Outcome {
    let desk = Desk::new().await?;
    assert_eq!(desk.store.count_views().await?, Counts::default());
    let desk = campus().await?;
    let count = async |statuses: &[Status], waiting| {
        desk.walk(Staff, &query(statuses, &[], waiting, None), 100)
            .await
            .map(|ids| i64::try_from(ids.len()).unwrap_or(-1))
    };
    let expected = Counts {
        open: count(&[Status::Open], false).await?,
        active: count(&[Status::Active], false).await?,
        waiting: count(&[], true).await?,
        doubtful: 0,
        closed: count(&[Status::Closed], false).await?,
    };
    assert_eq!(desk.store.count_views().await?, expected);
    assert_eq!((expected.open, expected.active, expected.closed), (10, 20, 10));
    Ok(())
}

/// Words that say nothing of what they are about.
const UNCLEAR: &str = "qwertz uiop";

#[tokio::test]
async fn r09_of_what_the_machine_is_unsure_staff_have_a_view_until_they_decide() -> Outcome {
    let desk = Desk::new().await?;
    let (sure, unsure) = (desk.report(ELEVATOR).await?, desk.report(UNCLEAR).await?);
    let (closed, edited) = (desk.report(UNCLEAR).await?, desk.report(UNCLEAR).await?);
    assert_eq!((sure.category_doubtful, unsure.category_doubtful), (false, true));
    let walk = async |query: TicketQuery| desk.walk(Staff, &TicketQuery { doubtful: true, ..query }, 1).await;
    assert_eq!(walk(TicketQuery::default()).await?, [edited.id.0, closed.id.0, unsure.id.0]);
    assert_eq!(desk.store.count_views().await?.doubtful, 3);

    desk.store.activate(Staff, closed.id, None).await?;
    let active = TicketQuery { statuses: vec![Status::Active], ..TicketQuery::default() };
    assert_eq!(walk(active).await?, [closed.id.0]);
    desk.store.close(Staff, closed.id, None).await?;
    let closed = TicketQuery { statuses: vec![Status::Closed], ..TicketQuery::default() };
    assert_eq!(walk(closed).await?, [0; 0]);
    desk.edit(Requester, &edited, WIFI).await?;
    assert_eq!(walk(TicketQuery::default()).await?, [unsure.id.0]);
    let searched = TicketQuery { search: Some("uiop".to_owned()), ..TicketQuery::default() };
    assert_eq!(walk(searched).await?, [unsure.id.0]);

    // The same category is an answer, too, and stands in the history.
    assert_eq!(desk.store.correct_category(Staff, unsure.id, unsure.category, None).await?, unsure);
    let decided = desk.store.decide_category(Staff, unsure.id, unsure.category, None).await?;
    assert_eq!((decided.category, decided.category_source), (unsure.category, CategorySource::Staff));
    assert!(!decided.category_doubtful && decided.category_because.is_empty());
    let slug = Some(unsure.category.slug().to_owned());
    assert_eq!(desk.told(unsure.id).await?.pop(), Some((What::Category, slug.clone(), slug)));
    assert_eq!(desk.store.decide_category(Staff, unsure.id, unsure.category, None).await?, decided);
    assert_eq!(walk(TicketQuery::default()).await?, [0; 0]);
    assert_eq!(desk.store.count_views().await?.doubtful, 0);
    assert_eq!(sums::kept(&desk.store).await?, rollups_by_scan(desk.store.reading(), Tz::UTC).await?);
    Ok(())
}
