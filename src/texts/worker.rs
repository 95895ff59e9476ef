//! What the service worker says, and the list of what waits for the network. The server writes it into the worker: no page
//! loads any of it.

use serde::Serialize;

by_language! {
    /// The worker's texts of a language.
    WorkerTexts
}

/// Declares the texts by name; each language gives all of them, or the build fails.
macro_rules! texts {
    ($($name:ident,)*) => {
        /// The worker's texts of one language. In braces stand the places that are filled in.
        #[derive(Debug, Serialize)]
        pub struct WorkerTexts {
            $(
                #[doc = concat!("Text `", stringify!($name), "`.")]
                pub $name: &'static str,
            )*
        }
    };
}

texts! {
    offline, as_of, unseen, waits_one, waits_other, some_refused, nothing,
    report, message, photos, waiting, was_refused, sent, see, remove, now, without_photos, not_yet, edit, withdraw, cancel,
    save, refused, too_late,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::language::Language, texts::tests::places};

    #[test]
    fn every_language_has_the_places_that_are_filled_in() {
        let all = |language| serde_json::to_value(of(language)).unwrap();
        let english = all(Language::English);
        for language in Language::ALL {
            for (name, text) in all(language).as_object().unwrap() {
                let text = text.as_str().unwrap();
                assert_eq!(places(text), places(english[name].as_str().unwrap()), "{language:?} {name}");
                assert!(!text.is_empty(), "{language:?} {name}");
            }
        }
    }
}
