//! Text → CEL expression and its tokens, so that every part has a place.

use std::ops::Range;

use cel::common::ast::{Expr, IdedExpr, SourceInfo};
use cel::parser::{ParseError, Parser};

use super::limits;
use super::token::tokens;
use super::{CONDITION_SYNTAX, CONDITION_TYPE};
use crate::catalogue::Words;
use crate::error::Fault;

/// What the parser says of a text that does not follow the grammar; the rest of its complaints follow from one of these.
const OFF_GRAMMAR: &str = "Syntax error: ";

/// A parsed condition.
pub(super) struct Syntax<'a> {
    /// The whole expression.
    pub root: IdedExpr,
    text: &'a str,
    /// In bytes.
    tokens: Vec<Range<usize>>,
    places: SourceInfo,
}

/// Parses a condition.
///
/// # Errors
/// The first fault: what follows it would be guesswork.
pub(super) fn parse(text: &str) -> Result<Syntax<'_>, Fault> {
    limits::length(text)?;
    let tokens = tokens(text);
    limits::nesting(text, &tokens)?;
    match Parser::new().parse_with_source_info(text) {
        Ok((root, places)) => Ok(Syntax { root, text, tokens, places }),
        Err(errors) => Err(syntax_fault(text, &tokens, &errors.errors)),
    }
}

impl Syntax<'_> {
    /// The source of a literal, without its sign.
    pub fn literal(&self, node: &IdedExpr) -> &str {
        self.text.get(self.own(node)).unwrap_or_default()
    }

    /// The source of a span in characters.
    pub fn source(&self, (first, end): (usize, usize)) -> String {
        self.text.chars().skip(first).take(end.saturating_sub(first)).collect()
    }

    /// Everything a node spans, in characters: its first, and one past its last.
    pub fn span(&self, node: &IdedExpr) -> (usize, usize) {
        characters(self.text, &self.bytes(node))
    }

    /// The one token that says what kind of node it is, in characters: the operator, the name of the function, the literal.
    pub fn token_span(&self, node: &IdedExpr) -> (usize, usize) {
        let own = self.own(node);
        let is_call = self.text.get(own.clone()) == Some("(");
        let token = if is_call { self.before(&own).unwrap_or(own) } else { own };
        characters(self.text, &token)
    }

    /// The `!` or `-` that stands before a node, or before the brackets round it.
    pub fn sign(&self, node: &IdedExpr) -> Option<&str> {
        let mut span = self.bytes(node);
        // Without brackets it belongs to the first operand.
        let mut is_one = !self.joins_operands(node);
        while let (Some(before), Some(after)) = (self.before(&span), self.after(&span))
            && (self.text.get(before.clone()), self.text.get(after.clone())) == (Some("("), Some(")"))
        {
            span = before.start..after.end;
            is_one = true;
        }
        self.text.get(self.before(&span)?).filter(|token| is_one && matches!(*token, "!" | "-"))
    }

    fn joins_operands(&self, node: &IdedExpr) -> bool {
        matches!(&node.expr, Expr::Call(call) if call.args.len() > 1) && self.text.get(self.own(node)) != Some("(")
    }

    /// Where the parser places a node: at its operator, name, literal, or opening bracket.
    fn own(&self, node: &IdedExpr) -> Range<usize> {
        let place = self.places.offset_for(node.id).and_then(|(start, last)| {
            let (start, last) = (usize::try_from(start).ok()?, usize::try_from(last).ok()?);
            let letter = self.text.get(last..)?.chars().next()?;
            Some(start..last + letter.len_utf8())
        });
        place.unwrap_or(0..0)
    }

    /// From the first to the last token of a node that conditions offer.
    fn bytes(&self, node: &IdedExpr) -> Range<usize> {
        let own = self.own(node);
        let parts: &[IdedExpr] = match &node.expr {
            Expr::Call(call) => &call.args,
            Expr::List(list) => &list.elements,
            _ => &[],
        };
        let opens = self.text.get(own.clone()) == Some("(");
        let is_negative = matches!(&node.expr, Expr::Literal(number) if super::check::is_negative(number));
        let start = if opens || is_negative { self.before(&own).unwrap_or(own.clone()).start } else { own.start };
        let whole = parts
            .iter()
            .map(|part| self.bytes(part))
            .fold(start..own.end, |whole, part| whole.start.min(part.start)..whole.end.max(part.end));
        self.balanced(whole)
    }

    /// The token before another.
    fn before(&self, token: &Range<usize>) -> Option<Range<usize>> {
        self.tokens.iter().take_while(|before| before.end <= token.start).last().cloned()
    }

    /// The token after another.
    fn after(&self, token: &Range<usize>) -> Option<Range<usize>> {
        self.tokens.iter().find(|after| token.end <= after.start).cloned()
    }

    /// A span, widened until each bracket in it has its partner in it.
    fn balanced(&self, span: Range<usize>) -> Range<usize> {
        let (mut open, mut missing) = (0_usize, 0_usize);
        for token in self.tokens.iter().filter(|token| span.start <= token.start && token.end <= span.end) {
            match self.text.get(token.clone()) {
                Some("(" | "[" | "{") => open += 1,
                Some(")" | "]" | "}") if open == 0 => missing += 1,
                Some(")" | "]" | "}") => open -= 1,
                _ => {}
            }
        }
        let before = self.tokens.iter().rev().filter(|token| token.end <= span.start);
        let after = self.tokens.iter().filter(|token| span.end <= token.start);
        let start =
            self.partner(before, missing, ["(", "[", "{"], [")", "]", "}"]).map_or(span.start, |token| token.start);
        let end = self.partner(after, open, [")", "]", "}"], ["(", "[", "{"]).map_or(span.end, |token| token.end);
        start..end
    }

    /// The bracket that closes the outermost of so many, walking away from them.
    fn partner<'t>(
        &self,
        mut tokens: impl Iterator<Item = &'t Range<usize>>,
        mut wanted: usize,
        closing: [&str; 3],
        opening: [&str; 3],
    ) -> Option<&'t Range<usize>> {
        if wanted == 0 {
            return None;
        }
        tokens.find(|token| {
            let text = self.text.get((*token).clone()).unwrap_or_default();
            wanted = wanted + usize::from(opening.contains(&text)) - usize::from(closing.contains(&text));
            wanted == 0
        })
    }
}

