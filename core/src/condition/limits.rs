//! How long and how deep a condition may be, seen before it is parsed.

use std::ops::Range;

use super::syntax::characters;
use super::{CONDITION_TOO_DEEP, CONDITION_TOO_LONG};
use crate::catalogue::{Code, Words};
use crate::error::Fault;

/// Longer conditions are refused.
pub(super) const LONGEST_BYTES: usize = 4096;
/// Levels of brackets, and signs in a row.
pub(super) const DEEPEST: usize = 16;
/// Operators between one `&&`, `||` or comma and the next, those in brackets included: each takes the one before it as its
/// operand, so the parser nests them. `&&` and `||` themselves become balanced trees and need no limit.
pub(super) const MOST_OPERATORS: usize = 64;

/// Refuses a text that is too long, at the first character too many.
pub(super) fn length(text: &str) -> Result<(), Fault> {
    if text.len() <= LONGEST_BYTES {
        return Ok(());
    }
    let within = text.char_indices().take_while(|(at, letter)| at + letter.len_utf8() <= LONGEST_BYTES).count();
    let mut fault = Fault::new(&CONDITION_TOO_LONG, "").finding(bytes(text.len()));
    fault.span = Some((within, within + 1));
    Err(fault.expecting(Words::new(format!("at most {LONGEST_BYTES} bytes"), format!("最多 {LONGEST_BYTES} 字节"))))
}

fn bytes(count: usize) -> Words {
    Words::new(format!("{count} bytes"), format!("{count} 字节"))
}

/// Operators at one level of brackets.
#[derive(Default)]
struct Level {
    /// Since the last joint.
    chain: usize,
    /// In the longest chain before it.
    longest: usize,
}

impl Level {
    fn joint(&mut self) {
        self.longest = self.longest.max(self.chain);
        self.chain = 0;
    }
}

/// Refuses what would nest deeply, at the first token too many.
pub(super) fn nesting(text: &str, tokens: &[Range<usize>]) -> Result<(), Fault> {
    let (mut levels, mut level, mut signs) = (Vec::new(), Level::default(), 0);
    for token in tokens {
        let found = text.get(token.clone()).unwrap_or_default();
        signs = if matches!(found, "!" | "-") { signs + 1 } else { 0 };
        match found {
            "(" | "[" | "{" => levels.push(std::mem::take(&mut level)),
            ")" | "]" | "}" => {
                level.joint();
                let inner = level.longest;
                level = levels.pop().unwrap_or_default();
                level.chain += inner;
            }
            "&&" | "||" | "," => level.joint(),
            _ if is_operator(found) => level.chain += 1,
            _ => {}
        }
        if levels.len() > DEEPEST || signs > DEEPEST {
            let expected = Words::new(format!("at most {DEEPEST} levels"), format!("最多 {DEEPEST} 层"));
            return Err(fault(&CONDITION_TOO_DEEP, text, token, expected));
        }
        if level.chain > MOST_OPERATORS {
            let expected = Words::new(
                format!("at most {MOST_OPERATORS} operators between && and ||"),
                format!("&& 与 || 之间最多 {MOST_OPERATORS} 个运算符"),
            );
            return Err(fault(&CONDITION_TOO_LONG, text, token, expected));
        }
    }
    Ok(())
}

fn is_operator(token: &str) -> bool {
    matches!(token, "!" | "-" | "+" | "*" | "/" | "%" | "<" | "<=" | ">" | ">=" | "==" | "!=" | "in" | "." | "?" | ":")
}

fn fault(code: &'static Code, text: &str, token: &Range<usize>, expected: Words) -> Fault {
    let mut fault = Fault::new(code, "").found(text.get(token.clone()).unwrap_or_default()).expecting(expected);
    fault.span = Some(characters(text, token));
    fault
}
