//! Text → CEL expression, with the place of every part.

use std::ops::Range;
use std::panic::resume_unwind;
use std::thread;

use cel::common::ast::{Expr, IdedExpr, SourceInfo};
use cel::parser::{ParseErrors, Parser};

use super::{CONDITION_SYNTAX, CONDITION_TOO_DEEP, CONDITION_TOO_LONG};
use crate::error::{BUG, Fault};

/// Longer conditions are refused before they are parsed.
const LONGEST_BYTES: usize = 4096;
/// Deeper ones too: the parser recurses, so its need of stack has to be bounded.
const DEEPEST: usize = 16;
/// Operators side by side nest in the parser just as brackets do.
const MOST_OPERATORS: usize = 128;
/// Several times what the parser needs within these bounds; only the pages that it touches are ever there.
const PARSER_STACK_BYTES: usize = 32 << 20;

/// A parsed condition.
pub(super) struct Syntax<'a> {
    /// The whole expression.
    pub root: IdedExpr,
    text: &'a str,
    places: SourceInfo,
}

/// Parses a condition.
pub(super) fn parse(text: &str) -> Result<Syntax<'_>, Vec<Fault>> {
    if text.len() > LONGEST_BYTES {
        let fault = Fault::new(&CONDITION_TOO_LONG, "").found(format_args!("{} bytes", text.len()));
        return Err(vec![fault.expected(format_args!("at most {LONGEST_BYTES} bytes"))]);
    }
    if let Some(fault) = too_deep(text) {
        return Err(vec![fault]);
    }
    match parse_on_own_stack(text)? {
        Ok((root, places)) => Ok(Syntax { root, text, places }),
        Err(errors) => Err(errors.errors.iter().map(|error| syntax_fault(text, error.pos, &error.msg)).collect()),
    }
}

