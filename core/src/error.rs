//! What is wrong with an input: faults with code, path, place, value found, value expected and a fix.

use std::fmt;

use schemars::{JsonSchema, SchemaGenerator};
use serde::{Serialize, Serializer};

use crate::catalogue::{Code, Language, Text, Words};

/// Where in which text a fault lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Place {
    /// Name of the document, as the host gave it.
    pub file: String,
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
}

/// One thing that is wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of fault.
    pub code: &'static Code,
    /// Where in the input: `warning.fee_drop.drop_over`, `tables.users[3].fee`; empty for the whole of it.
    pub path: String,
    /// Where in the text; only for documents whose parser says so.
    pub place: Option<Place>,
    /// The part of a condition that is meant, in characters from its beginning: first, and one past the last.
    pub span: Option<(usize, usize)>,
    /// The value found.
    pub found: Words,
    /// The value expected.
    pub expected: Words,
    /// A name that was probably meant, or that the fix proposes.
    pub suggestion: Option<String>,
}

impl Fault {
    /// A fault of this kind at this path.
    pub fn new(code: &'static Code, path: impl Into<String>) -> Self {
        Self {
            code,
            path: path.into(),
            place: None,
            span: None,
            found: Words::default(),
            expected: Words::default(),
            suggestion: None,
        }
    }

    /// Says which value was found.
    #[must_use]
    pub fn found(self, found: impl fmt::Display) -> Self {
        self.finding(Words::value(found))
    }

    /// Says in words what was found.
    #[must_use]
    pub fn finding(self, found: impl Into<Words>) -> Self {
        Self { found: found.into(), ..self }
    }

    /// Says which value was expected.
    #[must_use]
    pub fn expected(self, expected: impl fmt::Display) -> Self {
        self.expecting(Words::value(expected))
    }

    /// Says in words what was expected.
    #[must_use]
    pub fn expecting(self, expected: impl Into<Words>) -> Self {
        Self { expected: expected.into(), ..self }
    }

    /// Says which of `names`, if any, lies so near to `written` that it was probably meant.
    #[must_use]
    pub fn suggest<'a>(mut self, written: &str, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.suggestion = nearest(written, names).map(str::to_owned);
        self
    }

    /// What to do about it.
    pub fn fix(&self, language: Language) -> String {
        let fix = self.code.fix.of(language);
        match (&self.suggestion, language) {
            (Some(name), _) if fix.contains("{name}") => fix.replace("{name}", name),
            (None, _) => fix.to_owned(),
            (Some(name), Language::En) => format!("did you mean `{name}`? {fix}"),
            (Some(name), Language::Zh) => format!("是否应为 `{name}`？{fix}"),
        }
    }

    /// The whole fault as one line for people.
    pub fn text(&self, language: Language) -> String {
        let (found, expected) = match language {
            Language::En => ("found", "expected"),
            Language::Zh => ("实际", "应为"),
        };
        let place = self
            .place
            .as_ref()
            .map_or(String::new(), |place| format!("{}:{}:{}: ", place.file, place.line, place.column));
        format!(
            "{place}{} {}: {} ({found} {}, {expected} {}); {}",
            self.code.name,
            self.path,
            self.code.text.of(language),
            self.found.of(language),
            self.expected.of(language),
            self.fix(language)
        )
    }
}

/// Which of `names`, if any, lies so near to `written` that it was probably meant.
pub(crate) fn nearest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written_letters = written.chars().count();
    names
        .into_iter()
        .map(|name| (name.chars().count(), name))
        // So many edits at least; without this a name of a megabyte would be compared letter by letter.
        .filter(|(letters, _)| is_near(letters.abs_diff(written_letters), *letters))
        .map(|(letters, name)| (strsim::damerau_levenshtein(written, name), letters, name))
        .filter(|(edits, letters, _)| is_near(*edits, *letters))
        .min_by_key(|(edits, _, name)| (*edits, *name))
        .map(|(_, _, name)| name)
}

/// Whether so many edits leave enough of a name to call it near: a letter and a quarter, but never the whole of it.
const fn is_near(edits: usize, letters: usize) -> bool {
    edits <= 1 + letters / 4 && edits < letters
}

/// What a column of faults has for one.
pub(crate) type FaultText = fn(&Fault) -> Option<String>;

/// What a table says of a fault, by column.
pub(crate) const FAULT_COLUMNS: [(&str, FaultText); 6] = [
    ("code", |fault| Some(fault.code.name.to_owned())),
    ("path", |fault| Some(fault.path.clone())),
    ("found", |fault| Some(fault.found.of(Language::En).to_owned())),
    ("expected", |fault| Some(fault.expected.of(Language::En).to_owned())),
    ("fix", |fault| Some(fault.fix(Language::En))),
    ("suggestion", |fault| fault.suggestion.clone()),
];

