//! The table of requirements: where each one stands in the policy, in the code and in the vectors.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use lifestage_core::Policy;

use super::{NOTICE, row, table};
use crate::{in_checkout, requirements, vector};

/// Places by the requirement that they serve.
type Places = BTreeMap<String, BTreeSet<String>>;

/// `docs/requirements.md`.
///
/// # Errors
/// A source, a vector file or the default policy cannot be read.
pub fn page() -> io::Result<String> {
    let (policy, code, vectors) = (policy_places()?, code_places()?, vector_places()?);
    let of = |places: &Places, id: &str| {
        let places = places.get(id).into_iter().flatten().map(|place| format!("`{place}`"));
        places.collect::<Vec<_>>().join(", ")
    };
    let (built, rest): (Vec<_>, Vec<_>) = requirements::titles().partition(|(id, _)| vectors.contains_key(*id));
    let lines =
        built.into_iter().map(|(id, title)| row([id, title, &of(&policy, id), &of(&code, id), &of(&vectors, id)]));
    let built = table(&["Requirement", "Says", "Policy", "Code, `core/src/`", "Vectors, `tests/vectors/`"], lines);
    let rest: Vec<_> = rest.into_iter().map(|(id, _)| id).collect();
    Ok(format!(
        "# Requirements\n\n{NOTICE}\n\n\
         Where each requirement of the source documents lives: the values of the default policy that come from it, the code \
         that names it, the vectors that prove it.\n\n\
         各项需求的落脚点：默认策略中的取值、实现它的代码、证明它的用例。\n\n{built}\n\
         No vector proves these yet: {}.\n",
        rest.join(", ")
    ))
}

/// The parts of the default policy, `section.part`, by the source of their values.
fn policy_places() -> io::Result<Places> {
    let policy = Policy::open("china-telecom").map_err(io::Error::other)?;
    let mut places = Places::new();
    for value in policy.values() {
        let part: Vec<_> = value.path.split(['.', '[']).take(2).collect();
        places.entry(value.source.clone()).or_default().insert(part.join("."));
    }
    Ok(places)
}

/// The files of the core, by the requirements that they name.
fn code_places() -> io::Result<Places> {
    let root = in_checkout("core/src");
    let mut places = Places::new();
    for file in sources(&root)? {
        let text = fs::read_to_string(&file)?;
        let name = file.strip_prefix(&root).map_err(io::Error::other)?.display().to_string();
        for id in requirements::ids().into_iter().filter(|id| text.contains(id)) {
            places.entry(id.to_owned()).or_default().insert(name.clone());
        }
    }
    Ok(places)
}

fn sources(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => files.extend(sources(&path)?),
            false => files.push(path),
        }
    }
    Ok(files)
}

/// The vector files, by the requirements that they prove.
fn vector_places() -> io::Result<Places> {
    let mut places = Places::new();
    for (name, ids) in vector::ids(&in_checkout("tests/vectors"))? {
        for id in ids {
            places.entry(id).or_default().insert(name.clone());
        }
    }
    Ok(places)
}
