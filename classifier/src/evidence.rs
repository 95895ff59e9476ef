//! What the lexicon finds in a report: weights in log-odds for each category, and how much each word counts.

use crate::{CLASSES, lexicon, reading::Word};
use std::{collections::HashMap, sync::LazyLock};

/// What a pattern of the lexicon does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Is evidence for a category.
    Says(usize),
    /// Names a place, which is weaker evidence, and hardly any after "in" or "at".
    Place(usize),
    /// Says that what stands before it in the clause is in order ("works fine").
    Works,
    /// Says that what follows it in the clause is in order ("nothing wrong with").
    Spares,
    /// Says that the clause is what the reporter asks for ("please").
    Asks,
    /// Begins a new clause ("but").
    Splits,
}

/// What remains of the weight of a thing that is said to work.
const FINE: f32 = 0.1;
/// What remains of a place, and of anything else, after "in", "at", "near".
const THERE: (f32, f32) = (0.3, 0.75);
/// What remains of a word's pieces and pairs there.
const THERE_PIECES: f32 = 0.7;
/// How much more counts what is asked for.
const ASKED: f32 = 1.4;
/// How much a misspelt word, or the end of a compound, counts of the real one.
const ALMOST: f32 = 0.8;
/// Shortest stem recognised with a letter missing, too many or swapped, or as the end of a compound; and with a wrong
/// letter, for which there are many more other words.
const LONG_STEM: (usize, usize) = (6, 8);
/// No stem is longer; longer words are not searched further.
const LONGEST_STEM: usize = 24;

/// One word of a pattern: its stem, and whether any ending may follow.
#[derive(Clone, Copy, Debug)]
struct Stem {
    text: &'static str,
    open: bool,
}

#[derive(Debug)]
struct Pattern {
    kind: Kind,
    weight: f32,
    stem: Stem,
    rest: Vec<Stem>,
}

/// The lexicon, found by the stem of a pattern's first word, and the long single stems by their first letter.
struct Index {
    by_stem: HashMap<&'static str, Vec<Pattern>>,
    by_letter: HashMap<u8, Vec<&'static str>>,
}

static INDEX: LazyLock<Index> = LazyLock::new(Index::new);

/// What one pattern found.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// For which category it speaks.
    pub class: usize,
    /// How much, in log-odds.
    pub weight: f32,
    /// The word of the report, by its index, that shows it best.
    pub word: usize,
    pattern: &'static Pattern,
    at: usize,
    clause: usize,
}

/// All that was found in a report.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// One for each pattern that was found.
    pub found: Vec<Found>,
    /// For each word of the report, how much counts what it says: 1 unless its sentence says otherwise.
    pub shares: Vec<f32>,
}

impl Evidence {
    /// The sum of what was found, by category.
    pub fn sums(&self) -> [f32; CLASSES] {
        let mut sums = [0.0; CLASSES];
        for one in &self.found {
            sums[one.class] += one.weight;
        }
        sums
    }
}

/// Finds every pattern from left to right, then weighs each, and each word, by the sentence around it. The words' clauses
/// are counted on where a word begins one.
pub fn find(words: &mut [Word<'_>]) -> Evidence {
    let mut found: Vec<Found> = Vec::new();
    let mut fine: Vec<(usize, std::ops::Range<usize>)> = Vec::new();
    let mut asked: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some((pattern, length, share)) = INDEX.find(words, at) else {
            at += 1;
            continue;
        };
        let clause = words[at].clause;
        match pattern.kind {
            Kind::Says(class) | Kind::Place(class) if found.iter().all(|one| !std::ptr::eq(one.pattern, pattern)) => {
                let word = (at..at + length).max_by_key(|word| words[*word].typed.len()).unwrap_or(at);
                let weight = pattern.weight * share * share_of_place(words, at, pattern.kind);
                found.push(Found { class, weight, word, pattern, at, clause });
            }
            Kind::Says(_) | Kind::Place(_) => {}
            Kind::Works if is_negated(words, at, length) => {}
            Kind::Works => fine.push((clause, 0..at)),
            Kind::Spares => fine.push((clause, at..words.len())),
            Kind::Asks => asked.push(clause),
            Kind::Splits => words[at..].iter_mut().for_each(|word| word.clause += 1),
        }
        at += length.max(1);
    }
    let share = |at: usize, clause: usize| {
        let is_fine = fine.iter().any(|(of, reach)| *of == clause && reach.contains(&at));
        let asked = if asked.contains(&clause) { ASKED } else { 1.0 };
        if is_fine { asked * FINE } else { asked }
    };
    for one in &mut found {
        one.weight *= share(one.at, one.clause);
    }
    found.retain(|one| one.weight > 0.0);
    let there = |at| if is_there(words, at) { THERE_PIECES } else { 1.0 };
    let shares = (0..words.len()).map(|at| share(at, words[at].clause) * there(at)).collect();
    Evidence { found, shares }
}

