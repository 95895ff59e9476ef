//! How good a way to learn is: cross-validation over sentences that were not learned from, how far its confidence can be
//! trusted, and the model that follows from it.

use crate::{
    CLASSES,
    corpus::group,
    model::{Head, Model},
    training::{Example, Learned, Row, count_having, score},
};
use std::thread;

/// Into how many parts the sentences are cut; each part is judged by what was learned from the others.
pub const FOLDS: usize = 10;
/// The confidences, from 0 to 1, are looked at in that many steps.
const STEPS: usize = 15;
/// What the confidence of an answer that needs no second look has to hold: so many of 100 above it are right.
const TRUSTED: f64 = 0.9;
/// How many numbers put the scores together: one for each of bayes, margin and evidence, and a bias for two categories.
const TERMS: usize = 5;
/// Newton's method is done long before.
const STEPS_OF_NEWTON: usize = 25;

/// Ways to decide, each by some of the scores: their names, and which of bayes, margin and evidence they use.
pub const WAYS: [(&str, [bool; 3]); 6] = [
    ("lexicon", [false, false, true]),
    ("complement naive Bayes", [true, false, false]),
    ("linear support vector machine", [false, true, false]),
    ("both", [true, true, false]),
    ("naive Bayes and lexicon", [true, false, true]),
    ("both and lexicon", [true, true, true]),
];
/// The one of [`WAYS`] that the model uses.
const CHOSEN: [bool; 3] = [true, true, true];

/// What a way to decide said of each sentence, from what it had learned of others.
#[derive(Clone, Debug)]
pub struct Validation {
    /// Of each sentence the category decided for and how sure.
    pub decided: Vec<(usize, f32)>,
    /// Of each sentence its true category.
    pub truth: Vec<usize>,
}

impl Validation {
    /// The share decided rightly.
    pub fn accuracy(&self) -> f64 {
        self.accuracy_of(|_| true)
    }

    /// The share decided rightly of the sentences, by their indexes, that are chosen; 0 of none.
    pub fn accuracy_of(&self, chosen: impl Fn(usize) -> bool) -> f64 {
        let is_right: Vec<bool> = self
            .decided
            .iter()
            .zip(&self.truth)
            .enumerate()
            .filter(|(at, _)| chosen(*at))
            .map(|(_, ((class, _), truth))| class == truth)
            .collect();
        share(is_right.iter().filter(|right| **right).count(), is_right.len())
    }

    /// The mean over the categories of the harmonic mean of precision and recall.
    pub fn macro_f1(&self) -> f64 {
        let confusion = self.confusion();
        let f1 = |class: usize| {
            let hit = confusion[class][class];
            let truly: usize = confusion[class].iter().sum();
            let said: usize = confusion.iter().map(|row| row[class]).sum();
            share(2 * hit, truly + said)
        };
        (0..CLASSES).map(f1).sum::<f64>() / 3.0
    }

    /// How many sentences of each category (rows) were decided to be of each (columns).
    pub fn confusion(&self) -> [[usize; CLASSES]; CLASSES] {
        let mut confusion = [[0; CLASSES]; CLASSES];
        for ((class, _), truth) in self.decided.iter().zip(&self.truth) {
            confusion[*truth][*class] += 1;
        }
        confusion
    }

