//! Why there is no answer, as it crosses to JavaScript.

use lifestage_core::catalogue::Language;
use lifestage_core::catalogue::Words;
use lifestage_core::document::WRONG_TYPE;
use lifestage_core::error::{Error, Fault, INVALID_UTF8};
use napi_derive::napi;

/// Why there is no answer.
#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct Failure {
    /// For programs: `{"kind": …, "faults": […]}`.
    pub json: String,
    /// For people, in English: one line a fault.
    pub english: String,
    /// For people, in Chinese: one line a fault.
    pub chinese: String,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { json: error.to_json(), english: error.text(Language::En), chinese: error.text(Language::Zh) }
    }
}

/// A value that cannot stand in a request.
#[napi]
pub fn wrong_type(path: String, found: String, expected: String) -> Failure {
    let fault = Fault::new(&WRONG_TYPE, path).found(found).expected(expected);
    Error::request(vec![fault]).into()
}

/// A text with half a character: no UTF-8 says it.
#[napi]
pub fn ill_formed_text(path: String) -> Failure {
    let fault = Fault::new(&INVALID_UTF8, path)
        .finding(Words::new("a lone surrogate", "孤立的代理码元"))
        .expecting(Words::new("well-formed text", "合法的文本"));
    Error::request(vec![fault]).into()
}
