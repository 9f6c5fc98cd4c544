//! Work off the event loop: on a thread of libuv's pool, its outcome a promise's.

use std::fmt;

use lifestage_core::Error;
use napi::bindgen_prelude::{ToNapiValue, TypeName};
use napi::{Either, Env, Task};

use crate::failure::Failure;
use crate::guard;

type Work<T> = Box<dyn FnOnce() -> Result<T, Error> + Send>;

/// Work for another thread, until it is begun.
pub struct OffLoop<T>(Option<Work<T>>);

impl<T> OffLoop<T> {
    pub(crate) fn new(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Self {
        Self(Some(Box::new(work)))
    }
}

impl<T> fmt::Debug for OffLoop<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OffLoop").field("is_begun", &self.0.is_none()).finish()
    }
}

impl<T: ToNapiValue + TypeName + Send + 'static> Task for OffLoop<T> {
    type Output = Result<T, Error>;
    type JsValue = Either<T, Failure>;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        let begun_twice = || Err(Error::internal("the work was begun twice"));
        Ok(self.0.take().map_or_else(begun_twice, guard::caught))
    }

    fn resolve(&mut self, _: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        Ok(guard::crossing(output))
    }
}
