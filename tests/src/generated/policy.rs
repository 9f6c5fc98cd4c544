//! The JSON Schema of the policy document as people write it, for the editors that complete it.

use std::collections::BTreeSet;

use lifestage_core::document::Schema;
use lifestage_core::policy::PolicyDocument;
use serde_json::{Value, json};

/// The schema of the effective policy, made that of a document: it may extend another one and then need not say all.
pub fn schema() -> Value {
    let mut schema = Schema::of::<PolicyDocument>().as_json().clone();
    let whole = schema["required"].take();
    for table in tables(&schema) {
        if let Some(table) = schema.pointer_mut(&table).and_then(Value::as_object_mut) {
            table.remove("required");
        }
    }
    schema["title"] = json!("lifestage policy");
    schema["properties"]["extends"] = json!({
        "type": "string",
        "description": "The policy that this one is laid over: tables merge key by key, everything else is replaced.",
    });
    schema["properties"]["sources"] = json!({
        "type": "object",
        "additionalProperties": { "type": "string" },
        "description": "For a value's path, or one above it: the requirement it comes from, or `ours`.",
    });
    schema["anyOf"] = json!([{ "required": ["extends"] }, { "required": whole }]);
    schema
}

/// Where the tables stand that merge key by key: what a list holds is replaced, and so has to be whole.
fn tables(schema: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![String::new()];
    while let Some(at) = open.pop() {
        let Some(table) = schema.pointer(&at).filter(|_| found.insert(at.clone())) else { continue };
        let target = table.get("$ref").and_then(Value::as_str);
        open.extend(target.map(|target| target.trim_start_matches('#').to_owned()));
        let properties = table.get("properties").and_then(Value::as_object).into_iter().flatten();
        open.extend(properties.map(|(name, _)| format!("{at}/properties/{name}")));
        open.extend(table.get("additionalProperties").map(|_| format!("{at}/additionalProperties")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlay_need_not_say_all_but_an_item_of_a_list_is_whole() {
        let schema = schema();
        let required = |name: &str| schema["$defs"][name].get("required").is_some();
        assert!(!required("WarningPolicy") && !required("MinimumDwell"));
        assert!(required("TierRule") && required("StageRule"));
        assert_eq!(schema.get("required"), None);
    }

    #[test]
    fn a_document_that_extends_no_other_says_all() {
        let whole = &schema()["anyOf"][1]["required"];
        assert!(whole.as_array().unwrap().contains(&json!("lifecycle")), "{whole}");
    }
}
