//! Sentences labelled by hand: read from a table, and checked for what would flatter or mislead what is learned from them.

use crate::{CLASSES, SLUGS, reading::read_words, training::Example};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
};

/// The languages that the corpus has, as ISO 639-1 names them.
pub const LANGUAGES: [&str; 6] = ["en", "it", "es", "de", "fr", "pt"];
/// From this share of common pairs of words on two sentences are the same one in other words.
pub const SAME: f64 = 0.6;
/// From this share on they are alike: cross-validation keeps them together.
pub const ALIKE: f64 = 0.25;
/// A language's largest category may be that much larger than its smallest.
const BALANCE: f64 = 1.1;

/// The sentences that the program's own model was learned from.
pub const EMBEDDED: &str = include_str!("../corpus/sentences.tsv");
/// Reports that no model is learned from: they were written before the sentences were.
pub const HELD_OUT: &str = include_str!("../corpus/held-out.tsv");

/// A sentence with its category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence<'t> {
    /// The category's index in [`SLUGS`].
    pub class: usize,
    /// One of [`LANGUAGES`] or, of a held-out report, its slice.
    pub kind: &'t str,
    /// The sentence.
    pub text: &'t str,
    /// Its line in the table, from 1.
    pub line: usize,
}

/// What is wrong with a corpus.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// A line, counted from 1, has not three columns, or no known category, or no text.
    Line(usize),
    /// Two lines have more pairs of words in common than different sentences have.
    Same {
        /// The line of the one.
        one: usize,
        /// The line of the other.
        other: usize,
        /// The share of pairs they have in common.
        share: f64,
    },
    /// A language's categories are not about equally large.
    Unbalanced {
        /// Which language.
        kind: String,
        /// Its sentences, by category.
        counts: [usize; CLASSES],
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(
                to,
                "Line {line} is not \"category, language, text\" between tabs. The categories are {}.",
                SLUGS.join(", ")
            ),
            Self::Same { one, other, share } => write!(
                to,
                "Lines {one} and {other} share {:.0} % of their pairs of words. Write another sentence, or remove one.",
                share * 100.0
            ),
            Self::Unbalanced { kind, counts } => write!(
                to,
                "The categories of {kind} have {counts:?} sentences. Write more for the smaller ones: the largest may have a \
                 tenth more than the smallest."
            ),
        }
    }
}

impl std::error::Error for Problem {}

/// Reads a table of category, language and text, a sentence a line. Lines that begin with `#` are remarks.
///
/// # Errors
/// [`Problem::Line`].
pub fn parse(table: &str) -> Result<Vec<Sentence<'_>>, Problem> {
    let lines = table.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
    lines
        .map(|(at, line)| {
            let mut columns = line.split('\t');
            let (Some(category), Some(kind), Some(text), None) =
                (columns.next(), columns.next(), columns.next(), columns.next())
            else {
                return Err(Problem::Line(at + 1));
            };
            let class = SLUGS.iter().position(|slug| *slug == category).ok_or(Problem::Line(at + 1))?;
            if text.trim().is_empty() || kind.is_empty() {
                return Err(Problem::Line(at + 1));
            }
            Ok(Sentence { class, kind, text, line: at + 1 })
        })
        .collect()
}

/// The sentences as examples, each of which counts once.
pub fn examples<'t>(sentences: &[Sentence<'t>]) -> Vec<Example<'t>> {
    sentences.iter().map(|Sentence { class, text, .. }| Example { class: *class, text, weight: 1.0 }).collect()
}