    /// The expected calibration error: the mean distance of confidence and accuracy over equal steps of confidence (Guo et
    /// al., "On Calibration of Modern Neural Networks", 2017).
    pub fn calibration_error(&self) -> f64 {
        let mut steps = [(0_usize, 0_usize, 0.0_f64); STEPS];
        for ((class, confidence), truth) in self.decided.iter().zip(&self.truth) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to STEPS")]
            #[expect(clippy::cast_precision_loss, reason = "a small number")]
            let step = &mut steps[((confidence * STEPS as f32) as usize).min(STEPS - 1)];
            step.0 += 1;
            step.1 += usize::from(class == truth);
            step.2 += f64::from(*confidence);
        }
        #[expect(clippy::cast_precision_loss, reason = "there are fewer sentences than 2^53")]
        let off: f64 = steps.iter().map(|(_, right, sure)| (*right as f64 - sure).abs()).sum();
        off / f64::from(u32::try_from(self.decided.len().max(1)).unwrap_or(u32::MAX))
    }

    /// The least confidence from which on [`TRUSTED`] of the answers are right.
    pub fn doubt(&self) -> f32 {
        let mut order: Vec<usize> = (0..self.decided.len()).collect();
        order.sort_by(|one, other| self.decided[*other].1.total_cmp(&self.decided[*one].1));
        let (mut right, mut doubt) = (0, 1.0);
        for (above, at) in order.iter().enumerate() {
            right += usize::from(self.decided[*at].0 == self.truth[*at]);
            if share(right, above + 1) >= TRUSTED {
                doubt = self.decided[*at].1;
            }
        }
        doubt
    }
}

/// A model, and what cross-validation says of the ways to make one.
#[derive(Debug)]
pub struct Trained {
    /// Learned from all examples, the chosen way.
    pub model: Model,
    /// One for each of [`WAYS`].
    pub validations: Vec<Validation>,
    /// How many groups of sentences are alike, which cross-validation keeps together, one's own company included.
    pub groups: usize,
}

impl Trained {
    /// What cross-validation says of the model's own way.
    pub fn validation(&self) -> &Validation {
        let chosen = WAYS.iter().position(|(_, parts)| *parts == CHOSEN).unwrap_or(0);
        &self.validations[chosen]
    }
}

