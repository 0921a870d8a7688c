//! Simulated worlds from seeds: every run ends, what is not ours stays, no secret leaves, and once faults stop the
//! providers hold what a far simpler model says. `SEEDS=n` plays so many, `SEED=n` one (`VERBOSE=1` tells it),
//! `FROM=n` begins there, `JOBS=n` at once. `PLANT=n` plants a bug of `plants.rs`, `PLANT=all` each in turn: it must be
//! found; with `SEEDS`, after those. Without any of them a few, as a smoke test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    missing_docs,
    reason = "a test may panic, and documents itself"
)]

mod administrator;
mod checks;
mod coverage;
mod faults;
mod model;
mod people;
#[cfg(feature = "planted")]
mod plants;
mod rng;
mod settings;
mod setup;
mod story;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use coverage::Coverage;
use faults::RESTART;
use story::Story;

/// Failing seeds that are told.
const TOLD: usize = 20;

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

/// One seed: what is wrong with it, and what it reached.
fn play(seed: u64) -> (Vec<String>, Coverage) {
    let played = catch_unwind(AssertUnwindSafe(|| {
        let mut story = Story::new(seed);
        let ended = catch_unwind(AssertUnwindSafe(|| story.play()));
        if let Err(panic) = ended {
            story.finding(format!("panicked: {}", text_of(panic.as_ref())));
        }
        let mut coverage = std::mem::take(&mut story.coverage);
        coverage.faults = std::mem::take(&mut story.world.faults.counts);
        (std::mem::take(&mut story.findings), coverage)
    }));
    played
        .unwrap_or_else(|panic| (vec![format!("panicked: {}", text_of(panic.as_ref()))], Coverage::default()))
}

fn text_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

/// Plays seeds from one on, side by side; ends at so many failures.
fn play_all(from: u64, seeds: u64, failures: usize) -> (Vec<(u64, String)>, Coverage) {
    let (next, all) = (AtomicU64::new(from), Mutex::new((Vec::new(), Coverage::default())));
    std::thread::scope(|scope| {
        for _ in 0..number("JOBS").unwrap_or(2) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + seeds || all.lock().unwrap().0.len() >= failures {
                        return;
                    }
                    let (findings, coverage) = play(seed);
                    let mut all = all.lock().unwrap();
                    all.1.add(coverage);
                    all.0.extend(findings.into_iter().next().map(|finding| (seed, finding)));
                }
            });
        }
    });
    all.into_inner().unwrap()
}

/// Whether each planted bug is found.
#[cfg(feature = "planted")]
fn all_found(chosen: &str) -> bool {
    let mut all = true;
    for (number, what) in
        plants::PLANTS.iter().filter(|(number, _)| chosen == "all" || chosen == number.to_string())
    {
        scimhook::planted::plant(*number);
        let (mut failed, _) = play_all(1, plants::WITHIN, 1);
        failed.sort();
        match failed.first() {
            Some((seed, finding)) => println!("planted {number}, {what}:\n  found by seed {seed}: {finding}"),
            None => println!("planted {number}, {what}:\n  NOT FOUND within {} seeds", plants::WITHIN),
        }
        all &= !failed.is_empty();
    }
    scimhook::planted::plant(0);
    all
}

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        if std::env::var_os("VERBOSE").is_some() {
            eprintln!("{panic}");
        }
    }));
    if let Some(seed) = number("SEED") {
        let (findings, coverage) = play(seed);
        println!("seed {seed}: {} runs", coverage.runs);
        for finding in &findings {
            println!("  {finding}");
        }
        std::process::exit(i32::from(!findings.is_empty()));
    }
    let asked = number("SEEDS");
    let mut good = true;
    #[cfg(feature = "planted")]
    let planted = std::env::var("PLANT").ok();
    #[cfg(feature = "planted")]
    if let (None, Some(chosen)) = (asked, &planted) {
        std::process::exit(i32::from(!all_found(chosen)));
    }
    let (seeds, from) = (asked.unwrap_or(100), number("FROM").unwrap_or(1));
    let began = Instant::now();
    let (mut failed, coverage) = play_all(from, seeds, number("TOLD").map_or(TOLD, |told| told as usize));
    let took = began.elapsed().as_secs_f64();
    failed.sort();
    coverage.print();
    println!(
        "{} seeds, {} runs, {} faults injected, {} process restarts, {:.1} s: {:.0} seeds a second",
        coverage.seeds,
        coverage.runs,
        coverage.faults.iter().filter(|(what, _)| *what != RESTART).map(|(_, count)| count).sum::<u64>(),
        coverage.faults.get(RESTART).copied().unwrap_or_default(),
        took,
        coverage.seeds as f64 / took
    );
    for (seed, finding) in &failed {
        println!("seed {seed}: {finding}\n  make simulate SEED={seed}");
    }
    let missing = if asked.is_some_and(|seeds| seeds >= 5_000) { coverage.missing() } else { Vec::new() };
    for what in &missing {
        println!("never reached: {what}");
    }
    good &= failed.is_empty() && missing.is_empty();
    #[cfg(feature = "planted")]
    if let Some(chosen) = planted {
        good &= all_found(&chosen);
    }
    std::process::exit(i32::from(!good));
}
