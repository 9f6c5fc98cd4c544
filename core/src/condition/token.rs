//! The tokens of a condition: where each begins and ends, nothing more.
//!
//! The parser keeps one place a node; brackets, signs and what it cannot read are found among the tokens.

use std::ops::Range;

/// The tokens of a text, in bytes; white space and comments lie between them. Any text has tokens: a character that begins
/// none is one of its own, and a text in quotes that is not closed reaches to the end of its line.
pub(super) fn tokens(text: &str) -> Vec<Range<usize>> {
    let (mut tokens, mut at) = (Vec::new(), 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let gap = gap(rest);
        let length = if gap > 0 { gap } else { token(rest) };
        if gap == 0 {
            tokens.push(at..at + length);
        }
        at += length;
    }
    tokens
}

/// How long the white space or the comment is that a text begins with.
fn gap(text: &str) -> usize {
    let length = |ends: &dyn Fn(char) -> bool| text.find(ends).unwrap_or(text.len());
    if text.starts_with("//") {
        return length(&|letter| letter == '\n');
    }
    length(&|letter| !matches!(letter, ' ' | '\t' | '\r' | '\n' | '\u{c}'))
}

/// How long the token is that a text begins with.
fn token(text: &str) -> usize {
    let first = text.chars().next().unwrap_or_default();
    let length_while = |of: &dyn Fn(char) -> bool| text.find(|letter| !of(letter)).unwrap_or(text.len());
    if let Some(length) = quoted(text) {
        length
    } else if first.is_ascii_alphabetic() || first == '_' {
        length_while(&|letter| letter.is_ascii_alphanumeric() || letter == '_')
    } else if first.is_ascii_digit() {
        number(text)
    } else if ["==", "!=", "<=", ">=", "&&", "||"].iter().any(|operator| text.starts_with(operator)) {
        2
    } else {
        first.len_utf8()
    }
}

/// How long the number is: digits and letters (`0x1F`, `3u`, `1e1`), a point before a digit, a sign behind an exponent.
fn number(text: &str) -> usize {
    let is_hexadecimal = text.starts_with("0x");
    let mut letters = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, letter)) = letters.next() {
        let digit_follows = letters.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        let joins = match letter {
            '.' => digit_follows,
            '+' | '-' => digit_follows && !is_hexadecimal && matches!(before, 'e' | 'E'),
            _ => letter.is_ascii_alphanumeric(),
        };
        if !joins {
            return at;
        }
        before = letter;
    }
    text.len()
}

/// How long the text in quotes is, with the letters that may stand before it.
fn quoted(text: &str) -> Option<usize> {
    let open = text.find(['"', '\''])?;
    let prefix = text.get(..open).filter(|prefix| ["", "r", "b", "br"].contains(&prefix.to_lowercase().as_str()))?;
    let is_raw = prefix.ends_with(['r', 'R']);
    let body = text.get(open..)?;
    let quote = body.get(..1)?;
    let long = body.starts_with(&quote.repeat(3)).then(|| closed(body, &quote.repeat(3), is_raw)).flatten();
    let length = long.or_else(|| closed(body, quote, is_raw));
    Some(open + length.unwrap_or_else(|| body.find(['\n', '\r']).unwrap_or(body.len())))
}

/// How long a text is from the fence it begins with to the one that closes it.
fn closed(text: &str, fence: &str, is_raw: bool) -> Option<usize> {
    let body = text.get(fence.len()..)?;
    let mut escaped = false;
    for (at, letter) in body.char_indices() {
        if escaped {
            escaped = false;
        } else if letter == '\\' && !is_raw {
            escaped = true;
        } else if body.get(at..)?.starts_with(fence) {
            return Some(at + 2 * fence.len());
        } else if fence.len() == 1 && matches!(letter, '\n' | '\r') {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        tokens(text).into_iter().map(|token| &text[token]).collect()
    }

    #[test]
    fn names_numbers_operators_and_brackets_are_tokens() {
        assert_eq!(
            split("mean(fee, 3)>=150.00&&!x"),
            ["mean", "(", "fee", ",", "3", ")", ">=", "150.00", "&&", "!", "x"]
        );
        assert_eq!(split("a-1e-5+0x1e-3 .b"), ["a", "-", "1e-5", "+", "0x1e", "-", "3", ".", "b"]);
    }

    #[test]
    fn texts_keep_brackets_quotes_and_operators_to_themselves() {
        assert_eq!(split(r#"plan == "a(\"'//" // "c""#), ["plan", "==", r#""a(\"'//""#]);
        assert_eq!(split(r"r'\' + b'x'"), [r"r'\'", "+", "b'x'"]);
        assert_eq!(split("'''a\n'b''' ''"), ["'''a\n'b'''", "''"]);
    }

    #[test]
    fn what_is_no_token_is_one_all_the_same() {
        assert_eq!(split("城 = \"片\n1"), ["城", "=", "\"片", "1"]);
        assert_eq!(split(" \t\n// nothing"), Vec::<&str>::new());
    }
}
