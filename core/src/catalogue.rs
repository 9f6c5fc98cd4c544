//! How a code is declared: number, name, English and Chinese text, fix.
//!
//! Each room declares its own codes beside the rules that use them; the engine collects them. Numbers and names are never
//! reused: hosts store them.

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
