//! Days, weeks and months of the campus, as the roll-ups name them.

use crate::domain::{
    period::Period,
    query::{Span, WeekHour},
    time::Timestamp,
};
use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;
use std::fmt;

/// The longest period, in hours, that is shown day by day.
const DAILY_HOURS: u32 = 35 * 24;

/// The day of a moment.
pub(crate) fn day(at: Timestamp, zone: Tz) -> NaiveDate {
    at.to_chrono().with_timezone(&zone).date_naive()
}

/// When a day begins: at midnight, or when the clock first shows a time of it where midnight is left out.
pub(crate) fn start(day: NaiveDate, zone: Tz) -> Timestamp {
    let midnight = day.and_time(NaiveTime::MIN);
    // Zones skip half a day at most, in practice an hour; Samoa skipped a day, which is then empty.
    let found = (0..=48)
        .find_map(|half_hours| zone.from_local_datetime(&(midnight + TimeDelta::minutes(30 * half_hours))).earliest());
    Timestamp(found.map_or_else(|| midnight.and_utc().timestamp_millis(), |at| at.timestamp_millis()))
}

/// So many days later.
fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// The first day of a day's week.
pub(crate) fn monday(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))).unwrap_or(day)
}

/// When it is that hour on that weekday (1 for Monday) within a time: a span each, an hour long or, in the night when clocks go
/// back, two.
pub(crate) fn hours_within(span: Span, hour: WeekHour, zone: Tz) -> Vec<Span> {
    // Wherever on earth, hours have begun at a whole quarter of an hour since 1972.
    const QUARTER: i64 = 900_000;
    let mut found: Vec<Span> = Vec::new();
    let days = std::iter::successors(Some(day(span.from, zone)), |day| Some(later(*day, 1)).filter(|next| next > day));
    let ends = day(Timestamp((span.to.0 - 1).max(span.from.0)), zone);
    for day in days.take_while(|day| *day <= ends) {
        if day.weekday().number_from_monday() != u32::from(hour.weekday) {
            continue;
        }
        let (mut at, end) = (start(day, zone).0, start(later(day, 1), zone).0);
        while at < end {
            if Timestamp(at).to_chrono().with_timezone(&zone).hour() == u32::from(hour.hour) {
                let (from, to) = (Timestamp(at.max(span.from.0)), Timestamp((at + QUARTER).min(span.to.0)));
                match found.last_mut() {
                    Some(last) if last.to == from => last.to = to,
                    _ if from < to => found.push(Span { from, to }),
                    _ => {}
                }
            }
            at += QUARTER;
        }
    }
    found
}

/// The days or weeks that a period touches, each by its first day, the last one being today's.
pub(crate) struct Steps {
    /// Whether they are weeks.
    pub weekly: bool,
    /// First days, the oldest first.
    pub since: Vec<NaiveDate>,
}

impl Steps {
    /// Days of a short period, weeks of a longer one.
    pub(crate) fn of(last: Period, now: Timestamp, zone: Tz) -> Self {
        Self::new(last.hours() > DAILY_HOURS, last, now, zone)
    }

    /// Weeks.
    pub(crate) fn weeks(last: Period, now: Timestamp, zone: Tz) -> Self {
        Self::new(true, last, now, zone)
    }

    fn new(weekly: bool, last: Period, now: Timestamp, zone: Tz) -> Self {
        let (first, today) = (day(last.start(now), zone), day(now, zone));
        let (first, length) = if weekly { (monday(first), 7) } else { (first, 1) };
        let since = std::iter::successors(Some(first), |day| Some(later(*day, length)).filter(|next| next > day))
            .take_while(|day| *day <= today)
            .collect();
        Self { weekly, since }
    }

    /// The first day of all, as the roll-ups write it.
    pub(crate) fn first(&self) -> String {
        self.since.first().map(ToString::to_string).unwrap_or_default()
    }

    /// The first day of the step that has `day` in it.
    pub(crate) fn of_day(&self, day: NaiveDate) -> NaiveDate {
        if self.weekly { monday(day) } else { day }
    }

    /// The day behind the last of a step.
    pub(crate) fn end(&self, since: NaiveDate) -> NaiveDate {
        later(since, if self.weekly { 7 } else { 1 })
    }
}

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Month {
    year: i32,
    month: u32,
}