/// Everything that is wrong with a corpus: near-duplicates, and languages whose categories are not balanced.
pub fn check(sentences: &[Sentence<'_>]) -> Vec<Problem> {
    let mut problems: Vec<_> = pairs_alike(sentences.iter().map(|sentence| sentence.text), SAME)
        .into_iter()
        .map(|(one, other, share)| Problem::Same { one: sentences[one].line, other: sentences[other].line, share })
        .collect();
    let mut kinds: BTreeMap<&str, [usize; CLASSES]> = BTreeMap::new();
    for sentence in sentences {
        kinds.entry(sentence.kind).or_default()[sentence.class] += 1;
    }
    for (kind, counts) in kinds {
        let (least, most) = (counts.iter().min().copied().unwrap_or(0), counts.iter().max().copied().unwrap_or(0));
        #[expect(clippy::cast_precision_loss, reason = "counts of sentences are small")]
        if most as f64 > least as f64 * BALANCE {
            problems.push(Problem::Unbalanced { kind: kind.to_owned(), counts });
        }
    }
    problems
}

/// Puts texts that are alike, directly or by others between them, into one group: for each text its group's number.
pub fn group<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<usize> {
    let texts: Vec<_> = texts.collect();
    let mut groups: Vec<usize> = (0..texts.len()).collect();
    for (one, other, _) in pairs_alike(texts.into_iter(), ALIKE) {
        let (one, other) = (root(&mut groups, one), root(&mut groups, other));
        groups[one.max(other)] = one.min(other);
    }
    (0..groups.len()).map(|at| root(&mut groups, at)).collect()
}

/// The first text of a group, each of whose texts points to one before it or to itself.
fn root(groups: &mut [usize], mut at: usize) -> usize {
    while groups[at] != at {
        groups[at] = groups[groups[at]];
        at = groups[at];
    }
    at
}

/// All pairs of texts whose pairs of words overlap by `share` or more (Jaccard), by their indexes. A text of one word has
/// that word for a pair.
fn pairs_alike<'t>(texts: impl Iterator<Item = &'t str>, share: f64) -> Vec<(usize, usize, f64)> {
    let sets: Vec<HashSet<(String, String)>> = texts.map(pairs_of).collect();
    let mut with: HashMap<&(String, String), Vec<usize>> = HashMap::new();
    let mut alike = Vec::new();
    for (at, set) in sets.iter().enumerate() {
        let mut common: BTreeMap<usize, usize> = BTreeMap::new();
        for pair in set {
            for other in with.get(pair).into_iter().flatten() {
                *common.entry(*other).or_default() += 1;
            }
        }
        for (other, common) in common {
            #[expect(clippy::cast_precision_loss, reason = "texts have few words")]
            let overlap = common as f64 / (set.len() + sets[other].len() - common) as f64;
            if overlap >= share {
                alike.push((other, at, overlap));
            }
        }
        for pair in set {
            with.entry(pair).or_default().push(at);
        }
    }
    alike
}

fn pairs_of(text: &str) -> HashSet<(String, String)> {
    let words: Vec<_> = read_words(text).into_iter().map(|word| word.folded).collect();
    match &words[..] {
        [word] => HashSet::from([(word.clone(), String::new())]),
        words => words.windows(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r09_the_corpus_is_large_different_balanced_and_in_six_languages() -> Result<(), Problem> {
        let sentences = parse(EMBEDDED)?;
        assert_eq!(check(&sentences), []);
        assert!(sentences.len() >= 3_000, "{}", sentences.len());
        for language in LANGUAGES {
            let count = sentences.iter().filter(|sentence| sentence.kind == language).count();
            assert!(count >= if language == "en" { sentences.len() / 2 } else { 300 }, "{language}: {count}");
        }
        assert!(sentences.iter().all(|sentence| LANGUAGES.contains(&sentence.kind)));
        Ok(())
    }

    #[test]
    fn r09_no_held_out_report_is_in_the_corpus() -> Result<(), Problem> {
        let (sentences, held_out) = (parse(EMBEDDED)?, parse(HELD_OUT)?);
        assert!(held_out.len() >= 240);
        let texts = held_out.iter().chain(&sentences).map(|sentence| sentence.text);
        let across: Vec<_> = pairs_alike(texts, 0.4)
            .into_iter()
            .filter(|(one, other, _)| *one < held_out.len() && *other >= held_out.len())
            .collect();
        assert_eq!(across, []);
        Ok(())
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() -> Result<(), Problem> {
        assert_eq!(parse("# a remark\ntechnical-it\ten\tNo wifi")?.len(), 1);
        for (table, line) in [("technical-it\ten", 1), ("# x\nlogistics\ten\tx", 2), ("technical-it\ten\t \t", 1)] {
            assert_eq!(parse(table), Err(Problem::Line(line)));
        }
        let twice = parse(
            "technical-it\ten\tthe wifi in room 12 is down\ntechnical-it\ten\tThe WiFi in room 12 is down!\n\
             technical-it\ten\ta printer jams",
        )?;
        let problems = check(&twice);
        assert!(matches!(problems[0], Problem::Same { one: 1, other: 2, .. }), "{problems:?}");
        assert!(
            matches!(&problems[1], Problem::Unbalanced { kind, counts: [0, 3, 0] } if kind == "en"),
            "{problems:?}"
        );
        assert_eq!(group(twice.iter().map(|sentence| sentence.text)), [0, 0, 2]);
        Ok(())
    }
}
