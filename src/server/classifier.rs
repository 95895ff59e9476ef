//! The category of a report, from its words: weights in log-odds are added up per category, so it can say why.
//!
//! Called when a ticket is opened, when its description changes, and while a report is being typed. The knowledge is in
//! [`lexicon`]; here is only how sentences are read. Pure, and microseconds quick.

mod lexicon;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::domain::category::{Category, Classification};

/// What a pattern of the lexicon does.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Is evidence for a category.
    Says(Category),
    /// Names a place, which is weaker evidence, and hardly any after "in" or "at".
    Place(Category),
    /// Says that what stands before it in the clause is in order ("works fine").
    Works,
    /// Says that what follows it in the clause is in order ("nothing wrong with").
    Spares,
    /// Says that the clause is what the reporter asks for ("please").
    Asks,
    /// Begins a new clause ("but").
    Splits,
}

/// What decides when no word does: an assumption, as log-odds in the order of [`Category::ALL`].
const PRIOR: [f32; 3] = [0.25, 0.1, 0.15];
/// Divides the sums, so that the confidence does not promise more than it keeps on unseen reports.
const TEMPERATURE: f32 = 1.5;
/// Words read; what comes after them in a very long report does not change what it is about.
const MAX_WORDS: usize = 300;
/// What remains of the weight of a thing that is said to work.
const FINE: f32 = 0.1;
/// What remains of a place, and of anything else, after "in", "at", "near".
const THERE: (f32, f32) = (0.3, 0.75);
/// How much more counts what is asked for; how much less each further clause, and not below what.
const ASKED: f32 = 1.4;
const LATER: (f32, f32) = (0.1, 0.5);
/// Evidence weaker than this counts, but is no reason to show.
const REASON: f32 = 0.6;
/// How much a misspelt word, or the end of a compound, counts of the real one.
const ALMOST: f32 = 0.8;
/// Shortest stem recognised with a letter missing, too many or swapped, or as the end of a compound; and with a wrong
/// letter, for which there are many more other words.
const LONG_STEM: (usize, usize) = (6, 8);
/// No stem is longer; longer words are not searched further.
const LONGEST_STEM: usize = 24;

/// One word of a pattern: its stem, and whether any ending may follow.
#[derive(Clone, Copy)]
struct Stem {
    text: &'static str,
    open: bool,
}

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

/// A word of the report: as typed, folded (lower case, no diacritics), and the clause it stands in.
struct Word<'t> {
    typed: &'t str,
    folded: String,
    clause: usize,
}

/// Evidence found in the report.
struct Found<'t> {
    category: Category,
    weight: f32,
    typed: &'t str,
    pattern: &'static Pattern,
    at: usize,
    clause: usize,
}

/// Decides what a report is about. Never fails: a text without a known word gets the most frequent category, a low
/// confidence and no reason.
pub fn classify(text: &str) -> Classification {
    let mut words = read_words(text);
    let mut found = find_evidence(&mut words);
    found.retain(|one| one.weight > 0.0);

    let mut sums = PRIOR;
    for one in &found {
        sums[one.category as usize] += one.weight;
    }
    let best = (1..sums.len()).fold(0, |best, next| if sums[next] > sums[best] { next } else { best });
    let category = Category::ALL[best];
    let total: f32 = sums.iter().map(|sum| ((sum - sums[best]) / TEMPERATURE).exp()).sum();

    found.retain(|one| one.category == category && one.weight >= REASON);
    found.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.at.cmp(&b.at)));
    let because = found.iter().take(3).map(|one| one.typed.to_owned()).collect();
    Classification { category, because, confidence: 1.0 / total }
}

