//! How long things took, kept so that a sum of any number of tickets is read as quickly as that of a few: a histogram with
//! buckets as `HdrHistogram` has them, stored without its empty ones. Two of them are added by adding their buckets.
//!
//! A bucket is 15 seconds wide up to 64 minutes, and above at most 1/128 of what is in it: a quantile is right to 8 seconds
//! or 0.4 %. The borders at 15, 30 and 45 minutes, at 1, 2, 4, 8, 12, 24, 48, 72 and 120 hours are exact.

use std::collections::BTreeMap;

/// Milliseconds in the narrowest bucket.
const UNIT_MS: i64 = 15_000;
/// Buckets in which the width stays the same, from the first octave on that has wider ones than a unit.
const OCTAVE: u32 = 128;

/// What is kept: how often each bucket was met. Counts of changes may be negative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Durations(BTreeMap<u32, i64>);

impl Durations {
    /// Counts a duration, or takes one away with `sign` −1.
    pub(crate) fn add(&mut self, millis: i64, sign: i64) {
        self.add_to(bucket(millis), sign);
    }

    /// Adds what was kept.
    pub(crate) fn add_bytes(&mut self, bytes: &[u8]) {
        for_each(bytes, |bucket, count| self.add_to(bucket, count));
    }

    /// Whether it says nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As it is stored: distances between buckets and their counts, in bytes of seven bits.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * 3);
        let mut last = 0;
        for (&bucket, &count) in self.0.iter().filter(|(_, count)| **count > 0) {
            push(&mut bytes, u64::from(bucket - last));
            push(&mut bytes, count.unsigned_abs());
            last = bucket;
        }
        bytes
    }

    fn add_to(&mut self, bucket: u32, count: i64) {
        let kept = self.0.entry(bucket).or_default();
        *kept += count;
        if *kept == 0 {
            self.0.remove(&bucket);
        }
    }
}

/// The sum of many, to be asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spread {
    counts: Vec<i64>,
    total: i64,
}

impl Spread {
    /// Adds what was kept.
    pub(crate) fn add_bytes(&mut self, bytes: &[u8]) {
        for_each(bytes, |bucket, count| {
            let Ok(at) = usize::try_from(bucket) else { return };
            if at >= self.counts.len() {
                self.counts.resize(at + 1, 0);
            }
            if let Some(kept) = self.counts.get_mut(at) {
                *kept += count;
                self.total += count;
            }
        });
    }

    /// How many durations it has.
    pub(crate) const fn count(&self) -> i64 {
        self.total
    }

    /// The duration that the share `numerator`/`denominator` of all do not exceed (nearest rank), in seconds: the middle of
    /// its bucket. None where there is none.
    pub(crate) fn quantile(&self, numerator: i64, denominator: i64) -> Option<f64> {
        let rank = ((self.total * numerator + denominator - 1) / denominator).max(1);
        let mut met = 0;
        let at = self.counts.iter().position(|count| {
            met += count;
            met >= rank
        })?;
        let (low, width) = bounds(u32::try_from(at).ok()?);
        #[expect(clippy::cast_precision_loss, reason = "units of ten years are below 2^25")]
        let units = low as f64 + width as f64 / 2.0;
        #[expect(clippy::cast_precision_loss, reason = "it is 15,000")]
        let unit = UNIT_MS as f64 / 1000.0;
        Some(units * unit)
    }

    /// How many did not exceed that duration: exact at the borders of buckets.
    pub(crate) fn within(&self, millis: i64) -> i64 {
        let units = u64::try_from(millis / UNIT_MS).unwrap_or(0);
        let inside = |at: usize| {
            u32::try_from(at).is_ok_and(|at| {
                let (low, width) = bounds(at);
                low + width <= units
            })
        };
        self.counts.iter().enumerate().take_while(|(at, _)| inside(*at)).map(|(_, count)| count).sum()
    }
}

/// The bucket of a duration. What takes a whole number of units is in the bucket below: "within an hour" includes it.
fn bucket(millis: i64) -> u32 {
    let units = u32::try_from((millis - 1).max(0) / UNIT_MS).unwrap_or(u32::MAX >> 1);
    let wider = units.checked_ilog2().unwrap_or(0).saturating_sub(7);
    OCTAVE * wider + (units >> wider)
}

