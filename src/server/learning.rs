//! Learns the classifier's model: the program's own from its sentences, and another one beside it from what staff decided.

use crate::{
    domain::{category::Category, learning::LearnedModel, role::Role},
    error::AppError,
    server::store::Store,
};
use classifier::{
    SLUGS,
    corpus::{self, LANGUAGES, Problem, Sentence},
    evaluation::{self, Trained, Validation, WAYS},
    training::Example,
};
use std::{
    collections::{BTreeSet, HashSet},
    fmt::Write as _,
    fs,
    io::{self, Write as _, stdout},
    path::Path,
};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Why nothing was learned.
#[derive(Debug, thiserror::Error)]
pub enum LearningError {
    /// A file could not be read or written.
    #[error("{0}: {1}.")]
    File(String, io::Error),
    /// The sentences are not fit to learn from.
    #[error("Nothing can be learned from these sentences. {}", .0.iter().take(10).map(Problem::to_string).collect::<Vec<_>>().join("\n"))]
    Corpus(Vec<Problem>),
}

/// Learns from the sentences of a file, or from those that the program carries, prints how well each way to decide does,
/// and writes the model where `model` says.
///
/// # Errors
/// When a file cannot be read or written, or the sentences have [`corpus::check`]'s problems.
pub fn train(sentences: Option<&Path>, model: Option<&Path>) -> Result<(), LearningError> {
    let read =
        |path: &Path| fs::read_to_string(path).map_err(|error| LearningError::File(path.display().to_string(), error));
    let table = sentences.map(read).transpose()?;
    let sentences = corpus::parse(table.as_deref().unwrap_or(corpus::EMBEDDED))
        .map_err(|problem| LearningError::Corpus(vec![problem]))?;
    let problems = corpus::check(&sentences);
    if !problems.is_empty() {
        return Err(LearningError::Corpus(problems));
    }
    let trained = evaluation::train(&corpus::examples(&sentences));
    // Whoever reads no further has read enough.
    _ = stdout().write_all(report(&trained, &sentences).as_bytes());
    if let Some(path) = model {
        fs::write(path, trained.model.bytes())
            .map_err(|error| LearningError::File(path.display().to_string(), error))?;
    }
    Ok(())
}

/// The part of all examples, by weight, that corrections may be: a few wrong ones cannot wreck the rest.
const CORRECTIONS_PART: f32 = 0.2;

/// One learns at a time: it takes all cores and some memory.
static LEARNING: Semaphore = Semaphore::const_new(1);

/// Learns from the program's sentences and from what staff decided, and puts the model in force where cross-validation over
/// both is no worse than without the corrections. It takes some seconds, off the threads that answer.
///
/// # Errors
/// [`AppError::StaffOnly`], [`AppError::Learning`] while that goes on already, [`AppError::NothingToLearn`] while staff
/// decided nothing, and the database's.
pub async fn learn_from_corrections(store: &Store, role: Role) -> Result<LearnedModel, AppError> {
    let corrections = store.list_corrections(role).await?;
    if corrections.is_empty() {
        return Err(AppError::NothingToLearn);
    }
    let turn = LEARNING.try_acquire().map_err(|_| AppError::Learning)?;
    let store = store.clone();
    // A task of its own goes on when whoever asked for it leaves the page.
    let learning = tokio::spawn(async move {
        let _turn = turn;
        let count = corrections.len();
        let learned = spawn_blocking(move || learn_beside(corrections)).await.map_err(|_| AppError::Unavailable)?;
        let (before, trained) = learned.ok_or(AppError::Unavailable)?;
        store.add_model(role, count, (before, trained.validation().accuracy()), &trained.model).await
    });
    learning.await.map_err(|_| AppError::Unavailable)?
}

/// The accuracy over sentences and corrections without having learned from the corrections, and what was learned with them.
fn learn_beside(mut corrections: Vec<(Category, String)>) -> Option<(f64, Trained)> {
    // The latest come first: what was reported in the same words before says nothing more.
    let mut heard = HashSet::new();
    corrections.retain(|(_, text)| heard.insert(text.to_lowercase()));
    let sentences = corpus::parse(corpus::EMBEDDED).ok()?;
    #[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^24")]
    let weight = (CORRECTIONS_PART * sentences.len() as f32 / corrections.len() as f32).min(1.0);
    let known = sentences.len();
    let mut examples = corpus::examples(&sentences);
    examples.extend(corrections.iter().map(|(category, text)| Example { class: *category as usize, text, weight }));
    Some((evaluation::accuracy_without(&examples, known), evaluation::train(&examples)))
}

/// How well each way to decide does, and what the chosen one makes of held-out reports, as Markdown.
fn report(trained: &Trained, sentences: &[Sentence<'_>]) -> String {
    let mut text = format!(
        "{} sentences, {} of them unlike all others or the first of those alike; {}-fold cross-validation.\n\n",
        sentences.len(),
        trained.groups,
        evaluation::FOLDS
    );
    let mut line = |line: String| _ = writeln!(text, "{line}");
    line(format!("| way | accuracy | macro F1 | calibration error | {} |", LANGUAGES.join(" | ")));
    line(format!("|---|--:|--:|--:|{}", "--:|".repeat(LANGUAGES.len())));
    for ((name, _), validation) in WAYS.iter().zip(&trained.validations) {
        let by_language = LANGUAGES.map(|language| {
            format!("{:.3}", validation.accuracy_of(|at| sentences.get(at).is_some_and(|one| one.kind == language)))
        });
        line(format!(
            "| {name} | {:.3} | {:.3} | {:.3} | {} |",
            validation.accuracy(),
            validation.macro_f1(),
            validation.calibration_error(),
            by_language.join(" | ")
        ));
    }
    let head = trained.model.head();
    line(format!(
        "\nUnder a confidence of {:.2} somebody should look: {}.",
        head.doubt,
        shares(trained.validation(), head.doubt)
    ));
    if let Ok(held_out) = corpus::parse(corpus::HELD_OUT) {
        line("\n| held-out reports | right | of | accuracy |\n|---|--:|--:|--:|".to_owned());
        let kinds: BTreeSet<&str> = held_out.iter().map(|report| report.kind).collect();
        for kind in kinds.into_iter().map(Some).chain([None]) {
            let of_kind = held_out.iter().filter(|report| kind.is_none_or(|kind| report.kind == kind));
            let is_right: Vec<bool> =
                of_kind.map(|report| trained.model.classify(report.text).class == report.class).collect();
            let right = is_right.iter().filter(|right| **right).count();
            #[expect(clippy::cast_precision_loss, reason = "there are few reports")]
            let accuracy = right as f64 / is_right.len().max(1) as f64;
            line(format!("| {} | {right} | {} | {accuracy:.3} |", kind.unwrap_or("all"), is_right.len()));
        }
    }
    line(format!(
        "\nWhat is ({}, by row) and what was decided (by column): {:?}",
        SLUGS.join(", "),
        trained.validation().confusion()
    ));
    text
}

/// How many decisions lie under a confidence, and how right those and the others are.
fn shares(validation: &Validation, doubt: f32) -> String {
    let is_under = |at: usize| validation.decided.get(at).is_some_and(|(_, confidence)| *confidence < doubt);
    let under = (0..validation.decided.len()).filter(|at| is_under(*at)).count();
    format!(
        "{under} of {} sentences, of which {:.3} are right; of the others {:.3}",
        validation.decided.len(),
        validation.accuracy_of(is_under),
        validation.accuracy_of(|at| !is_under(at))
    )
}
