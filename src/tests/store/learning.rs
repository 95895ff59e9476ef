//! Learning from what staff decided: what is counted, what is taken, what is refused, and what another process learned.

use super::{Desk, HOUR, Outcome, WIFI};
use crate::{
    domain::{
        category::Category::{self, FacilityManagement, ServicesComplaints, TechnicalIt},
        learning::Confused,
        role::Role::{Requester, Staff},
    },
    error::AppError,
    server::{classifier::classify, learning::learn_from_corrections, store::Store},
};
use chrono_tz::Tz;
use classifier::Model;

/// Words that no model knows.
const MADE_UP: [&str; 3] =
    ["The florpmatic is out of gromps", "No gromps in the florpmatic again", "florpmatic eats gromps"];

async fn decide(desk: &Desk, text: &str, category: Category) -> Result<(), AppError> {
    let ticket = desk.report(text).await?;
    desk.store.decide_category(Staff, ticket.id, category, None).await?;
    Ok(())
}

#[tokio::test]
async fn r09_corrections_and_confirmations_are_counted_by_month_and_by_pair() -> Outcome {
    let desk = Desk::new().await?;
    let empty = desk.store.find_learning(Staff).await?;
    assert_eq!((empty.months.len(), empty.models.len(), empty.in_force), (0, 0, None));
    assert!(empty.own_accuracy > 0.8 && empty.confusion.iter().all(|pair| pair.count == 0));

    decide(&desk, WIFI, TechnicalIt).await?;
    decide(&desk, WIFI, ServicesComplaints).await?;
    desk.report(WIFI).await?;
    desk.pass(40 * 24 * HOUR);
    let twice = desk.report(WIFI).await?;
    for category in [FacilityManagement, ServicesComplaints] {
        desk.store.decide_category(Staff, twice.id, category, None).await?;
    }
    let learning = desk.store.find_learning(Staff).await?;
    let months: Vec<_> =
        learning.months.iter().map(|month| (&*month.month, month.opened, month.corrected, month.confirmed)).collect();
    assert_eq!(months, [("2026-11", 1, 1, 0), ("2026-10", 3, 1, 1)]);
    let pairs: Vec<_> = learning.confusion.into_iter().filter(|pair| pair.count > 0).collect();
    let of = |staff, count| Confused { machine: TechnicalIt, staff, count };
    assert_eq!(pairs, [of(TechnicalIt, 1), of(ServicesComplaints, 2)]);
    assert_eq!(desk.store.find_learning(Requester).await.err(), Some(AppError::StaffOnly));
    assert_eq!(desk.store.list_corrections(Requester).await, Err(AppError::StaffOnly));
    let corrections = desk.store.list_corrections(Staff).await?;
    assert_eq!(corrections.len(), 3);
    assert_eq!(corrections[0], (ServicesComplaints, WIFI.to_owned()));
    Ok(())
}

#[tokio::test]
async fn r09_what_staff_decided_is_learned_and_in_force_for_every_process() -> Outcome {
    let desk = Desk::new().await?;
    assert_eq!(learn_from_corrections(&desk.store, Staff).await, Err(AppError::NothingToLearn));
    assert_eq!(learn_from_corrections(&desk.store, Requester).await, Err(AppError::StaffOnly));
    for text in MADE_UP {
        decide(&desk, text, ServicesComplaints).await?;
    }
    let other = Store::open(&desk.url(), Tz::UTC).await?;
    let learned = learn_from_corrections(&desk.store, Staff).await?;
    assert!(learned.taken && learned.corrections == 3 && learned.accuracy >= learned.accuracy_before, "{learned:?}");
    let asked = "Where are the gromps of the florpmatic?";
    let now = desk.store.classify(asked);
    assert_eq!(now.category, ServicesComplaints);
    assert!(now.confidence > classify(asked).confidence || classify(asked).category != ServicesComplaints);
    assert_eq!(desk.report(asked).await?.category, ServicesComplaints);
    // What everybody knows is known still.
    for (text, category) in [(WIFI, TechnicalIt), ("elevator is not working", FacilityManagement)] {
        assert_eq!(desk.store.classify(text).category, category, "{text}");
    }
    // Another process takes it when it looks, and a new one at once.
    assert_eq!(other.take_model().await?, Some(learned.id));
    assert_eq!(other.classify(asked), now);
    assert_eq!(Store::open(&desk.url(), Tz::UTC).await?.classify(asked), now);
    let learning = desk.store.find_learning(Staff).await?;
    assert_eq!((learning.in_force, learning.models), (Some(learned.id), vec![learned]));
    Ok(())
}

#[tokio::test]
async fn r09_a_model_that_would_be_worse_is_told_of_and_not_used() -> Outcome {
    let desk = Desk::new().await?;
    let before = desk.store.classify(WIFI);
    let refused = desk.store.add_model(Staff, 7, (0.9, 0.8), Model::embedded()).await?;
    assert!(!refused.taken);
    assert_eq!(desk.store.take_model().await?, None);
    assert_eq!(desk.store.classify(WIFI), before);
    let as_good = desk.store.add_model(Staff, 7, (0.9, 0.9), Model::embedded()).await?;
    assert_eq!(desk.store.take_model().await?, Some(as_good.id));
    assert_eq!(desk.store.classify(WIFI), before, "it is the same model");
    let learning = desk.store.find_learning(Staff).await?;
    assert_eq!(learning.models, [as_good, refused]);
    assert_eq!(desk.store.add_model(Requester, 7, (0.9, 0.9), Model::embedded()).await, Err(AppError::StaffOnly));
    Ok(())
}