/// Runs the parser on a stack that suffices: even within these bounds it needs more than a host's thread may have (Java
/// gives 1 MiB, the debug build takes 3), and no guard catches an overflow.
fn parse_on_own_stack(text: &str) -> Result<Result<(IdedExpr, SourceInfo), ParseErrors>, Vec<Fault>> {
    thread::scope(|scope| {
        let parser = thread::Builder::new().stack_size(PARSER_STACK_BYTES);
        let parsing = parser.spawn_scoped(scope, || Parser::new().parse_with_source_info(text));
        let parsing = parsing.map_err(|error| vec![Fault::new(&BUG, "").found(error).expected("a thread")])?;
        Ok(parsing.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

impl Syntax<'_> {
    /// Bytes of the token a node stands at: the operator, the name, the literal, or the bracket of a call.
    fn token(&self, id: u64) -> Option<Range<usize>> {
        let (start, stop) = self.places.offset_for(id)?;
        let start = usize::try_from(start).ok()?;
        let last = usize::try_from(stop).ok()?;
        let end = self.text.get(last..)?.chars().next().map_or(last, |letter| last + letter.len_utf8());
        Some(start..end)
    }

    /// The source of a literal, without its sign.
    pub fn literal(&self, node: &IdedExpr) -> &str {
        self.token(node.id).and_then(|token| self.text.get(token)).unwrap_or_default()
    }

    /// The function a call node names.
    pub fn function_span(&self, node: &IdedExpr) -> (usize, usize) {
        self.characters(self.token(node.id).map_or(0..0, |bracket| self.name_before(bracket)))
    }

    /// The source text of a span in characters.
    pub fn source(&self, (first, end): (usize, usize)) -> String {
        self.text.chars().skip(first).take(end.saturating_sub(first)).collect()
    }

    /// Everything a node spans, in characters of the text: first, and one past the last.
    pub fn span(&self, node: &IdedExpr) -> (usize, usize) {
        self.characters(self.bytes(node))
    }

    fn bytes(&self, node: &IdedExpr) -> Range<usize> {
        let own = self.token(node.id).unwrap_or(0..0);
        let (own, children): (_, Vec<&IdedExpr>) = match &node.expr {
            Expr::Call(call) if is_operator(&call.func_name) => (own, call.args.iter().collect()),
            Expr::Call(call) => (self.call(own, call.args.last()), call.target.iter().map(Box::as_ref).collect()),
            Expr::Comprehension(comprehension) => (self.name_before(own), vec![&comprehension.iter_range]),
            Expr::Select(select) if select.test => (self.name_before(own), vec![]),
            Expr::Select(select) => (own.start..self.word_after(own.end), vec![&select.operand]),
            Expr::List(list) => (self.closing(own, list.elements.last(), ']'), vec![]),
            Expr::Literal(_) => (self.signed(own), vec![]),
            _ => (own, vec![]),
        };
        children
            .into_iter()
            .map(|child| self.bytes(child))
            .fold(own, |all, part| all.start.min(part.start)..all.end.max(part.end))
    }

    /// A call from its name to its closing bracket.
    fn call(&self, bracket: Range<usize>, last: Option<&IdedExpr>) -> Range<usize> {
        let end = self.closing(bracket.clone(), last, ')').end;
        self.name_before(bracket).start..end
    }

    /// The word that ends where a bracket begins.
    fn name_before(&self, bracket: Range<usize>) -> Range<usize> {
        let before = self.text.get(..bracket.start).unwrap_or_default().trim_end();
        let word = before.rsplit(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next();
        before.len() - word.map_or(0, str::len)..before.len()
    }

    /// Where the word that follows `from` ends.
    fn word_after(&self, from: usize) -> usize {
        let after = self.text.get(from..).unwrap_or_default();
        let word = after.trim_start();
        let length = word.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(word.len());
        from + (after.len() - word.len()) + length
    }

    /// From an opening bracket to the closing one behind its last part.
    fn closing(&self, open: Range<usize>, last: Option<&IdedExpr>, bracket: char) -> Range<usize> {
        let inner = last.map_or(open.end, |last| self.bytes(last).end);
        let after = self.text.get(inner..).and_then(|rest| rest.find(bracket)).map_or(inner, |at| inner + at + 1);
        open.start..after
    }

    /// A literal with the sign before it, which its token leaves out.
    fn signed(&self, literal: Range<usize>) -> Range<usize> {
        let is_number =
            self.text.get(literal.clone()).is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()));
        let before = self.text.get(..literal.start).unwrap_or_default().trim_end();
        let sign = is_number.then(|| before.strip_suffix('-')).flatten();
        // A minus behind an operand subtracts.
        let subtracts =
            |rest: &str| rest.trim_end().ends_with(|c: char| c.is_ascii_alphanumeric() || ")]_\"'.".contains(c));
        match sign {
            Some(rest) if !subtracts(rest) => rest.len()..literal.end,
            _ => literal,
        }
    }

    fn characters(&self, bytes: Range<usize>) -> (usize, usize) {
        let count = |end: usize| self.text.get(..end).map_or(0, |before| before.chars().count());
        (count(bytes.start), count(bytes.end))
    }
}

/// CEL's operators are calls of functions such as `_&&_`, `!_` and `@in`.
fn is_operator(name: &str) -> bool {
    name.starts_with(['_', '!', '@', '-'])
}

/// What would make the parser recurse deeply: brackets in brackets, or many operators side by side. What stands in quotes
/// does not count.
fn too_deep(text: &str) -> Option<Fault> {
    let (mut depth, mut operators, mut quote, mut escaped) = (0_usize, 0_usize, None, false);
    for (index, letter) in text.chars().enumerate() {
        match (quote, letter) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, '!' | '-' | '+' | '*' | '/' | '%' | '?' | '<' | '>' | '=' | '.') => operators += 1,
            (None, _) => {}
        }
        if depth > DEEPEST {
            return Some(depth_fault(
                index,
                format!("{depth} levels of brackets"),
                format!("at most {DEEPEST} levels"),
            ));
        }
        if operators > MOST_OPERATORS {
            let found = format!("more than {MOST_OPERATORS} signs of operators");
            return Some(depth_fault(index, found, format!("at most {MOST_OPERATORS}")));
        }
    }
    None
}

fn depth_fault(at: usize, found: String, expected: String) -> Fault {
    let mut fault = Fault::new(&CONDITION_TOO_DEEP, "").found(found).expected(expected);
    fault.span = Some((at, at + 1));
    fault
}

/// The parser counts lines from 1 and characters in a line from 1.
fn syntax_fault(text: &str, (line, column): (isize, isize), message: &str) -> Fault {
    let lines_before = usize::try_from(line - 1).unwrap_or(0);
    let before: usize = text.split_inclusive('\n').take(lines_before).map(|line| line.chars().count()).sum();
    let first = (before + usize::try_from(column - 1).unwrap_or(0)).min(text.chars().count());
    let message = message.strip_prefix("Syntax error: ").unwrap_or(message);
    let mut fault = Fault::new(&CONDITION_SYNTAX, "").found(message).expected("a CEL expression");
    fault.span = Some((first, first + 1));
    fault
}
