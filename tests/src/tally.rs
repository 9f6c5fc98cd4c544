//! The sum of every language's tests: one line at the end, and nothing that did not run passes.
//!
//! Each step of `make test` leaves its output in `target/test/<runner>.log`, closed by a line `exit status <n>`. A skipped
//! test, a log without a result, a step that failed without a failing test and a vector that a language did not run
//! are failures.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The languages that replay the vectors.
pub const LANGUAGES: [&str; 5] = ["rust", "c", "python", "node", "java"];

/// How the results stand in a runner's log.
type Form = fn(&str) -> Option<Count>;

/// The steps of `make test`, each with the form of its results.
const RUNNERS: [(&str, Form); 6] = [
    ("vectors", plain),
    ("rust", cargo_test),
    ("c", plain),
    ("python", pytest),
    ("node", node_test),
    ("java", surefire),
];

/// How many tests ran, and how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Tests that passed.
    pub passed: usize,
    /// Tests that failed.
    pub failed: usize,
    /// Tests that did not run.
    pub skipped: usize,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// What all runners found together.
#[derive(Debug, Default)]
pub struct Tally {
    /// Each runner's count.
    pub runners: Vec<(&'static str, Count)>,
    /// What failed beside single tests, in words.
    pub complaints: Vec<String>,
}

impl Tally {
    /// Reads the logs and the vectors that ran below `target`.
    pub fn of(target: &Path) -> Self {
        let mut tally = Self::default();
        for (runner, read) in RUNNERS {
            let log = fs::read_to_string(target.join("test").join(format!("{runner}.log")));
            match log.map_err(|error| error.to_string()).and_then(|log| result(&log, read)) {
                Ok(count) => tally.runners.push((runner, count)),
                Err(complaint) => tally.complaints.push(format!("{runner}: {complaint}")),
            }
        }
        let vectors = target.join("vectors");
        let ran = |language: &str| fs::read_to_string(vectors.join(format!("ran-{language}.txt"))).unwrap_or_default();
        match fs::read_to_string(vectors.join("cases.tsv")) {
            Ok(cases) => tally.complaints.extend(coverage(&cases, ran)),
            Err(error) => tally.complaints.push(format!("vectors: cases.tsv: {error}")),
        }
        tally
    }

