//! How much memory this process took at most, as Linux counts it.

use crate::Outcome;

/// Forgets the peak so far; what is taken now, in megabytes.
pub fn forget_the_peak() -> Outcome<f64> {
    std::fs::write("/proc/self/clear_refs", "5")?;
    megabytes("VmRSS:")
}

/// The peak since it was forgotten, in megabytes.
pub fn peak_mb() -> Outcome<f64> {
    megabytes("VmHWM:")
}

fn megabytes(name: &str) -> Outcome<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line in /proc/self/status")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes / 1024.0)
}
