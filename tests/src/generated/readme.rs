//! The examples in the README: the files under `examples/`, word for word.

use std::fs;
use std::io;
use std::path::Path;

use super::File;
use crate::in_checkout;

const README: &str = "README.md";

/// What stands before an example, round its path.
const MARK: (&str, &str) = ("<!-- example: ", " -->");

/// The README with every example as its file has it.
pub fn file() -> io::Result<File> {
    let text = fs::read_to_string(in_checkout(README))?;
    Ok(File::new(README, with_examples(&text, |path| fs::read_to_string(in_checkout(path)))?))
}

/// The paths of the examples that a page shows.
pub fn examples_of(page: &str) -> Vec<&str> {
    page.lines().filter_map(example).collect()
}

fn example(line: &str) -> Option<&str> {
    line.strip_prefix(MARK.0)?.strip_suffix(MARK.1)
}

/// Puts each example's text behind its mark, in place of the block that stands there.
fn with_examples(page: &str, read: impl Fn(&str) -> io::Result<String>) -> io::Result<String> {
    let mut made = String::new();
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        made.push_str(line);
        made.push('\n');
        let Some(path) = example(line) else { continue };
        if lines.next_if(|line| line.starts_with("```")).is_some() {
            lines.by_ref().find(|line| *line == "```");
        }
        let text = read(path).map_err(|error| io::Error::new(error.kind(), format!("{path}: {error}")))?;
        made.push_str(&format!("```{}\n{}\n```\n", language(path), text.trim_end()));
    }
    Ok(made)
}

/// What a fence calls the language of a file.
fn language(path: &str) -> &str {
    match Path::new(path).extension().and_then(|ending| ending.to_str()) {
        Some("mjs") => "js",
        Some("py") => "python",
        Some("rs") => "rust",
        other => other.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "Python:\n\n<!-- example: a.py -->\n```python\nold\n```\nC:\n<!-- example: b.c -->\nend\n";

    fn read(path: &str) -> io::Result<String> {
        Ok(format!("text of {path}\n"))
    }

    #[test]
    fn an_example_takes_the_place_of_the_block_behind_its_mark() {
        let made = with_examples(PAGE, read).unwrap();
        let expected = "Python:\n\n<!-- example: a.py -->\n```python\ntext of a.py\n```\nC:\n\
                        <!-- example: b.c -->\n```c\ntext of b.c\n```\nend\n";
        assert_eq!(made, expected);
        assert_eq!(with_examples(&made, read).unwrap(), made);
        assert_eq!(examples_of(&made), ["a.py", "b.c"]);
    }

    #[test]
    fn an_example_that_is_not_there_is_named() {
        let error = with_examples(PAGE, |_| Err(io::ErrorKind::NotFound.into())).unwrap_err();
        assert!(error.to_string().starts_with("a.py: "), "{error}");
    }
}