/// Rule 1 of labelling: what is wrong counts, not where.
fn share_of_place(words: &[Word], at: usize, kind: Kind) -> f32 {
    match kind {
        _ if !is_there(words, at) => 1.0,
        Kind::Place(_) => THERE.0,
        _ => THERE.1,
    }
}

/// Whether a word stands right behind one that points at a place.
fn is_there(words: &[Word], at: usize) -> bool {
    words[at.saturating_sub(2)..at]
        .iter()
        .any(|word| word.clause == words[at].clause && lexicon::NEAR.contains(&word.folded.as_str()))
}

/// Whether "works" at this place is "never works" or "funktioniert nicht".
fn is_negated(words: &[Word], at: usize, length: usize) -> bool {
    let own = words[at].folded.as_str();
    let around = &words[at.saturating_sub(3)..(at + length + 1).min(words.len())];
    !lexicon::NOT.contains(&own)
        && around.iter().any(|word| word.clause == words[at].clause && lexicon::NOT.contains(&word.folded.as_str()))
}

impl Index {
    fn new() -> Self {
        let mut index = Self { by_stem: HashMap::new(), by_letter: HashMap::new() };
        for (kind, weight, patterns) in lexicon::ROWS {
            let mut patterns = patterns.split_whitespace().peekable();
            while let Some(pattern) = patterns.next() {
                let mut stems = pattern.split('_').map(Stem::new);
                let Some(stem) = stems.next() else { continue };
                let mut rest: Vec<Stem> = stems.collect();
                rest.extend(patterns.next_if(|next| *next == ".").map(Stem::new));
                if rest.is_empty() && stem.text.len() >= LONG_STEM.0 {
                    index.by_letter.entry(stem.text.as_bytes()[0]).or_default().push(stem.text);
                }
                index.by_stem.entry(stem.text).or_default().push(Pattern { kind: *kind, weight: *weight, stem, rest });
            }
        }
        index
    }

    /// The longest pattern at a word, how many words it takes, and how much of its weight counts.
    fn find(&self, words: &[Word], at: usize) -> Option<(&Pattern, usize, f32)> {
        let word = words[at].folded.as_str();
        let exact = self.find_from(word, words, at, 1).map(|(pattern, length)| (pattern, length, 1.0));
        exact.or_else(|| self.find_in_compound(word)).or_else(|| self.find_misspelt(word))
    }

    fn find_from(&self, word: &str, words: &[Word], at: usize, shortest: usize) -> Option<(&Pattern, usize)> {
        (shortest..=word.len().min(LONGEST_STEM))
            .rev()
            .filter_map(|end| self.by_stem.get(&word[..end]))
            .flatten()
            .filter(|pattern| pattern.stem.fits(word))
            .filter_map(|pattern| Some((pattern, 1 + pattern.count_rest(&words[at..])?)))
            .max_by_key(|(pattern, length)| (*length, pattern.stem.text.len(), !pattern.rest.is_empty()))
    }

    /// German writes "Hörsaalbeamer" in one word: what counts is its end.
    fn find_in_compound(&self, word: &str) -> Option<(&Pattern, usize, f32)> {
        let (first, last) = (3, word.len().saturating_sub(LONG_STEM.0).min(LONGEST_STEM));
        let pattern = (first..=last).find_map(|start| self.find_from(&word[start..], &[], 0, LONG_STEM.0));
        pattern.map(|(pattern, _)| (pattern, 1, ALMOST))
    }

