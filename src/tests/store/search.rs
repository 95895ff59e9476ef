//! Full-text search: what it finds, in which order, and that nothing a person types upsets it.

use super::{Desk, Outcome, ids};
use crate::{
    domain::{
        category::Category,
        query::{Sort, TicketQuery},
        role::Role::{self, Requester, Staff},
        status::Status,
        ticket::NewTicket,
    },
    error::AppError,
};

fn query(words: &str) -> TicketQuery {
    TicketQuery { search: Some(words.to_owned()), ..TicketQuery::default() }
}

impl Desk {
    async fn find(&self, role: Role, words: &str) -> Result<Vec<i64>, AppError> {
        let page = self.store.list_tickets(role, &query(words)).await?;
        Ok(ids(&page.tickets))
    }
}

#[tokio::test]
async fn r04_words_prefixes_places_and_conversations_are_found() -> Outcome {
    let desk = Desk::new().await?;
    let new = NewTicket::new("The Projector in our seminar room hums", "Café Résumé, room 2.07", None)?;
    let one = desk.store.open_ticket(Requester, &new, None).await?.id.0;
    let two = desk.report("Printer out of toner").await?;
    desk.say(Requester, two.id, "it stands beside the projectors").await?;
    for (words, found) in [
        ("projector", vec![one, two.id.0]),
        ("PROJ", vec![one, two.id.0]),
        ("projectors", vec![two.id.0]),
        ("p", vec![two.id.0, one]),
        ("pr", vec![two.id.0, one]),
        ("pri", vec![two.id.0]),
        ("cafe resume", vec![one]),
        ("CAFÉ", vec![one]),
        ("café", vec![one]),
        ("2.07", vec![one]),
        ("room seminar", vec![one]),
        ("toner projector", vec![two.id.0]),
        ("toner hums", vec![]),
        ("humsx", vec![]),
        ("rojector", vec![]),
    ] {
        assert_eq!(desk.find(Staff, words).await?, found, "{words}");
        assert_eq!(desk.find(Requester, words).await?, found, "{words}");
    }
    Ok(())
}

#[tokio::test]
async fn r04_the_best_match_comes_first_and_a_search_pages() -> Outcome {
    let desk = Desk::new().await?;
    let mut own = Vec::new();
    let mut told = Vec::new();
    for number in 0..30 {
        if number % 3 == 0 {
            own.push(desk.report(&format!("radiator {number} leaks")).await?.id.0);
        } else {
            let ticket = desk.report(&format!("window {number}")).await?;
            desk.say(Requester, ticket.id, "and the radiator leaks").await?;
            told.push(ticket.id.0);
        }
    }
    let newest_first = |ids: &[i64]| ids.iter().rev().copied().collect::<Vec<_>>();
    let ranked = [newest_first(&own), newest_first(&told)].concat();
    for limit in [1, 3, 9, 10, 11, 29, 30, 100] {
        assert_eq!(desk.walk(Requester, &query("radiator leaks"), limit).await?, ranked, "{limit}");
        let sorted = |sort| TicketQuery { sort: Some(sort), ..query("radiator leaks") };
        let all: Vec<i64> = (1..=30).collect();
        assert_eq!(desk.walk(Requester, &sorted(Sort::Oldest), limit).await?, all);
        assert_eq!(desk.walk(Requester, &sorted(Sort::Newest), limit).await?, newest_first(&all));
        assert_eq!(desk.walk(Requester, &sorted(Sort::Activity), limit).await?, newest_first(&all));
    }
    let cursor = desk.store.list_tickets(Staff, &TicketQuery { limit: 1, ..query("radiator") }).await?.next;
    let other = TicketQuery { after: cursor, sort: Some(Sort::Newest), ..query("radiator") };
    assert!(desk.store.list_tickets(Staff, &other).await.is_err());
    Ok(())
}

#[tokio::test]
async fn r04_filters_hold_in_a_search_too() -> Outcome {
    let desk = Desk::new().await?;
    let open = desk.report("elevator is stuck").await?;
    let active = desk.active("elevator is loud").await?;
    let closed = desk.closed("elevator is not working").await?;
    let wifi = desk.report("wifi signal and router near the elevator are slow").await?;
    desk.say(Staff, active.id, "coming").await?;
    let [open, active, closed, wifi] = [&open, &active, &closed, &wifi].map(|ticket| ticket.id.0);
    assert_eq!(desk.find(Staff, "elevator").await?, [wifi, closed, active, open]);
    assert_eq!(desk.find(Requester, "elevator").await?, [wifi, active, open]);
    for sort in [None, Some(Sort::Newest), Some(Sort::Activity)] {
        let asked = TicketQuery { sort, ..query("elevator") };
        let of = |statuses: &[Status]| TicketQuery { statuses: statuses.to_vec(), ..asked.clone() };
        assert_eq!(desk.walk(Staff, &of(&[Status::Closed]), 9).await?, [closed]);
        assert_eq!(desk.walk(Requester, &of(&[Status::Closed]), 9).await?, Vec::<i64>::new());
        let mut two = desk.walk(Staff, &of(&[Status::Active, Status::Closed]), 9).await?;
        two.sort_unstable();
        assert_eq!(two, [active, closed]);
        let waiting = TicketQuery { waiting: true, ..asked.clone() };
        assert_eq!(desk.walk(Staff, &waiting, 9).await?, [wifi, open]);
        let it = TicketQuery { categories: vec![Category::TechnicalIt], ..asked.clone() };
        assert_eq!(desk.walk(Staff, &it, 9).await?, [wifi]);
    }
    Ok(())
}

