//! The period of an analysis (R13).

use super::time::Timestamp;
use crate::error::{AppError, Field, FieldProblem};
use std::fmt;

/// The last X hours or days (R13), written `24h` or `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    count: u32,
    unit: Unit,
}

/// What a period is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// 3,600 seconds.
    Hours,
    /// 24 hours, whatever the clocks do.
    Days,
}

impl Period {
    /// What is meant when nothing is said: the last 24 hours.
    pub const DEFAULT: Self = Self { count: 24, unit: Unit::Hours };
    /// The last 30 days.
    pub const MONTH: Self = Self { count: 30, unit: Unit::Days };
    /// The last 90 days.
    pub const QUARTER: Self = Self { count: 90, unit: Unit::Days };
    /// Longest period, in hours (ten years).
    pub const MAX_HOURS: u32 = 87_600;

    /// The period of that word: `Nh` (1 to 87600) or `Nd` (1 to 3650).
    ///
    /// # Errors
    /// [`AppError::Invalid`] on the field `last` for anything else.
    pub fn parse(text: &str) -> Result<Self, AppError> {
        let refused = || Field::Last.problem(FieldProblem::NotAPeriod { value: text.to_owned() });
        let (digits, unit) = match text.as_bytes() {
            [.., b'h'] => (&text[..text.len() - 1], Unit::Hours),
            [.., b'd'] => (&text[..text.len() - 1], Unit::Days),
            _ => return Err(refused()),
        };
        if digits.is_empty() || digits.len() > 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(refused());
        }
        let period = Self { count: digits.parse().map_err(|_| refused())?, unit };
        if period.count == 0 || period.hours() > Self::MAX_HOURS {
            return Err(refused());
        }
        Ok(period)
    }

    /// How many hours or days.
    pub const fn count(self) -> u32 {
        self.count
    }

    /// Hours or days.
    pub const fn unit(self) -> Unit {
        self.unit
    }

    /// Its length in hours.
    pub const fn hours(self) -> u32 {
        match self.unit {
            Unit::Hours => self.count,
            Unit::Days => self.count.saturating_mul(24),
        }
    }

    /// Where it begins when it ends at `now`, that moment included.
    pub fn start(self, now: Timestamp) -> Timestamp {
        Timestamp(now.0 - i64::from(self.hours()) * 3_600_000)
    }
}

/// Times within which a helpdesk may mean to answer, in minutes: those that histograms of durations know exactly.
pub const TARGETS: [u32; 11] = [15, 30, 60, 120, 240, 480, 720, 1_440, 2_880, 4_320, 7_200];

/// The target until staff set one, in minutes: a working day.
pub const TARGET: u32 = 480;

/// A target from its word, in minutes.
///
/// # Errors
/// [`AppError::Invalid`] on the field `target` for anything but one of [`TARGETS`].
pub fn target(word: &str) -> Result<u32, AppError> {
    let allowed = || TARGETS.map(|minutes| minutes.to_string()).join(", ");
    let known = word.parse().ok().filter(|minutes| TARGETS.contains(minutes));
    known.ok_or_else(|| Field::Target.problem(FieldProblem::Unknown { value: word.to_owned(), allowed: allowed() }))
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Hours => 'h',
            Unit::Days => 'd',
        };
        write!(f, "{}{unit}", self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r13_a_period_is_hours_or_days_from_one_to_ten_years() {
        for good in ["1h", "24h", "87600h", "1d", "3650d"] {
            assert_eq!(Period::parse(good).map(|p| p.to_string()).as_deref(), Ok(good));
        }
        for bad in
            ["", "h", "0h", "-1d", "1.5h", "24", "24m", "87601h", "3651d", "99999999999d", "yesterday", "1é", " 1h"]
        {
            assert!(Period::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_target_is_one_of_those_that_can_be_counted_exactly() {
        assert_eq!((target("15"), target("480")), (Ok(15), Ok(480)));
        for wrong in ["", "0", "-15", "14", "15.0", "soon", "99999999999"] {
            assert!(target(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn r13_a_period_starts_its_hours_before_now() -> Result<(), AppError> {
        let now = Timestamp(1_000_000_000_000);
        assert_eq!(now.millis_since(Period::parse("2d")?.start(now)), 2 * 86_400_000);
        Ok(())
    }
}