/// Where a bucket begins and how wide it is, in units.
const fn bounds(bucket: u32) -> (u64, u64) {
    let wider = (bucket / OCTAVE).saturating_sub(1);
    let step = bucket - OCTAVE * wider;
    ((step as u64) << wider, 1 << wider)
}

fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push((number & 0x7f) as u8);
}

/// Reads pairs of distance and count; what is cut off is left out.
fn for_each(bytes: &[u8], mut met: impl FnMut(u32, i64)) {
    let mut rest = bytes.iter().copied();
    let mut number = || {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = rest.next()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    };
    let mut bucket = 0_u32;
    while let (Some(distance), Some(count)) = (number(), number()) {
        bucket = bucket.saturating_add(u32::try_from(distance).unwrap_or(u32::MAX));
        met(bucket, i64::try_from(count).unwrap_or(i64::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;

    fn spread(durations: &[i64]) -> Spread {
        let mut kept = Durations::default();
        for duration in durations {
            kept.add(*duration, 1);
        }
        let mut spread = Spread::default();
        spread.add_bytes(&kept.to_bytes());
        spread
    }

    #[test]
    fn r14_a_quantile_is_right_to_eight_seconds_or_four_in_a_thousand() {
        let mut millis = 1_i64;
        while millis < 3650 * 24 * HOUR {
            #[expect(clippy::cast_precision_loss, reason = "ten years are below 2^53 ms")]
            let seconds = millis as f64 / 1000.0;
            let found = spread(&[millis]).quantile(1, 2).unwrap();
            assert!((found - seconds).abs() <= 7.5_f64.max(seconds * 0.004), "{seconds} {found}");
            millis += millis / 37 + 1;
        }
    }

    #[test]
    fn r14_quantiles_are_of_the_nearest_rank() {
        let hours: Vec<i64> = (1..=10).map(|hours| hours * HOUR).collect();
        let spread = spread(&hours);
        let near = |found: Option<f64>, hours: f64| (found.unwrap() / 3600.0 - hours).abs() < hours * 0.005;
        assert!(
            near(spread.quantile(1, 2), 5.0) && near(spread.quantile(9, 10), 9.0) && near(spread.quantile(1, 1), 10.0)
        );
        assert_eq!(spread.count(), 10);
        assert_eq!(Spread::default().quantile(1, 2), None);
    }

    #[test]
    fn targets_are_borders_and_what_takes_as_long_is_within() {
        for target in [15 * MINUTE, 30 * MINUTE, 45 * MINUTE]
            .into_iter()
            .chain([1, 2, 4, 8, 12, 24, 48, 72, 120].map(|hours| hours * HOUR))
        {
            let spread = spread(&[1, target - 1, target, target + 1, 2 * target]);
            assert_eq!(spread.within(target), 3, "{target}");
        }
    }

    #[test]
    fn what_is_stored_is_read_back_and_sums_are_sums_of_buckets() {
        let mut state = 7_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from(state >> 34).unwrap()
        };
        let all: Vec<i64> = (0..2000).map(|_| random()).collect();
        let (mut whole, mut parts) = (Durations::default(), Durations::default());
        for part in all.chunks(100) {
            let mut durations = Durations::default();
            for millis in part {
                durations.add(*millis, 1);
            }
            parts.add_bytes(&durations.to_bytes());
        }
        for millis in &all {
            whole.add(*millis, 1);
        }
        assert_eq!(parts, whole);
        for millis in &all {
            whole.add(*millis, -1);
        }
        assert!(whole.is_empty() && whole.to_bytes().is_empty());
    }

    #[test]
    fn bytes_that_are_cut_off_are_read_as_far_as_they_go() {
        let mut kept = Durations::default();
        kept.add(90 * HOUR, 1);
        kept.add(900 * HOUR, 300);
        let bytes = kept.to_bytes();
        let mut spread = Spread::default();
        spread.add_bytes(&bytes[..bytes.len() - 1]);
        assert_eq!(spread.count(), 1);
    }
}