    /// How many tests passed, and how many failed: a skipped test and a complaint count as one each.
    pub fn sum(&self) -> (usize, usize) {
        let mut sum = Count::default();
        self.runners.iter().for_each(|(_, count)| sum.add(*count));
        (sum.passed, sum.failed + sum.skipped + self.complaints.len())
    }
}

/// The count of one runner's log, or why there is none.
fn result(log: &str, read: Form) -> Result<Count, String> {
    let count = read(log).filter(|count| *count != Count::default()).ok_or("no test ran")?;
    let status = log.lines().next_back().and_then(|line| line.strip_prefix("exit status "));
    match status {
        Some("0") => Ok(count),
        Some(_) if count.failed > 0 => Ok(count),
        Some(status) => Err(format!("the step ended with exit status {status}, {} tests passed", count.passed)),
        None => Err("the step did not end".into()),
    }
}

/// Each vector of `cases.tsv` that some language did not run, and each that it ran without being asked.
fn coverage(cases: &str, ran: impl Fn(&str) -> String) -> Vec<String> {
    let (first, lines) = cases.split_once('\n').unwrap_or_default();
    let ids: BTreeSet<_> = lines.lines().filter_map(|line| line.split('\t').next()).collect();
    let mut complaints = Vec::new();
    if first != format!("cases\t{}", ids.len()) || ids.is_empty() {
        complaints.push(format!("vectors: cases.tsv says `{first}` and lists {} cases", ids.len()));
    }
    for language in LANGUAGES {
        let ran = ran(language);
        let ran: BTreeSet<_> = ran.lines().collect();
        if ran.is_empty() && !ids.is_empty() {
            complaints.push(format!("{language}: ran none of the {} vectors", ids.len()));
            continue;
        }
        let missing = ids.difference(&ran).map(|id| format!("{language}: did not run the vector {id}"));
        let unknown = ran.difference(&ids).map(|id| format!("{language}: ran {id}, which is not a vector"));
        complaints.extend(missing.chain(unknown));
    }
    complaints
}

/// `N passed, M failed`, as our own programs end.
fn plain(log: &str) -> Option<Count> {
    sum(log.lines().map(|line| {
        let (passed, failed) = line.strip_suffix(" failed")?.split_once(" passed, ")?;
        Some(Count { passed: passed.parse().ok()?, failed: failed.parse().ok()?, skipped: 0 })
    }))
}

/// `test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s`.
fn cargo_test(log: &str) -> Option<Count> {
    sum(log.lines().map(|line| {
        let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let of = |word| labelled(counts, "; ", word);
        Some(Count { passed: of("passed")?, failed: of("failed")?, skipped: of("ignored")? + of("filtered out")? })
    }))
}

/// `2 failed, 14 passed, 1 skipped in 0.52s`, with or without a frame of `=`.
fn pytest(log: &str) -> Option<Count> {
    sum(log.lines().map(|line| {
        let (counts, _) = line.trim_matches(['=', ' ']).split_once(" in ")?;
        let of = |word| labelled(counts, ", ", word);
        let failed = [of("failed"), of("error"), of("errors")];
        let skipped = [of("skipped"), of("deselected"), of("xfailed"), of("xpassed")];
        if failed.iter().chain(&skipped).chain(&[of("passed")]).all(Option::is_none) {
            return None;
        }
        Some(Count {
            passed: of("passed").unwrap_or(0),
            failed: failed.iter().flatten().sum(),
            skipped: skipped.iter().flatten().sum(),
        })
    }))
}

/// The number before `word` in a list such as `3 passed; 0 failed`.
fn labelled(counts: &str, separator: &str, word: &str) -> Option<usize> {
    counts.split(separator).find_map(|count| count.strip_suffix(word)?.trim_end().parse().ok())
}

/// The closing lines of node:test: `# pass 3`, `# fail 0`, `# cancelled 0`, `# skipped 0`, `# todo 0`.
fn node_test(log: &str) -> Option<Count> {
    sum(log.lines().map(|line| {
        let (label, number) = line.strip_prefix("# ")?.split_once(' ')?;
        let number = number.parse().ok()?;
        match label {
            "pass" => Some(Count { passed: number, ..Count::default() }),
            "fail" | "cancelled" => Some(Count { failed: number, ..Count::default() }),
            "skipped" | "todo" => Some(Count { skipped: number, ..Count::default() }),
            _ => None,
        }
    }))
}

/// `Tests run: 3, Failures: 0, Errors: 0, Skipped: 0`, the line that sums all classes.
fn surefire(log: &str) -> Option<Count> {
    sum(log.lines().map(|line| {
        let (_, counts) = line.split_once("Tests run: ")?;
        let counts: Vec<_> = counts.split(", ").collect();
        let [run, failures, errors, skipped] = counts[..] else { return None };
        let number = |count: &str, label| count.strip_prefix(label)?.parse::<usize>().ok();
        let run = number(run, "")?;
        let (failures, errors) = (number(failures, "Failures: ")?, number(errors, "Errors: ")?);
        let skipped = number(skipped, "Skipped: ")?;
        let failed = failures + errors;
        Some(Count { passed: run - failed - skipped, failed, skipped })
    }))
}

/// The sum of a log's results; nothing where there is none.
fn sum(results: impl Iterator<Item = Option<Count>>) -> Option<Count> {
    results.flatten().fold(None, |sum, count| {
        let mut sum = sum.unwrap_or_default();
        sum.add(count);
        Some(sum)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &str = "cases\t2\na/one\tp\nb/two\tp\n";

    fn count(passed: usize, failed: usize, skipped: usize) -> Option<Count> {
        Some(Count { passed, failed, skipped })
    }

    #[test]
    fn lines_of_our_own_programs_are_summed() {
        assert_eq!(plain("one\n3 passed, 1 failed\nnot 4 passed, 2 failed\n4 passed, 0 failed\n"), count(7, 1, 0));
    }

    #[test]
    fn cargo_test_counts_what_is_ignored_or_filtered_out_as_skipped() {
        let log = "running 4 tests\n\
                   test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
                   test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 5 filtered out; finished in 1.20s\n";
        assert_eq!(cargo_test(log), count(4, 2, 6));
    }

    #[test]
    fn pytest_counts_errors_as_failed_and_expected_failures_as_skipped() {
        assert_eq!(pytest("14 passed in 0.52s\n"), count(14, 0, 0));
        assert_eq!(pytest("=== 2 failed, 14 passed, 1 error in 61.20s (0:01:01) ===\n"), count(14, 3, 0));
        assert_eq!(pytest("1 passed, 1 skipped, 2 xfailed, 1 deselected, 3 warnings in 0.1s"), count(1, 0, 4));
        assert_eq!(pytest("no tests ran in 0.01s\n"), None);
    }

    #[test]
    fn node_test_counts_cancelled_as_failed_and_todo_as_skipped() {
        let log = "ok 1 - works\n# tests 6\n# suites 1\n# pass 2\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 1\n# duration_ms 12.5\n";
        assert_eq!(node_test(log), count(2, 2, 2));
    }

    #[test]
    fn surefire_counts_the_closing_line_once() {
        let log = "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in EngineTest\n\
                   [INFO] Results:\n\
                   [WARNING] Tests run: 7, Failures: 1, Errors: 1, Skipped: 2\n";
        assert_eq!(surefire(log), count(3, 2, 2));
    }

    #[test]
    fn a_log_without_a_result_or_without_tests_is_a_complaint() {
        assert_eq!(result("error: could not compile\nexit status 101\n", cargo_test), Err("no test ran".into()));
        assert_eq!(result("0 passed, 0 failed\nexit status 0\n", plain), Err("no test ran".into()));
    }

    #[test]
    fn a_step_that_failed_without_a_failing_test_is_a_complaint() {
        assert!(result("3 passed, 0 failed\nexit status 1\n", plain).unwrap_err().contains("exit status 1"));
        assert_eq!(result("3 passed, 0 failed\n", plain), Err("the step did not end".into()));
        assert_eq!(result("3 passed, 1 failed\nexit status 1\n", plain).ok(), count(3, 1, 0));
    }

    #[test]
    fn vectors_that_a_language_did_not_run_are_complaints() {
        let ran = |language: &str| if language == "java" { "b/two\nc/three\n" } else { "a/one\nb/two\n" }.to_owned();
        let complaints = ["java: did not run the vector a/one", "java: ran c/three, which is not a vector"];
        assert_eq!(coverage(CASES, ran), complaints);
    }

    #[test]
    fn a_language_that_ran_no_vector_is_one_complaint() {
        let ran = |language: &str| if language == "java" { "" } else { "a/one\nb/two\n" }.to_owned();
        assert_eq!(coverage(CASES, ran), ["java: ran none of the 2 vectors"]);
    }

    #[test]
    fn a_list_of_cases_that_is_cut_or_empty_is_a_complaint() {
        let complaints = coverage("cases\t3\na/one\tp\n", |_| "a/one\n".into());
        assert_eq!(complaints, ["vectors: cases.tsv says `cases\t3` and lists 1 cases"]);
        assert_eq!(coverage("", |_| String::new()).len(), 1);
    }

    #[test]
    fn skipped_tests_and_complaints_count_as_failed() {
        let runners = vec![("rust", count(5, 1, 2).unwrap()), ("c", count(4, 0, 0).unwrap())];
        let tally = Tally { runners, complaints: vec!["java: no test ran".into()] };
        assert_eq!(tally.sum(), (9, 4));
    }
}
