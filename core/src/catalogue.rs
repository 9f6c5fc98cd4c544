//! How a code is declared: number, name, English and Chinese text, fix.
//!
//! Each room declares its own codes beside the rules that use them; the engine collects them. Numbers and names are never
//! reused: hosts store them.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language lifestage speaks to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

/// A text for people, in every language lifestage speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Text {
    /// English.
    pub en: &'static str,
    /// Simplified Chinese.
    pub zh: &'static str,
}

impl Text {
    /// The text in one language.
    pub const fn of(self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Zh => self.zh,
        }
    }
}

/// What is said in every language, put together where it is needed. A value, such as a name, is the same in all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    en: Cow<'static, str>,
    /// None where it is the same.
    zh: Option<Cow<'static, str>>,
}

impl Words {
    /// What each language has for the same.
    pub fn new(en: impl Into<Cow<'static, str>>, zh: impl Into<Cow<'static, str>>) -> Self {
        Self { en: en.into(), zh: Some(zh.into()) }
    }

    /// A value, which no language changes.
    pub fn value(value: impl fmt::Display) -> Self {
        Self { en: value.to_string().into(), zh: None }
    }

    /// One or the other.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        let both = |language, or| format!("{}{or}{}", self.of(language), other.of(language));
        Self::new(both(Language::En, " or "), both(Language::Zh, "或"))
    }

    /// With more behind a comma.
    #[must_use]
    pub fn and(self, en: &str, zh: &str) -> Self {
        Self::new(format!("{}, {en}", self.of(Language::En)), format!("{}，{zh}", self.of(Language::Zh)))
    }

    /// The words in one language.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Zh => self.zh.as_ref().unwrap_or(&self.en),
        }
    }
}

impl From<Text> for Words {
    fn from(text: Text) -> Self {
        Self::new(text.en, text.zh)
    }
}

/// What is found where something is missing.
pub(crate) const NOTHING: Text = Text { en: "nothing", zh: "无" };

/// One of these names or numbers.
pub(crate) fn one_of<T: fmt::Display>(choices: impl IntoIterator<Item = T>) -> Words {
    let choices: Vec<_> = choices.into_iter().map(|choice| choice.to_string()).collect();
    let choices = choices.join(", ");
    Words::new(format!("one of {choices}"), format!("下列之一：{choices}"))
}

/// A stable code: of a fault (what is wrong with an input) or of a reason (why a decision is what it is).
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Code {
    /// Unique, never reused; each room owns a range of a hundred or more.
    pub number: u16,
    /// Unique, never reused; the form in which hosts see the code.
    pub name: &'static str,
    /// What it says.
    pub text: Text,
    /// What to do about it; empty where nothing needs doing. `{name}` stands for the name that the fault proposes.
    pub fix: Text,
}
