//! The languages of the pages, and which of them a reader gets.

use serde::{Deserialize, Serialize};

/// A language that every page can be read in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English, where nothing else is known.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Italian.
    #[serde(rename = "it")]
    Italian,
    /// German.
    #[serde(rename = "de")]
    German,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
}

impl Language {
    /// All of them, in the order of the switch.
    pub const ALL: [Self; 5] = [Self::English, Self::Italian, Self::German, Self::French, Self::Spanish];

    /// Its tag (BCP 47), as in `<html lang>`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Italian => "it",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
        }
    }

    /// What those who speak it call it: the same on every page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Italian => "Italiano",
            Self::German => "Deutsch",
            Self::French => "Français",
            Self::Spanish => "Español",
        }
    }

    /// The language of that tag, whatever region or script it names behind it: `de-AT` is German.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// What a browser would rather have, by its `Accept-Language` (RFC 9110, section 12.5.4): the first of the highest weight
    /// that there is. None where it names none of ours.
    pub fn preferred(accept: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for range in accept.split(',') {
            let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
            let weight = match weight.trim().strip_prefix("q=") {
                Some(weight) => weight.trim().parse().unwrap_or(0.0),
                None => 1.0,
            };
            let is_better = weight > 0.0 && best.is_none_or(|(_, most)| weight > most);
            if let Some(language) = Self::from_tag(tag).filter(|_| is_better) {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_gets_the_language_that_it_would_rather_have() {
        for (accept, language) in [
            ("it-IT,it;q=0.9,en;q=0.8", Some(Language::Italian)),
            ("en;q=0.8, DE-at;q=0.9", Some(Language::German)),
            ("ja,fr;q=0.5,es;q=0.5", Some(Language::French)),
            ("es;q=0, en;q=0.1", Some(Language::English)),
            ("*", None),
            ("zh-Hans, ko", None),
            ("", None),
            ("fr;q=much, it", Some(Language::Italian)),
        ] {
            assert_eq!(Language::preferred(accept), language, "{accept}");
        }
    }

    #[test]
    fn a_tag_is_read_back() {
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
        }
        assert_eq!((Language::from_tag("nl"), Language::from_tag("")), (None, None));
    }
}
