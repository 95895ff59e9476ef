//! Demo data: a made-up campus that reports, answers and closes for eighteen months, the same each time.

mod texts;

use super::{
    classifier::classify,
    store::{
        Store,
        bulk::{Deed, Story},
    },
};
use crate::{
    domain::{
        category::Category,
        role::Role,
        saved_reply::{self, NewSavedReply},
        time::Timestamp,
    },
    error::AppError,
};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Eighteen months.
const SPAN: i64 = 548 * DAY;
/// Where chance starts from.
const SEED: u64 = 0x0CA1_1ED0_0DE5_C000;

/// Writes that many made-up tickets, opened over the eighteen months before now, with their conversations: the same for the
/// same number and end. Where no replies are saved, the helpdesk gets some.
///
/// # Errors
/// [`AppError::Unavailable`] when the disk is full.
pub async fn seed(store: &Store, tickets: u64) -> Result<(), AppError> {
    if store.list_saved_replies(Role::Staff, None).await?.is_empty() {
        for (title, body, then) in texts::SAVED_REPLIES {
            store.add_saved_reply(Role::Staff, &NewSavedReply::new(title, body, saved_reply::then(then)?)?).await?;
        }
    }
    store.write_stories(Campus::new(store.now(), tickets)).await
}

/// Makes up one ticket after the other.
struct Campus {
    chance: Chance,
    end: Timestamp,
    tickets: u64,
    made: u64,
    /// About how many are not closed in the end: a backlog that grows with the campus, but not without bound.
    backlog: f64,
}

impl Campus {
    fn new(end: Timestamp, tickets: u64) -> Self {
        Self { chance: Chance(SEED), end, tickets, made: 0, backlog: (whole(tickets) / 20.0).clamp(1.0, 2_000.0) }
    }

    fn story(&mut self) -> Story {
        let opened_at = self.opening();
        let (description, meant) = self.report();
        let place = self.place();
        let classification = classify(&description);
        let category = classification.category;
        let mut deeds = Vec::with_capacity(8);
        self.live(opened_at, category, meant, place.is_none(), &mut deeds);
        Story { description, place, classification, opened_at, again: self.chance.one_in(80), deeds }
    }

    /// Evenly over the days, and within each mostly in working hours.
    fn opening(&mut self) -> Timestamp {
        let share = (whole(self.made) + self.chance.fraction()) / whole(self.tickets);
        let start = self.end.0 - SPAN;
        let at = start + millis(share * whole_ms(SPAN));
        let midnight = at - at.rem_euclid(DAY);
        let part = whole_ms(at - midnight) / whole_ms(DAY);
        // A monotonous bend: one in twenty before seven, one in twenty after seven in the evening.
        let hours = match part {
            part if part < 0.05 => part / 0.05 * 7.0,
            part if part < 0.95 => 7.0 + (part - 0.05) / 0.9 * 12.0,
            part => 19.0 + (part - 0.95) / 0.05 * 5.0,
        };
        Timestamp((midnight + millis(hours * whole_ms(HOUR))).clamp(start, self.end.0))
    }

    fn report(&mut self) -> (String, Category) {
        let (texts, meant): (&[&str], _) = match self.chance.below(100) {
            0..42 => (&texts::FACILITY, Category::FacilityManagement),
            42..78 => (&texts::IT, Category::TechnicalIt),
            _ => (&texts::SERVICES, Category::ServicesComplaints),
        };
        let before = self.chance.pick(&texts::BEFORE);
        let text = self.chance.pick(texts);
        let behind = self.chance.pick(&texts::BEHIND);
        (format!("{before}{text}{behind}"), meant)
    }

    fn place(&mut self) -> Option<String> {
        if self.chance.one_in(4) {
            return None;
        }
        let building = self.chance.pick(&texts::BUILDINGS);
        Some(match self.chance.below(4) {
            0 => building.to_owned(),
            _ => format!("{building}, room {}.{:02}", self.chance.below(6), 1 + self.chance.below(40)),
        })
    }

