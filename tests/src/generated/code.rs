//! The table of all codes.

use lifestage_core::catalogue::Code;
use lifestage_core::engine;

use super::{NOTICE, row, table};

/// `docs/codes.md`.
pub fn page() -> String {
    let codes = table(&["Number", "Name", "Says", "What to do", "含义", "处理"], engine::codes().into_iter().map(line));
    format!(
        "# Codes\n\n{NOTICE}\n\n\
         Every code that a fault or a decision carries. Numbers and names are never reused.\n\
         `list_codes` gives the same to a program.\n\n\
         错误与决策所带的全部代码。编号与名称永不复用；程序可用 `list_codes` 取得。\n\n{codes}"
    )
}

fn line(code: &Code) -> String {
    let number = code.number.to_string();
    let name = format!("`{}`", code.name);
    row([&number, &name, code.text.en, code.fix.en, code.text.zh, code.fix.zh])
}