/// One thing that is wrong with an input, in the order and with the names in which every language sees it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fault")]
struct FaultRecord<'a> {
    /// What kind of fault: a name of the catalogue.
    code: &'a str,
    /// Where in the input; empty for the whole of it.
    path: &'a str,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    place: Option<&'a Place>,
    /// The part of a condition that is meant, in characters: first, and one past the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    span: Option<(usize, usize)>,
    /// The value found.
    found: &'a str,
    /// The value expected.
    expected: &'a str,
    /// What to do about it, in English; the catalogue has it in Chinese.
    fix: String,
    /// A name that was probably meant, or that the fix proposes.
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<&'a str>,
}

impl JsonSchema for Fault {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        FaultRecord::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> schemars::Schema {
        FaultRecord::json_schema(generator)
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        FaultRecord {
            code: self.code.name,
            path: &self.path,
            place: self.place.as_ref(),
            span: self.span,
            found: self.found.of(Language::En),
            expected: self.expected.of(Language::En),
            fix: self.fix(Language::En),
            suggestion: self.suggestion.as_deref(),
        }
        .serialize(serializer)
    }
}

/// Who has to act on an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorKind {
    /// The policy: its author.
    Policy,
    /// The request: the calling program.
    Request,
    /// A bug in lifestage: its makers.
    Internal,
}

/// Why there is no answer: every fault that could be found in one pass, at least one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}", self.text(Language::En))]
pub struct Error {
    /// Who has to act.
    pub kind: ErrorKind,
    /// What is wrong, in the order of the input.
    pub faults: Vec<Fault>,
}

impl Error {
    /// An error in the policy.
    pub fn policy(faults: Vec<Fault>) -> Self {
        Self { kind: ErrorKind::Policy, faults }
    }

    /// An error in the request.
    pub fn request(faults: Vec<Fault>) -> Self {
        Self { kind: ErrorKind::Request, faults }
    }

    /// A bug in lifestage, with what is known of it.
    pub fn internal(detail: impl fmt::Display) -> Self {
        Self { kind: ErrorKind::Internal, faults: vec![Fault::new(&BUG, "").found(detail)] }
    }

    /// One line a fault, for people.
    pub fn text(&self, language: Language) -> String {
        let lines: Vec<_> = self.faults.iter().map(|fault| fault.text(language)).collect();
        lines.join("\n")
    }

    /// The error as every language sees it: `{"kind": …, "faults": [{"code": …, "path": …, …}]}`.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| String::from(r#"{"kind":"INTERNAL","faults":[]}"#))
    }
}

/// A bug in lifestage.
pub static BUG: Code = Code {
    number: 1,
    name: "BUG",
    text: Text { en: "lifestage itself failed", zh: "lifestage 内部错误" },
    fix: Text { en: "report it, with the request that led to it", zh: "请连同引发错误的请求一起报告" },
};
/// A border was handed no value where one is needed.
pub static NULL_ARGUMENT: Code = Code {
    number: 2,
    name: "NULL_ARGUMENT",
    text: Text { en: "the argument is missing", zh: "缺少该参数" },
    fix: Text { en: "pass a value", zh: "请传入该参数" },
};
/// A border was handed a length no text can have.
pub static INVALID_LENGTH: Code = Code {
    number: 3,
    name: "INVALID_LENGTH",
    text: Text { en: "no text has this length", zh: "文本长度不合法" },
    fix: Text { en: "pass the text's length in bytes", zh: "请传入文本的字节长度" },
};
/// A text is not UTF-8.
pub static INVALID_UTF8: Code = Code {
    number: 4,
    name: "INVALID_UTF8",
    text: Text { en: "the text is not UTF-8", zh: "文本不是 UTF-8 编码" },
    fix: Text { en: "encode the text as UTF-8", zh: "请将文本转换为 UTF-8 编码" },
};
/// A file cannot be read.
pub static UNREADABLE_FILE: Code = Code {
    number: 5,
    name: "UNREADABLE_FILE",
    text: Text { en: "the file cannot be read", zh: "文件无法读取" },
    fix: Text { en: "name a file that exists and may be read", zh: "请指定存在且可读的文件" },
};
/// A handle is used after it was closed.
pub static CLOSED: Code = Code {
    number: 6,
    name: "CLOSED",
    text: Text { en: "it has been closed", zh: "已经关闭" },
    fix: Text { en: "open a new one, or close this one later", zh: "请重新打开，或推迟关闭" },
};
/// The parts of a column that a border was handed contradict one another.
pub static INVALID_COLUMN: Code = Code {
    number: 7,
    name: "INVALID_COLUMN",
    text: Text { en: "the column's parts contradict one another", zh: "该列的各部分互相矛盾" },
    fix: Text { en: "correct how the column is described", zh: "请修正对该列的描述" },
};

/// This room's codes.
pub const CODES: &[&Code] =
    &[&BUG, &NULL_ARGUMENT, &INVALID_LENGTH, &INVALID_UTF8, &UNREADABLE_FILE, &CLOSED, &INVALID_COLUMN];