    /// What happens to it until it is closed, or until now.
    fn live(
        &mut self,
        opened_at: Timestamp,
        category: Category,
        meant: Category,
        placeless: bool,
        deeds: &mut Vec<(Timestamp, Deed)>,
    ) {
        // The last ones are the ones that nobody got round to yet, and now and then an old one is left over.
        let behind = whole(self.tickets - self.made - 1);
        let closed = self.chance.fraction() >= (-behind / self.backlog).exp() + 0.000_5;
        let left = self.end.0 - opened_at.0;
        let took = self.resolution(category).min(millis(whole_ms(left) * (0.1 + 0.85 * self.chance.fraction())));
        let until = if closed { took } else { left };
        let active = closed || self.chance.below(100) < 55;
        let mut clock = Moments { at: opened_at.0, end: opened_at.0 + until };
        if placeless && self.chance.one_in(8) {
            let place = self.chance.pick(&texts::BUILDINGS).to_owned();
            deeds.push((clock.next(&mut self.chance, 12), Deed::Place(place)));
        }
        if self.chance.one_in(6) {
            deeds.push((clock.next(&mut self.chance, 8), Deed::Message(Role::Requester, self.asked())));
        }
        if !active {
            return;
        }
        deeds.push((clock.next(&mut self.chance, 6), Deed::Activated));
        if category != meant {
            deeds.push((clock.next(&mut self.chance, 40), Deed::Corrected(meant)));
        }
        for _ in 0..self.chance.below(4) {
            deeds.push((clock.next(&mut self.chance, 4), Deed::Message(Role::Staff, self.answered())));
            if self.chance.one_in(10) {
                let note = self.chance.pick(&texts::NOTED).to_owned();
                deeds.push((clock.next(&mut self.chance, 10), Deed::Note(note)));
            }
            if self.chance.below(3) > 0 {
                deeds.push((clock.next(&mut self.chance, 4), Deed::Message(Role::Requester, self.asked())));
            }
        }
        if closed {
            if self.chance.below(3) > 0 {
                deeds.push((clock.next(&mut self.chance, 3), Deed::Message(Role::Staff, self.answered())));
            }
            deeds.push((Timestamp(clock.end), Deed::Closed));
        }
    }

    fn asked(&mut self) -> String {
        self.chance.pick(&texts::ASKED).to_owned()
    }

    fn answered(&mut self) -> String {
        self.chance.pick(&texts::ANSWERED).to_owned()
    }

    /// Hours to weeks: many are quick, few are slow, and an office is slower than a technician.
    fn resolution(&mut self, category: Category) -> i64 {
        let typical = match category {
            Category::TechnicalIt => 9.0,
            Category::FacilityManagement => 30.0,
            Category::ServicesComplaints => 60.0,
        };
        let spread = self.chance.fraction() + self.chance.fraction() + self.chance.fraction() - 1.5;
        millis(typical * (spread * 2.2).exp() * whole_ms(HOUR)).clamp(10 * MINUTE, 60 * DAY)
    }
}

impl Iterator for Campus {
    type Item = Story;

    fn next(&mut self) -> Option<Story> {
        if self.made == self.tickets {
            return None;
        }
        let story = self.story();
        self.made += 1;
        Some(story)
    }
}

/// One moment after the other, all before the end.
struct Moments {
    at: i64,
    end: i64,
}

impl Moments {
    /// A moment within the next part of what is left.
    fn next(&mut self, chance: &mut Chance, part: i64) -> Timestamp {
        let room = whole_ms((self.end - self.at) / part);
        self.at += millis(room * (0.2 + 0.8 * chance.fraction()));
        Timestamp(self.at)
    }
}

/// Chance that is the same each time (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to below 1.
    fn fraction(&mut self) -> f64 {
        whole(self.next() >> 11) / whole(1 << 53)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }

    fn pick(&mut self, texts: &[&'static str]) -> &'static str {
        let index = usize::try_from(self.below(texts.len() as u64)).unwrap_or(0);
        texts.get(index).copied().unwrap_or_default()
    }
}

#[expect(clippy::cast_precision_loss, reason = "chance needs no more than 53 bits")]
fn whole(number: u64) -> f64 {
    number as f64
}

#[expect(clippy::cast_precision_loss, reason = "eighteen months of milliseconds have 36 bits")]
fn whole_ms(number: i64) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, reason = "eighteen months of milliseconds have 36 bits")]
fn millis(number: f64) -> i64 {
    number as i64
}
