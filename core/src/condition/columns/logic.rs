//! Three-valued logic over the bits of a block.

use super::super::plan::{Node, Step};
use super::super::test::Outcome;
use super::WORDS;

/// Bits of a block.
pub(super) type Words = [u64; WORDS];

/// The outcomes of one step over a block.
#[derive(Debug, Clone)]
pub(super) struct Bits {
    pub yes: Words,
    pub maybe: Words,
    pub is_exact: bool,
}

impl Bits {
    #[inline(always)]
    pub fn maybe(&self) -> &Words {
        if self.is_exact { &self.yes } else { &self.maybe }
    }
}

impl Step {
    /// Whole blocks whatever the number of rows: loops of a fixed length need no tail.
    #[inline(always)]
    pub(super) fn combine(&self, before: &[Bits], own: &mut Bits) {
        match self {
            Self::Leaf(_) => {}
            Self::Constant(outcome) => {
                own.yes = [if *outcome == Outcome::True { u64::MAX } else { 0 }; WORDS];
                own.maybe = [if *outcome == Outcome::False { 0 } else { u64::MAX }; WORDS];
            }
            Self::All(nodes) => {
                own.yes = [u64::MAX; WORDS];
                for node in nodes {
                    each(&mut own.yes, &of(before, *node).yes, |all, word| all & word);
                }
                if !own.is_exact {
                    own.maybe = [u64::MAX; WORDS];
                    for node in nodes {
                        each(&mut own.maybe, of(before, *node).maybe(), |all, word| all & word);
                    }
                }
            }
            Self::Any(nodes) => {
                own.yes = [0; WORDS];
                for node in nodes {
                    each(&mut own.yes, &of(before, *node).yes, |any, word| any | word);
                }
                if !own.is_exact {
                    own.maybe = [0; WORDS];
                    for node in nodes {
                        each(&mut own.maybe, of(before, *node).maybe(), |any, word| any | word);
                    }
                }
            }
            Self::Not(node) => {
                each(&mut own.yes, of(before, *node).maybe(), |_, word| !word);
                if !own.is_exact {
                    each(&mut own.maybe, &of(before, *node).yes, |_, word| !word);
                }
            }
            Self::Is(node, Outcome::True) => own.yes = of(before, *node).yes,
            Self::Is(node, Outcome::False) => each(&mut own.yes, of(before, *node).maybe(), |_, word| !word),
            Self::Is(node, Outcome::Unknown) => {
                own.yes = *of(before, *node).maybe();
                each(&mut own.yes, &of(before, *node).yes, |maybe, yes| maybe & !yes);
            }
            Self::Where(given, value) => {
                own.yes = of(before, *given).yes;
                each(&mut own.yes, &of(before, *value).yes, |given, yes| given & yes);
                if !own.is_exact {
                    each(&mut own.maybe, &of(before, *given).yes, |_, given| !given);
                    each(&mut own.maybe, of(before, *value).maybe(), |not_given, maybe| not_given | maybe);
                }
            }
        }
    }
}

/// The outcomes of an earlier step.
#[inline(always)]
fn of(before: &[Bits], node: Node) -> &Bits {
    &before[node.index() % before.len().max(1)]
}

#[inline(always)]
pub(super) fn each(own: &mut Words, other: &Words, join: impl Fn(u64, u64) -> u64) {
    for word in 0..WORDS {
        own[word] = join(own[word], other[word]);
    }
}
