//! Claim codes: four words, said or typed, by which another device takes a ticket among its own.

use super::time::Timestamp;
use crate::error::AppError;
use serde::{Deserialize, Serialize};
use std::{fmt, num::NonZeroU32};

/// How many words a code has: four of a list of 2,048 are 44 bits.
pub const WORDS: usize = 4;
/// How many letters at its beginning tell a word of the list from all others: the rest may be mistyped or left out.
pub const LETTERS: usize = 4;
/// How long a code works: seven days, in milliseconds.
const WORKS_FOR: i64 = 7 * 24 * 60 * 60 * 1_000;
/// How many wrong codes a minute are looked up for one address.
pub const WRONG_TRIES: NonZeroU32 = match NonZeroU32::new(30) {
    Some(tries) => tries,
    None => NonZeroU32::MIN,
};

/// Four words in lower case. Written with hyphens: "lemon-river-oak-table".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimCode([String; WORDS]);

impl ClaimCode {
    /// The code of these words.
    pub const fn new(words: [String; WORDS]) -> Self {
        Self(words)
    }

    /// Reads a code as people say and type it: any case, and anything that is no letter between the words.
    ///
    /// # Errors
    /// [`AppError::NoSuchCode`] when that is not four words.
    pub fn read(text: &str) -> Result<Self, AppError> {
        let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        // One more than there may be is enough to see that there are too many.
        let words: Vec<_> = words.take(WORDS + 1).map(str::to_lowercase).collect();
        words.try_into().map(Self).map_err(|_| AppError::NoSuchCode)
    }

    /// Its words.
    pub const fn words(&self) -> &[String; WORDS] {
        &self.0
    }
}

impl fmt::Display for ClaimCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("-"))
    }
}

/// The letters of a word that count.
pub fn stem(word: &str) -> &str {
    word.char_indices().nth(LETTERS).map_or(word, |(end, _)| &word[..end])
}

/// A code that works, for those who may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// What to type.
    pub code: ClaimCode,
    /// From when on it works no more.
    pub until: Timestamp,
}

impl Claim {
    /// The claim that was made at `made_at`.
    pub const fn new(code: ClaimCode, made_at: Timestamp) -> Self {
        Self { code, until: Timestamp(made_at.0.saturating_add(WORKS_FOR)) }
    }
}

/// Codes made at this moment or before work no more at `now`.
pub const fn expired_at(now: Timestamp) -> Timestamp {
    Timestamp(now.0.saturating_sub(WORKS_FOR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_said_or_typed() {
        for typed in [
            "lemon-river-oak-table",
            "LEMON RIVER OAK TABLE",
            "  Lemon,river . oak\t-  Table\r\n",
            "lemon.river.oak.table.",
            "“Lemon – River – Oak – Table”",
            "1. lemon 2. river 3. oak 4. table",
        ] {
            let code = ClaimCode::read(typed).map(|code| code.to_string());
            assert_eq!(code.as_deref(), Ok("lemon-river-oak-table"), "{typed}");
        }
    }

    #[test]
    fn what_is_not_four_words_is_no_code() {
        for typed in
            ["", "  -- ", "lemon", "lemon river oak", "lemon river oak table lamp", "1234", &"a ".repeat(9_999)]
        {
            assert_eq!(ClaimCode::read(typed), Err(AppError::NoSuchCode), "{typed}");
        }
    }

    #[test]
    fn only_the_first_four_letters_of_a_word_count() {
        assert_eq!(["act", "acti", "action", "äctïon"].map(stem), ["act", "acti", "acti", "äctï"]);
    }

    #[test]
    fn a_code_works_for_seven_days() {
        let code = ClaimCode::new(["a", "b", "c", "d"].map(str::to_owned));
        let (made, day) = (Timestamp(1_790_841_600_000), 86_400_000);
        let claim = Claim::new(code, made);
        assert_eq!(claim.until, Timestamp(made.0 + 7 * day));
        assert_eq!(expired_at(claim.until), made);
        assert!(expired_at(Timestamp(claim.until.0 - 1)) < made);
    }
}
