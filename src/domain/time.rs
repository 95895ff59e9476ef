//! Points in time: milliseconds in the database, RFC 3339 in UTC with three decimals on the wire. The server reads and writes
//! them with chrono, the browser with its own `Date`, which weighs nothing.

#[cfg(feature = "ssr")]
use chrono::{DateTime, Datelike, SecondsFormat, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
#[cfg_attr(feature = "ssr", schema(description = "A moment: RFC 3339 in UTC, with milliseconds."))]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The same moment as chrono has it; moments beyond its calendar become 1970.
    #[cfg(feature = "ssr")]
    pub fn to_chrono(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }

    /// Milliseconds from `earlier` to this; negative when it is not earlier.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }
}

/// A moment's date and time of day, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// The year.
    pub year: i32,
    /// The month, from 0.
    pub month: u32,
    /// The day of the month, from 1.
    pub day: u32,
    /// The hour.
    pub hour: u32,
    /// The minute.
    pub minute: u32,
}

#[cfg(feature = "ssr")]
impl Timestamp {
    /// The moment that is written so, in RFC 3339.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|at| Self(at.timestamp_millis()))
    }

    /// Its date and time of day in UTC.
    pub fn in_utc(self) -> Civil {
        let at = self.to_chrono();
        Civil { year: at.year(), month: at.month0(), day: at.day(), hour: at.hour(), minute: at.minute() }
    }

    fn written(self) -> String {
        self.to_chrono().to_rfc3339_opts(SecondsFormat::Millis, true)
    }
}

#[cfg(feature = "hydrate")]
impl Timestamp {
    /// The moment that is written so.
    pub fn parse(text: &str) -> Option<Self> {
        let millis = js_sys::Date::parse(text);
        #[expect(clippy::cast_possible_truncation, reason = "a date is far below 2^53")]
        (!millis.is_nan()).then_some(Self(millis as i64))
    }

    /// Its date and time of day in UTC.
    pub fn in_utc(self) -> Civil {
        let at = self.to_date();
        #[expect(clippy::cast_possible_wrap, reason = "a year is far below 2^31")]
        let year = at.get_utc_full_year() as i32;
        let (month, day) = (at.get_utc_month(), at.get_utc_date());
        Civil { year, month, day, hour: at.get_utc_hours(), minute: at.get_utc_minutes() }
    }

    /// The same moment as the browser has it.
    pub fn to_date(self) -> js_sys::Date {
        #[expect(clippy::cast_precision_loss, reason = "a date is far below 2^53")]
        js_sys::Date::new(&(self.0 as f64).into())
    }

    fn written(self) -> String {
        self.to_date().to_iso_string().into()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("no moment in RFC 3339"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r10_times_are_rfc_3339_in_utc_with_milliseconds() -> Result<(), serde_json::Error> {
        let json = serde_json::to_string(&Timestamp(1_790_000_000_070))?;
        assert_eq!(json, "\"2026-09-21T14:13:20.070Z\"");
        assert_eq!(serde_json::from_str::<Timestamp>(&json)?, Timestamp(1_790_000_000_070));
        Ok(())
    }
}