#[tokio::test]
async fn r04_a_ticket_is_found_by_its_number_first() -> Outcome {
    let desk = Desk::new().await?;
    let lamp = desk.report("lamp is dark").await?.id.0;
    let room = desk.report("room 1 is cold").await?.id.0;
    let door = desk.active("door squeaks").await?;
    desk.say(Requester, door.id, "it is door 1 on the left").await?;
    for (text, found) in [
        ("1", vec![lamp, room, door.id.0]),
        ("#1", vec![lamp, room, door.id.0]),
        ("  #1 ", vec![lamp, room, door.id.0]),
        ("2", vec![room]),
        ("#002", vec![room]),
        ("#9998", vec![]),
        ("0", vec![]),
        // No number alone: words, as ever.
        ("-2", vec![]),
        ("+2", vec![]),
        ("##2", vec![]),
        ("# 2", vec![]),
        ("2 2", vec![]),
        ("#", vec![]),
        ("\u{662}", vec![]),
        ("1 room", vec![room]),
        (&i64::MAX.to_string(), vec![]),
        ("9223372036854775808", vec![]),
        ("99999999999999999999999", vec![]),
    ] {
        for role in [Requester, Staff] {
            assert_eq!(desk.find(role, text).await?, found, "{text:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn r03_a_requester_does_not_find_a_closed_ticket_by_its_number() -> Outcome {
    let desk = Desk::new().await?;
    let closed = desk.closed("elevator is stuck").await?.id.0;
    for text in [format!("{closed}"), format!("#{closed}")] {
        assert_eq!(desk.find(Staff, &text).await?, [closed]);
        assert_eq!(desk.find(Requester, &text).await?, Vec::<i64>::new());
        let asked = TicketQuery { statuses: vec![Status::Closed], ..query(&text) };
        assert_eq!(desk.walk(Requester, &asked, 1).await?, Vec::<i64>::new());
    }
    Ok(())
}

#[tokio::test]
async fn r04_filters_hold_for_a_ticket_found_by_its_number() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.active("wifi signal and router are slow").await?;
    let unsure = desk.report("qwertz uiop").await?;
    desk.say(Staff, ticket.id, "coming").await?;
    let (it, id) = (ticket.category, ticket.id.0);
    let other = Category::ALL.into_iter().find(|category| *category != it).ok_or("there are three")?;
    for sort in [None, Some(Sort::Newest), Some(Sort::Oldest), Some(Sort::Activity)] {
        let asked = |id: i64| TicketQuery { sort, ..query(&format!("#{id}")) };
        for (query, found) in [
            (TicketQuery { statuses: vec![Status::Active], ..asked(id) }, vec![id]),
            (TicketQuery { statuses: vec![Status::Open, Status::Closed], ..asked(id) }, vec![]),
            (TicketQuery { categories: vec![it], ..asked(id) }, vec![id]),
            (TicketQuery { categories: vec![other], ..asked(id) }, vec![]),
            (TicketQuery { waiting: true, ..asked(id) }, vec![]),
            (TicketQuery { waiting: true, ..asked(unsure.id.0) }, vec![unsure.id.0]),
            (TicketQuery { doubtful: true, ..asked(id) }, vec![]),
            (TicketQuery { doubtful: true, ..asked(unsure.id.0) }, vec![unsure.id.0]),
        ] {
            assert_eq!(desk.walk(Staff, &query, 9).await?, found, "{query:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn r04_a_search_for_a_number_pages_and_gives_each_ticket_once() -> Outcome {
    let desk = Desk::new().await?;
    // The fourth one's own words and conversation say its number, too.
    let mut told = Vec::new();
    for number in 1..=7 {
        let ticket = desk.report(if number % 2 == 0 { "room 4 is cold" } else { "window is open" }).await?;
        if number % 2 == 1 || number == 4 {
            desk.say(Requester, ticket.id, "in room 4").await?;
        }
        told.push(ticket.id.0);
    }
    assert_eq!(told, [1, 2, 3, 4, 5, 6, 7]);
    for (sort, found) in [
        (None, [4, 6, 2, 7, 5, 3, 1]),
        (Some(Sort::Newest), [4, 7, 6, 5, 3, 2, 1]),
        (Some(Sort::Oldest), [4, 1, 2, 3, 5, 6, 7]),
        (Some(Sort::Activity), [4, 7, 6, 5, 3, 2, 1]),
    ] {
        let asked = TicketQuery { sort, ..query("#4") };
        for limit in [1, 2, 3, 4, 6, 7, 8, 100] {
            for role in [Requester, Staff] {
                assert_eq!(desk.walk(role, &asked, limit).await?, found, "{sort:?} {limit}");
            }
        }
        // Nothing follows the last one.
        let alone = TicketQuery { sort, limit: 1, ..query("#7") };
        let page = desk.store.list_tickets(Staff, &alone).await?;
        assert_eq!((ids(&page.tickets), page.next), (vec![7], None), "{sort:?}");
    }
    Ok(())
}

#[tokio::test]
async fn r06_a_requester_finds_nothing_by_an_internal_note() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report("wifi is slow").await?;
    desk.note(ticket.id, "contractor quarrels about the invoice").await?;
    for words in ["contractor", "invoice quarrels", "wifi contractor", "contr"] {
        assert_eq!(desk.find(Requester, words).await?, Vec::<i64>::new(), "{words}");
        assert_eq!(desk.find(Staff, words).await?, [ticket.id.0], "{words}");
    }
    desk.store.activate(Staff, ticket.id, None).await?;
    desk.store.close(Staff, ticket.id, None).await?;
    assert_eq!(desk.find(Staff, "wifi contractor").await?, [ticket.id.0]);
    Ok(())
}

#[tokio::test]
async fn r03_the_index_follows_every_change() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report("elevator is stuck").await?;
    for number in 0..70 {
        let role = if number % 2 == 0 { Staff } else { Requester };
        desk.say(role, ticket.id, &format!("word{number}")).await?;
    }
    for words in ["elevator", "word0", "word33", "word69", "elevator word5 word7", "stuck word64 word69"] {
        assert_eq!(desk.find(Requester, words).await?, [ticket.id.0], "{words}");
        let newest = TicketQuery { sort: Some(Sort::Newest), limit: 1, ..query(words) };
        let page = desk.store.list_tickets(Staff, &newest).await?;
        assert_eq!((ids(&page.tickets), page.next), (vec![ticket.id.0], None), "{words}");
    }
    let edited = desk.edit(Requester, &ticket, "lift does not move").await?;
    assert_eq!(desk.find(Staff, "elevator").await?, Vec::<i64>::new());
    assert_eq!(desk.find(Staff, "lift word69").await?, [ticket.id.0]);
    desk.store.activate(Staff, edited.id, None).await?;
    desk.store.close(Staff, edited.id, None).await?;
    assert_eq!(desk.find(Requester, "lift").await?, Vec::<i64>::new());
    let closed = TicketQuery { statuses: vec![Status::Closed], ..query("lift word40") };
    assert_eq!(desk.walk(Staff, &closed, 1).await?, [ticket.id.0]);
    desk.note(ticket.id, "afterwards").await?;
    assert_eq!(desk.find(Staff, "afterw").await?, [ticket.id.0]);
    Ok(())
}

#[tokio::test]
async fn r08_nothing_that_is_typed_is_an_operator_or_an_error() -> Outcome {
    let desk = Desk::new().await?;
    let ticket = desk.report("C++ and/or NOT working: \"near\" the 'door' — 100% 🛗 电梯坏了 лифт").await?;
    let id = ticket.id.0;
    for (words, found) in [
        ("not", true),
        ("NOT", true),
        ("AND OR NOT", true),
        ("NEAR(door working)", true),
        ("NEAR", true),
        ("\"", false),
        ("\"near", true),
        ("door\"", true),
        ("'", false),
        ("*", false),
        ("do*", true),
        ("-door", true),
        ("^working", true),
        ("description:working", false),
        ("{description} : door", false),
        ("door) OR (x", false),
        ("100%", true),
        ("c++", true),
        ("and/or", true),
        ("🛗", false),
        ("🛗 door", true),
        ("\0", false),
        ("door\0working", true),
        ("\u{202e}door", true),
        ("电梯", true),
        ("ЛИФТ", true),
        ("лиф", true),
        ("; DROP TABLE tickets", false),
        ("\\", false),
        ("   ", false),
        ("̈", false),
        ("ﬁ", false),
    ] {
        let expected = if found { vec![id] } else { vec![] };
        for role in [Requester, Staff] {
            assert_eq!(
                desk.find(role, words).await.map_err(|error| format!("{words:?}: {error}"))?,
                expected,
                "{words:?}"
            );
        }
        for sort in [Sort::Oldest, Sort::Activity] {
            desk.store.list_tickets(Staff, &TicketQuery { sort: Some(sort), ..query(words) }).await?;
        }
    }
    let long = "door ".repeat(40);
    assert_eq!(desk.find(Requester, &long).await?, [id]);
    for odd in '\u{0}'..='\u{3000}' {
        desk.find(Requester, &format!("a{odd}b {odd}")).await.map_err(|error| format!("{odd:?}: {error}"))?;
    }
    Ok(())
}
