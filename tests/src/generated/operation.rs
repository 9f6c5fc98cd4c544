//! Each operation's schemas and its page.

use std::path::Path;

use lifestage_core::operation::Operation;

use super::{File, NOTICE, batch, fields, pretty, row, table};

/// `docs/operations.md`.
pub fn index(operations: &[Operation]) -> String {
    let line = |operation: &Operation| {
        let name = format!("[`{0}`](operations/{0}.md)", operation.name);
        row([&name, operation.about.en, operation.about.zh])
    };
    let operations = table(&["Operation", "Does", "作用"], operations.iter().map(line));
    format!(
        "# Operations\n\n{NOTICE}\n\n\
         What lifestage can do, under the same names in every language. `list_operations` gives the same to a program.\n\n\
         lifestage 的全部操作，各语言名称一致；程序可用 `list_operations` 取得。\n\n{operations}"
    )
}

/// An operation's page and the JSON Schemas of its request and response.
pub fn files(operation: &Operation, folder: &Path) -> [File; 3] {
    let at = |ending: &str| folder.join(format!("{}.{ending}", operation.name));
    let schema = |schema: lifestage_core::document::Schema| pretty(schema.as_json());
    [
        File::new(at("md"), page(operation)),
        File::new(at("request.json"), schema((operation.request)())),
        File::new(at("response.json"), schema((operation.response)())),
    ]
}

fn page(operation: &Operation) -> String {
    let name = operation.name;
    let request = fields::section((operation.request)().as_json());
    let response = fields::section((operation.response)().as_json());
    format!(
        "# {name}\n\n{NOTICE}\n\n{}\n\n{}\n\n\
         ## Request\n\n[JSON Schema]({name}.request.json)\n\n{request}\n\
         ## Response\n\n[JSON Schema]({name}.response.json)\n\n{response}{}",
        operation.about.en,
        operation.about.zh,
        batch::section(operation)
    )
}