/// A span of bytes as characters: the first, and one past the last.
pub(super) fn characters(text: &str, bytes: &Range<usize>) -> (usize, usize) {
    let count = |end: usize| text.get(..end).map_or(0, |before| before.chars().count());
    (count(bytes.start), count(bytes.end))
}

/// The first fault that the parser found; where it stopped at the end, nothing is found there.
fn syntax_fault(text: &str, tokens: &[Range<usize>], errors: &[ParseError]) -> Fault {
    let off_grammar = errors.iter().find(|error| error.msg.starts_with(OFF_GRAMMAR));
    let at = off_grammar.or(errors.first()).map_or(text.len(), |error| offset(text, error.pos));
    let token = tokens.iter().find(|token| at < token.end).cloned().unwrap_or(text.len()..text.len());
    let found = text.get(token.clone()).unwrap_or_default();
    let is_number = found.starts_with(|letter: char| letter.is_ascii_digit());
    let mut fault = if off_grammar.is_none() && is_number {
        Fault::new(&CONDITION_TYPE, "").expecting(Words::new("a number of at most 18 digits", "不超过 18 位的数"))
    } else {
        Fault::new(&CONDITION_SYNTAX, "")
            .expecting(Words::new("a condition, such as `tenure_months >= 12`", "条件，如 `tenure_months >= 12`"))
    };
    fault.span = Some(characters(text, &token));
    fault.found(found)
}

/// The parser counts lines from 1 and characters in a line from 1.
fn offset(text: &str, (line, column): (isize, isize)) -> usize {
    let lines_before = usize::try_from(line - 1).unwrap_or(0);
    let before: usize = text.split_inclusive('\n').take(lines_before).map(str::len).sum();
    let line = text.get(before..).unwrap_or_default();
    let column = usize::try_from(column - 1).unwrap_or(0);
    before + line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
}