    fn find_misspelt(&self, word: &str) -> Option<(&Pattern, usize, f32)> {
        let stems = self.by_letter.get(word.as_bytes().first()?).filter(|_| word.len() + 1 >= LONG_STEM.0)?;
        let stem = stems.iter().find(|stem| is_one_slip(word.as_bytes(), stem.as_bytes()))?;
        let pattern = self.by_stem.get(stem)?.iter().find(|pattern| pattern.rest.is_empty())?;
        Some((pattern, 1, ALMOST))
    }
}

impl Stem {
    fn new(pattern: &'static str) -> Self {
        pattern.strip_suffix('*').map_or(Self { text: pattern, open: false }, |text| Self { text, open: true })
    }

    fn fits(self, word: &str) -> bool {
        word.strip_prefix(self.text).is_some_and(|ending| match ending {
            "" | "s" => true,
            "es" => self.open || self.text.ends_with(['s', 'x', 'z', 'h', 'o']),
            _ => self.open,
        })
    }
}

impl Pattern {
    /// How many words after the first the rest of the pattern takes, if it fits. An "is" or "was" may stand between.
    fn count_rest(&self, words: &[Word]) -> Option<usize> {
        let mut taken = 0;
        for stem in &self.rest {
            let clause = words.first()?.clause;
            let next = |at: usize| words.get(at).filter(|word| word.clause == clause);
            match (stem.text, next(taken + 1)) {
                (".", None) => {}
                (".", Some(_)) | (_, None) => return None,
                (_, Some(word)) if stem.fits(&word.folded) => taken += 1,
                (_, Some(word)) if matches!(word.folded.as_str(), "is" | "are" | "was" | "were" | "does" | "do") => {
                    next(taken + 2).filter(|word| stem.fits(&word.folded))?;
                    taken += 2;
                }
                _ => return None,
            }
        }
        Some(taken)
    }
}

/// Whether a word is a stem, or its plural, in which one letter, not the last, is missing, too many, swapped or wrong.
fn is_one_slip(word: &[u8], stem: &[u8]) -> bool {
    let same = word.iter().zip(stem).take_while(|(a, b)| a == b).count();
    if same + 1 >= stem.len() {
        return false;
    }
    let wrong = stem.len() >= LONG_STEM.1;
    let (word, stem) = (&word[same..], &stem[same..]);
    let ends = |word: &[u8], stem: &[u8]| word.strip_prefix(stem).is_some_and(|ending| matches!(ending, b"" | b"s"));
    let (fewer, less) = (word.get(1..).unwrap_or_default(), stem.get(1..).unwrap_or_default());
    ends(word, less)
        || ends(fewer, stem)
        || (wrong && ends(fewer, less))
        || (word.len() > 1
            && stem.len() > 1
            && word[0] == stem[1]
            && word[1] == stem[0]
            && ends(&word[2..], &stem[2..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_of_the_lexicon_can_match_and_stands_once() {
        let mut seen = std::collections::HashSet::new();
        for (kind, weight, patterns) in lexicon::ROWS {
            assert!((0.0..=6.0).contains(weight), "{patterns}");
            for pattern in patterns.split_whitespace().filter(|pattern| *pattern != ".") {
                assert!(seen.insert(pattern.trim_end_matches('*')), "{pattern} stands twice");
                for stem in pattern.split('_').map(Stem::new) {
                    assert!((1..=LONGEST_STEM).contains(&stem.text.len()), "{pattern}");
                    assert!(stem.text.bytes().all(|sign| matches!(sign, b'a'..=b'z' | b'0'..=b'9')), "{pattern}");
                    assert!(!lexicon::SKIPPED.contains(&stem.text), "{pattern} has an article, which is skipped");
                }
                let evidence = matches!(kind, Kind::Says(_) | Kind::Place(_));
                assert!(evidence || *weight <= 0.0, "{pattern}");
            }
        }
    }
}
