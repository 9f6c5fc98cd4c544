//! The guard round every call: no panic crosses the border, and what it said is kept.

use lifestage_core::Error;
use napi::Either;

use crate::failure::Failure;

/// What a call gives, for JavaScript.
pub(crate) fn outcome<T>(body: impl FnOnce() -> Result<T, Error>) -> Either<T, Failure> {
    crossing(caught(body))
}

/// The result of a call, as it crosses.
pub(crate) fn crossing<T>(result: Result<T, Error>) -> Either<T, Failure> {
    match result {
        Ok(answer) => Either::A(answer),
        Err(error) => Either::B(error.into()),
    }
}

/// What `body` gives; a panic is an error of ours.
pub(crate) fn caught<T>(body: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    lifestage_border::guard::caught(body).unwrap_or_else(|said| Err(Error::internal(said)))
}

#[cfg(test)]
mod tests {
    use std::panic::resume_unwind;

    use super::*;

    fn json_after(body: impl FnOnce() -> Result<(), Error>) -> String {
        match outcome(body) {
            Either::A(()) => panic!("no failure"),
            Either::B(failure) => failure.json,
        }
    }

    #[test]
    fn a_panic_becomes_an_internal_error_and_keeps_what_it_said() {
        let json = json_after(|| resume_unwind(Box::new("a fixed text")));
        assert!(json.contains(r#""kind":"INTERNAL""#) && json.contains(r#""found":"a fixed text""#), "{json}");
        let json = json_after(|| resume_unwind(Box::new(format!("row {}", 7))));
        assert!(json.contains(r#""found":"row 7""#), "{json}");
    }

    #[test]
    fn an_answer_passes_through() {
        assert!(matches!(outcome(|| Ok(7)), Either::A(7)));
    }
}
