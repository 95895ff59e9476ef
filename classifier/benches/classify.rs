//! How long a decision takes: `cargo bench -p classifier`.

use classifier::{Model, corpus};
use std::{hint::black_box, time::Instant};

/// How often each text is read.
const TIMES: u32 = 20_000;

const STORY: &str = "The wifi in the library keeps dropping every few minutes and I cannot submit my assignment before the \
    deadline tonight. I have restarted my laptop twice and asked at the desk, but nobody could help me. Please fix it soon: \
    the whole second floor is affected, and the exams start on Monday morning for all of us here.";

fn main() {
    let model = Model::embedded();
    for (name, text) in [("a report of 17 characters", "elevator is stuck"), ("a report of 300 characters", STORY)] {
        println!(
            "{name} ({}): {:.1} µs",
            text.chars().count(),
            mean(
                || {
                    black_box(model.classify(black_box(text)));
                },
                TIMES
            )
        );
    }
    let reports = corpus::parse(corpus::HELD_OUT).unwrap_or_default();
    let all = mean(
        || {
            for report in &reports {
                black_box(model.classify(black_box(report.text)));
            }
        },
        50,
    );
    let letters: usize = reports.iter().map(|report| report.text.chars().count()).sum();
    let count = u32::try_from(reports.len().max(1)).unwrap_or(u32::MAX);
    println!(
        "the held-out reports, {} characters on average: {:.1} µs each",
        letters / reports.len().max(1),
        all / f64::from(count)
    );
}

/// Microseconds, on one thread, after a first tenth that is not counted.
fn mean(mut work: impl FnMut(), times: u32) -> f64 {
    (0..times / 10).for_each(|_| work());
    let began = Instant::now();
    (0..times).for_each(|_| work());
    began.elapsed().as_secs_f64() * 1e6 / f64::from(times)
}
