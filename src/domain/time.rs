//! Points in time: milliseconds in the database, RFC 3339 in UTC with three decimals on the wire.

use chrono::{DateTime, SecondsFormat, Utc};
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
    pub fn to_chrono(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }

    /// Milliseconds from `earlier` to this; negative when it is not earlier.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_chrono().to_rfc3339_opts(SecondsFormat::Millis, true))
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
        DateTime::parse_from_rfc3339(&text).map(|at| Self(at.timestamp_millis())).map_err(D::Error::custom)
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