/// Learns a model from examples, and judges it by cross-validation in which texts that are alike stay together.
pub fn train(examples: &[Example<'_>]) -> Trained {
    let (rows, groups, folds) = prepare(examples);
    let scores = score_unseen(&rows, &folds, rows.len());
    let validations: Vec<Validation> = WAYS.iter().map(|(_, parts)| validate(&rows, &folds, &scores, *parts)).collect();
    let mut count = groups;
    count.sort_unstable();
    count.dedup();
    let mut trained = Trained { model: learn(&rows, &scores), validations, groups: count.len() };
    let head = Head {
        doubt: trained.validation().doubt(),
        #[expect(clippy::cast_possible_truncation, reason = "a share")]
        accuracy: trained.validation().accuracy() as f32,
        ..trained.model.head()
    };
    trained.model = trained.model.with_head(head);
    trained
}

/// The share of all these examples that is decided rightly, each by what was learned from other parts of the first `known`
/// of them alone: how well one would do without having learned from the rest.
pub fn accuracy_without(examples: &[Example<'_>], known: usize) -> f64 {
    let (rows, _, folds) = prepare(examples);
    let scores = score_unseen(&rows, &folds, known);
    let mut decided = vec![(0, 0.0); rows.len()];
    for fold in 0..FOLDS {
        let terms = fit(&rows, &scores, (0..known).filter(|at| folds[*at] != fold), CHOSEN);
        for at in (0..rows.len()).filter(|at| folds[*at] == fold) {
            decided[at] = decide(&terms, &scores[at]);
        }
    }
    Validation { decided, truth: rows.iter().map(|row| row.class).collect() }.accuracy()
}

fn prepare(examples: &[Example<'_>]) -> (Vec<Row>, Vec<usize>, Vec<usize>) {
    let rows: Vec<Row> = examples.iter().copied().map(Row::new).collect();
    let groups = group(examples.iter().map(|example| example.text));
    let folds = folds(&groups, &rows);
    (rows, groups, folds)
}

/// In which part each sentence is: groups whole, and each category spread over all parts.
fn folds(groups: &[usize], rows: &[Row]) -> Vec<usize> {
    let mut next = [0; CLASSES];
    let mut folds: Vec<usize> = Vec::with_capacity(groups.len());
    for (at, group) in groups.iter().enumerate() {
        // A group's number is the index of its first sentence.
        if *group < at {
            folds.push(folds[*group]);
            continue;
        }
        let turn = &mut next[rows[at].class];
        folds.push(*turn % FOLDS);
        *turn += 1;
    }
    folds
}

/// The scores of each sentence by what was learned from the other parts, of the first `known` sentences alone: bayes, margin,
/// evidence.
fn score_unseen(rows: &[Row], folds: &[usize], known: usize) -> Vec<[[f32; CLASSES]; 3]> {
    let of_fold = |fold: usize| -> Vec<(usize, [[f32; CLASSES]; 3])> {
        let others: Vec<&Row> =
            rows[..known].iter().zip(folds).filter(|(_, of)| **of != fold).map(|(row, _)| row).collect();
        let learned = Learned::from(&others);
        let own = rows.iter().enumerate().filter(|(at, _)| folds[*at] == fold);
        own.map(|(at, row)| (at, [score(&learned.bayes, row), score(&learned.margin, row), row.evidence])).collect()
    };
    let workers = thread::available_parallelism().map_or(1, usize::from).min(FOLDS);
    let mut scores = vec![[[0.0; CLASSES]; 3]; rows.len()];
    thread::scope(|scope| {
        let of_fold = &of_fold;
        let running: Vec<_> = (0..workers)
            .map(|worker| scope.spawn(move || (worker..FOLDS).step_by(workers).flat_map(of_fold).collect::<Vec<_>>()))
            .collect();
        for worker in running {
            for (at, score) in worker.join().unwrap_or_default() {
                scores[at] = score;
            }
        }
    });
    scores
}

/// Judges a way to decide: the scores of each part are put together as the other parts' say is best.
fn validate(rows: &[Row], folds: &[usize], scores: &[[[f32; CLASSES]; 3]], parts: [bool; 3]) -> Validation {
    let mut decided = vec![(0, 0.0); rows.len()];
    for fold in 0..FOLDS {
        let others = (0..rows.len()).filter(|at| folds[*at] != fold);
        let terms = fit(rows, scores, others, parts);
        for at in (0..rows.len()).filter(|at| folds[*at] == fold) {
            decided[at] = decide(&terms, &scores[at]);
        }
    }
    Validation { decided, truth: rows.iter().map(|row| row.class).collect() }
}

/// The model of the chosen way, learned from all rows.
fn learn(rows: &[Row], scores: &[[[f32; CLASSES]; 3]]) -> Model {
    let terms = fit(rows, scores, 0..rows.len(), CHOSEN);
    let all: Vec<&Row> = rows.iter().collect();
    let learned = Learned::from(&all);
    #[expect(clippy::cast_possible_truncation, reason = "from here on in 32 bits")]
    let terms = terms.map(|term| term as f32);
    let weights: Vec<f32> =
        learned.bayes.iter().zip(&learned.margin).map(|(bayes, margin)| terms[0] * bayes + terms[1] * margin).collect();
    let head = Head { scale: 1.0, evidence: terms[2], bias: [terms[3], terms[4], 0.0], doubt: 0.0, accuracy: 0.0 };
    Model::new(head, &weights, &count_having(&all))
}

/// What each term adds to each category's score.
fn terms_of(scores: &[[f32; CLASSES]; 3]) -> [[f64; TERMS]; CLASSES] {
    std::array::from_fn(|class| {
        let of = |part: usize| f64::from(scores[part][class]);
        [of(0), of(1), of(2), f64::from(u8::from(class == 0)), f64::from(u8::from(class == 1))]
    })
}

fn decide(terms: &[f64; TERMS], scores: &[[f32; CLASSES]; 3]) -> (usize, f32) {
    let probabilities = probabilities(terms, &terms_of(scores));
    let best = (1..CLASSES).fold(0, |best, next| if probabilities[next] > probabilities[best] { next } else { best });
    #[expect(clippy::cast_possible_truncation, reason = "a probability")]
    (best, probabilities[best] as f32)
}

fn probabilities(terms: &[f64; TERMS], values: &[[f64; TERMS]; CLASSES]) -> [f64; CLASSES] {
    let scores: [f64; CLASSES] =
        std::array::from_fn(|class| values[class].iter().zip(terms).map(|(value, term)| value * term).sum());
    let most = scores.iter().fold(f64::MIN, |most, score| most.max(*score));
    let odds = scores.map(|score| libm::exp(score - most));
    let total: f64 = odds.iter().sum();
    odds.map(|odds| odds / total)
}

/// Logistic regression of the categories on the scores, by Newton's method: the terms with which the probabilities of what
/// is true are highest.
fn fit(
    rows: &[Row],
    scores: &[[[f32; CLASSES]; 3]],
    which: impl Iterator<Item = usize>,
    parts: [bool; 3],
) -> [f64; TERMS] {
    let which: Vec<usize> = which.collect();
    let is_used = [parts[0], parts[1], parts[2], true, true];
    let mut terms = [0.0; TERMS];
    for _ in 0..STEPS_OF_NEWTON {
        // Without the slight pull to 0 a score that separates everything would have no best term.
        let mut slope: [f64; TERMS] = std::array::from_fn(|term| -1e-3 * terms[term]);
        let mut bend = [[0.0; TERMS]; TERMS];
        for (term, bend) in bend.iter_mut().enumerate() {
            bend[term] = 1e-3;
        }
        for at in &which {
            let (row, values) = (&rows[*at], terms_of(&scores[*at]));
            let (weight, probabilities) = (f64::from(row.weight), probabilities(&terms, &values));
            let mean: [f64; TERMS] =
                std::array::from_fn(|term| (0..CLASSES).map(|class| probabilities[class] * values[class][term]).sum());
            for one in 0..TERMS {
                slope[one] += weight * (values[row.class][one] - mean[one]);
                for other in 0..TERMS {
                    let along = |class: usize| (values[class][one] - mean[one]) * (values[class][other] - mean[other]);
                    bend[one][other] +=
                        weight * (0..CLASSES).map(|class| probabilities[class] * along(class)).sum::<f64>();
                }
            }
        }
        for term in (0..TERMS).filter(|term| !is_used[*term]) {
            slope[term] = 0.0;
            bend[term] = [0.0; TERMS];
            for row in &mut bend {
                row[term] = 0.0;
            }
            bend[term][term] = 1.0;
        }
        for (term, step) in terms.iter_mut().zip(solve(bend, slope)) {
            *term += step;
        }
    }
    terms
}

/// Solves a system of linear equations whose matrix is positive definite, by elimination.
fn solve(mut matrix: [[f64; TERMS]; TERMS], mut right: [f64; TERMS]) -> [f64; TERMS] {
    for pivot in 0..TERMS {
        for row in pivot + 1..TERMS {
            let factor = matrix[row][pivot] / matrix[pivot][pivot];
            let above = matrix[pivot];
            for (value, above) in matrix[row].iter_mut().zip(above).skip(pivot) {
                *value -= factor * above;
            }
            right[row] -= factor * right[pivot];
        }
    }
    let mut solution = [0.0; TERMS];
    for row in (0..TERMS).rev() {
        let known: f64 = (row + 1..TERMS).map(|column| matrix[row][column] * solution[column]).sum();
        solution[row] = (right[row] - known) / matrix[row][row];
    }
    solution
}

fn share(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "there are fewer sentences than 2^53")]
    let share = part as f64 / whole.max(1) as f64;
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    fn validation(decided: &[(usize, f32)], truth: &[usize]) -> Validation {
        Validation { decided: decided.to_vec(), truth: truth.to_vec() }
    }

    fn is_near(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-6
    }

    #[test]
    fn accuracy_f1_and_confusion_are_those_of_a_count_by_hand() {
        let said = validation(&[(0, 0.9), (0, 0.8), (1, 0.7), (2, 0.6)], &[0, 1, 1, 2]);
        assert!(is_near(said.accuracy(), 0.75));
        assert!(is_near(said.accuracy_of(|at| at > 1), 1.0));
        assert_eq!(said.confusion(), [[1, 0, 0], [1, 1, 0], [0, 0, 1]]);
        // 2·1 / (1 + 2), 2·1 / (2 + 1), 1.
        assert!(is_near(said.macro_f1(), (2.0 / 3.0 + 2.0 / 3.0 + 1.0) / 3.0));
    }

    #[test]
    fn confidence_that_keeps_what_it_promises_has_no_error() {
        let kept = validation(&[(0, 0.5), (0, 0.5), (1, 0.5), (1, 0.5)], &[0, 1, 1, 0]);
        assert!(is_near(kept.calibration_error(), 0.0));
        let boasting = validation(&[(0, 1.0), (0, 1.0)], &[0, 1]);
        assert!(is_near(boasting.calibration_error(), 0.5));
    }

    #[test]
    fn above_the_doubt_nine_of_ten_are_right() {
        let mut decided: Vec<(usize, f32)> = (0..20_u8).map(|n| (0, 0.9 - f32::from(n) * 0.01)).collect();
        let mut truth = vec![0; 20];
        assert!((validation(&decided, &truth).doubt() - 0.71).abs() < 1e-6);
        decided.extend((0..20_u8).map(|n| (0, 0.6 - f32::from(n) * 0.01)));
        truth.extend(vec![1; 20]);
        // Two wrong ones are a tenth of twenty-two, less one is not.
        assert!((validation(&decided, &truth).doubt() - 0.59).abs() < 1e-6);
    }

    #[test]
    fn a_system_of_equations_is_solved() {
        let mut matrix = [[0.0; TERMS]; TERMS];
        for (at, row) in matrix.iter_mut().enumerate() {
            row[at] = 2.0;
        }
        (matrix[0][1], matrix[1][0]) = (1.0, 1.0);
        let solution = solve(matrix, [3.0, 3.0, 4.0, 0.0, -2.0]);
        for (is, should) in solution.into_iter().zip([1.0, 1.0, 2.0, 0.0, -1.0]) {
            assert!(is_near(is, should), "{solution:?}");
        }
    }

    #[test]
    fn what_is_alike_is_in_one_part_and_each_category_in_all() {
        let rows: Vec<Row> = (0..60)
            .map(|at| Row { class: at % CLASSES, weight: 1.0, features: Vec::new(), evidence: [0.0; CLASSES] })
            .collect();
        let groups: Vec<usize> = (0..60).map(|at| if at == 40 { 7 } else { at }).collect();
        let folds = folds(&groups, &rows);
        assert_eq!(folds[40], folds[7]);
        for class in 0..CLASSES {
            let of: std::collections::BTreeSet<_> = (class..60).step_by(CLASSES).map(|at| folds[at]).collect();
            assert!(of.len() >= FOLDS - 1, "{of:?}");
        }
    }

    #[test]
    fn the_same_examples_make_the_same_model() {
        let texts = ["wifi down", "no network here", "lift stuck", "tap leaks", "rude clerk", "cold food"];
        let examples: Vec<_> = texts
            .iter()
            .enumerate()
            .map(|(at, text)| Example { class: [1, 1, 0, 0, 2, 2][at], text, weight: 1.0 })
            .collect();
        let (one, other) = (train(&examples), train(&examples));
        assert!(one.model.bytes() == other.model.bytes());
        assert_eq!(one.model.classify("the network is down").class, 1);
        assert!((accuracy_without(&examples, examples.len()) - one.validation().accuracy()).abs() < 1e-9);
        // Nothing to learn from is no reason to fail.
        assert!(train(&[]).model.classify("wifi").confidence > 0.3);
    }
}
