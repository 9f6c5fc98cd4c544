//! Work shared between threads, whose results do not depend on how many there are.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::Error;

/// Runs tasks on so many threads, the calling one included; the results stand in the order of the tasks. A panic of a thread
/// goes on in the calling one.
pub(crate) fn shared_out<R: Send>(threads: NonZeroUsize, tasks: usize, run: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let task = next.fetch_add(1, Ordering::Relaxed);
            if task >= tasks {
                return done;
            }
            done.push((task, run(task)));
        }
    };
    let others = threads.get().min(tasks).saturating_sub(1);
    let mut done = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..others).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for handle in handles {
            done.extend(handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(task, _)| *task);
    done.into_iter().map(|(_, result)| result).collect()
}

/// The same of tasks each of which takes an item of its own, the first task the first.
pub(crate) fn handed_out<I: Send, R: Send>(
    threads: NonZeroUsize,
    items: Vec<I>,
    run: impl Fn(usize, I) -> R + Sync,
) -> Vec<R> {
    let items: Vec<_> = items.into_iter().map(|item| Mutex::new(Some(item))).collect();
    let taken = |task: usize| items.get(task)?.lock().ok()?.take();
    let results = shared_out(threads, items.len(), |task| taken(task).map(|item| run(task, item)));
    // Each item is there to be taken: nobody else asks for it.
    results.into_iter().flatten().collect()
}

/// The same as [`shared_out`], of tasks that may fail.
///
/// # Errors
/// The error of the first task, in their order, that has one.
pub(crate) fn in_parallel<R: Send>(
    threads: NonZeroUsize,
    tasks: usize,
    run: impl Fn(usize) -> Result<R, Error> + Sync,
) -> Result<Vec<R>, Error> {
    shared_out(threads, tasks, run).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threads(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).unwrap()
    }

    #[test]
    fn results_stand_in_the_order_of_the_tasks_on_any_number_of_threads() {
        for count in [1, 2, 7] {
            let squares = in_parallel(threads(count), 100, |task| Ok(task * task)).unwrap();
            assert!(squares.iter().enumerate().all(|(task, square)| *square == task * task));
            assert_eq!(squares.len(), 100);
        }
        assert!(in_parallel(threads(2), 0, Ok).unwrap().is_empty());
    }

    #[test]
    fn every_item_is_handed_to_the_task_of_its_place() {
        for count in [1, 3] {
            let items: Vec<_> = (0..50).map(|item| format!("{item}")).collect();
            let handed = handed_out(threads(count), items.clone(), |task, item| (task, item));
            assert_eq!(handed, items.into_iter().enumerate().collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_first_error_in_the_order_of_the_tasks_is_returned() {
        let fail = |task: usize| if task % 3 == 2 { Err(Error::internal(task.to_string())) } else { Ok(task) };
        let error = in_parallel(threads(2), 9, fail).unwrap_err();
        assert!(error.to_json().contains('2'), "{}", error.to_json());
    }
}