impl Month {
    pub(crate) fn of(at: Timestamp, zone: Tz) -> Self {
        let day = day(at, zone);
        Self { year: day.year(), month: day.month() }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let month = Self { year: year.parse().ok()?, month: month.parse().ok()? };
        (1..=12).contains(&month.month).then_some(month)
    }

    pub(crate) const fn next(self) -> Self {
        if self.month == 12 {
            Self { year: self.year + 1, month: 1 }
        } else {
            Self { year: self.year, month: self.month + 1 }
        }
    }

    /// When it begins.
    pub(crate) fn start(self, zone: Tz) -> Timestamp {
        let first = NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or_default();
        start(first, zone)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn r14_a_day_begins_when_its_clock_does() {
        let rome = Tz::Europe__Rome;
        assert_eq!(start(on(2026, 11, 1), rome).to_string(), "2026-10-31T23:00:00.000Z");
        // The night in which the clocks go back, and the one in which they go forward.
        assert_eq!(start(on(2026, 10, 25), rome).to_string(), "2026-10-24T22:00:00.000Z");
        assert_eq!(start(on(2026, 10, 26), rome).to_string(), "2026-10-25T23:00:00.000Z");
        assert_eq!(start(on(2026, 3, 30), rome).to_string(), "2026-03-29T22:00:00.000Z");
        // Beirut's clocks go forward at midnight: the day begins at one.
        assert_eq!(start(on(2024, 3, 31), Tz::Asia__Beirut).to_string(), "2024-03-30T22:00:00.000Z");
        // Samoa left out the 30th of December 2011.
        let apia = |day| start(on(2011, 12, day), Tz::Pacific__Apia).to_string();
        assert_eq!(
            (apia(30), apia(31)),
            ("2011-12-30T10:00:00.000Z".to_owned(), "2011-12-30T10:00:00.000Z".to_owned())
        );
    }

    #[test]
    fn an_hour_of_the_week_is_as_long_as_the_clock_shows_it() {
        let span = |from: &str, to: &str| Span {
            from: Timestamp(chrono::DateTime::parse_from_rfc3339(from).unwrap().timestamp_millis()),
            to: Timestamp(chrono::DateTime::parse_from_rfc3339(to).unwrap().timestamp_millis()),
        };
        let october = span("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z");
        // Sunday the 25th has two hours from two to three in Rome.
        let two = hours_within(october, WeekHour { weekday: 7, hour: 2 }, Tz::Europe__Rome);
        let long: Vec<i64> = two.iter().map(|span| (span.to.0 - span.from.0) / 3_600_000).collect();
        assert_eq!(long, [1, 1, 1, 2]);
        assert_eq!(two[0], span("2026-10-04T00:00:00Z", "2026-10-04T01:00:00Z"));
        // What begins within an hour has its rest.
        let half = span("2026-10-04T00:30:00Z", "2026-10-05T00:00:00Z");
        assert_eq!(
            hours_within(half, WeekHour { weekday: 7, hour: 2 }, Tz::Europe__Rome),
            [span("2026-10-04T00:30:00Z", "2026-10-04T01:00:00Z")]
        );
        let march = span("2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z");
        assert_eq!(hours_within(march, WeekHour { weekday: 7, hour: 2 }, Tz::Europe__Rome), []);
        // Kathmandu is at a quarter to.
        let one = hours_within(half, WeekHour { weekday: 7, hour: 9 }, Tz::Asia__Kathmandu);
        assert_eq!(one, [span("2026-10-04T03:15:00Z", "2026-10-04T04:15:00Z")]);
    }

    #[test]
    fn steps_are_days_of_a_short_period_and_weeks_of_a_long_one() -> Result<(), crate::error::AppError> {
        let now = Timestamp(1_790_000_000_000); // Monday, 2026-09-21, 14:13 in UTC
        let steps = |last: &str| Period::parse(last).map(|last| Steps::of(last, now, Tz::UTC));
        let days = steps("2d")?;
        assert_eq!(days.since, [on(2026, 9, 19), on(2026, 9, 20), on(2026, 9, 21)]);
        assert_eq!((days.weekly, days.first().as_str()), (false, "2026-09-19"));
        let weeks = steps("36d")?;
        assert_eq!((weeks.since.len(), weeks.since[0], weeks.since[6]), (7, on(2026, 8, 10), on(2026, 9, 21)));
        assert!(weeks.weekly && weeks.of_day(on(2026, 9, 20)) == on(2026, 9, 14));
        Ok(())
    }
}