/// Finds every pattern from left to right, then weighs each by the sentence around it.
fn find_evidence<'t>(words: &mut [Word<'t>]) -> Vec<Found<'t>> {
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
            Kind::Says(category) | Kind::Place(category)
                if found.iter().all(|one| !std::ptr::eq(one.pattern, pattern)) =>
            {
                let longest = words[at..at + length].iter().max_by_key(|word| word.typed.len());
                let typed = longest.map_or("", |word| word.typed);
                let weight = pattern.weight * share * share_of_place(words, at, pattern.kind);
                found.push(Found { category, weight, typed, pattern, at, clause });
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
    for one in &mut found {
        if fine.iter().any(|(clause, reach)| *clause == one.clause && reach.contains(&one.at)) {
            one.weight *= FINE;
        }
        #[expect(clippy::cast_precision_loss, reason = "there are at most MAX_WORDS clauses")]
        let later = (1.0 - LATER.0 * one.clause as f32).max(LATER.1);
        one.weight *= if asked.contains(&one.clause) { ASKED } else { later };
    }
    found
}

/// Rule 1 of labelling: what is wrong counts, not where.
fn share_of_place(words: &[Word], at: usize, kind: Kind) -> f32 {
    let there = words[at.saturating_sub(2)..at]
        .iter()
        .any(|word| word.clause == words[at].clause && lexicon::NEAR.contains(&word.folded.as_str()));
    match kind {
        _ if !there => 1.0,
        Kind::Place(_) => THERE.0,
        _ => THERE.1,
    }
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

/// Cuts a text into words and clauses. Articles are left out; words in other scripts than the Latin one are too.
fn read_words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut clause = 0;
    let mut rest = text;
    while let Some(start) = rest.find(is_of_a_word) {
        let between = &rest[..start];
        let ended = between.chars().any(|mark| matches!(mark, '!' | '?' | ';' | '(' | ')' | '\n' | '…' | '–' | '—'))
            || (between.contains([',', '.', ':']) && between.chars().any(char::is_whitespace))
            || between.contains(" - ");
        if ended && !words.is_empty() {
            clause += 1;
        }
        rest = &rest[start..];
        let length = length_of_word(rest);
        let (typed, after) = rest.split_at(length);
        rest = after;
        let folded = fold(typed);
        if !folded.is_empty() && !lexicon::SKIPPED.contains(&folded.as_str()) {
            words.push(Word { typed, folded, clause });
        }
        if words.len() == MAX_WORDS {
            break;
        }
    }
    words
}

/// Letters and digits, and a short ending after an apostrophe ("can't", "canteen's"); "l'ascenseur" is two words.
fn length_of_word(text: &str) -> usize {
    let end = |text: &str| text.find(|sign| !is_of_a_word(sign)).unwrap_or(text.len());
    let length = end(text);
    let Some(ending) = text[length..].strip_prefix(['\'', '’', '´', '`']) else { return length };
    if matches!(&ending[..end(ending)], "t" | "T" | "s" | "S" | "re" | "ve" | "ll" | "d" | "m") {
        text.len() - ending.len() + end(ending)
    } else {
        length
    }
}

/// A letter, a digit, or a diacritic written as a sign of its own.
fn is_of_a_word(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '\u{300}'..='\u{36f}')
}

/// Lower case, without diacritics and apostrophe; every "n't" and "cannot" becomes "not". Empty if not Latin.
fn fold(typed: &str) -> String {
    let (stem, ending) = typed.split_once(['\'', '’', '´', '`']).unwrap_or((typed, ""));
    if ending.eq_ignore_ascii_case("t") {
        return "not".to_owned();
    }
    let mut folded = String::with_capacity(stem.len());
    for letter in stem.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' | '0'..='9' => folded.push(letter),
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => folded.push('a'),
            'è' | 'é' | 'ê' | 'ë' => folded.push('e'),
            'ì' | 'í' | 'î' | 'ï' => folded.push('i'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => folded.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => folded.push('u'),
            'ç' => folded.push('c'),
            'ñ' => folded.push('n'),
            'ß' => folded.push_str("ss"),
            'œ' => folded.push_str("oe"),
            '\u{300}'..='\u{36f}' => {}
            _ => return String::new(),
        }
    }
    match folded.as_str() {
        "cannot" | "cant" | "dont" | "doesnt" | "didnt" | "wont" | "isnt" | "arent" | "wasnt" | "werent"
        | "couldnt" | "hasnt" | "havent" => "not".to_owned(),
        _ => folded,
    }
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
