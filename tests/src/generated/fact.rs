//! The table of the facts that rules may read.

use lifestage_core::fact::{Fact, Floor, Kind, NullMeans, SERIES_MONTHS};
use lifestage_core::{Error, Policy};

use super::{NOTICE, row, table};

/// `docs/facts.md`: the facts of the default policy, to which a policy may add the host's own.
///
/// # Errors
/// The default policy is faulty.
pub fn page() -> Result<String, Error> {
    let policy = Policy::open("china-telecom")?;
    let of = |is_wanted: fn(&Fact) -> bool| {
        let facts = policy.classifier().facts().iter().filter(|fact| is_wanted(fact));
        table(&["Fact", "Type", "Unit", "Null means", "Meaning", "含义"], facts.map(line))
    };
    let view = of(|fact| fact.floor == Floor::View && !fact.personal);
    let personal = of(|fact| fact.floor == Floor::View && fact.personal);
    let decided = of(|fact| fact.floor > Floor::View);
    Ok(format!(
        "# Facts\n\n{NOTICE}\n\n\
         What a rule or a condition of a policy may read. `unknown`: nobody knows, so a comparison is unknown; `none`: there is\n\
         none, so a comparison is false. A policy may declare facts of the host's own under `[facts.<name>]`;\n\
         [an example](../policies/examples/guangxi.toml).\n\n\
         A float in yuan rounds once to fen, half to even, from its shortest decimal text; every other number, and every text or\n\
         decimal, has at most the decimals of its fact, else the row is in error.\n\n\
         规则与条件可读取的事实。空值含义：`unknown` 表示未知，比较结果亦未知；`none` 表示没有，比较结果为假。\n\n\
         ## In the view\n\n{view}\n\
         ## Personal\n\nFor lists only; masked everywhere else.\n\n{personal}\n\
         ## Decided\n\nEach is known to the rules behind it: the tier, then the warnings, then the stage.\n\n{decided}"
    ))
}

fn line(fact: &Fact) -> String {
    let null = match fact.null {
        NullMeans::Unknown => "unknown",
        NullMeans::None => "none",
    };
    let name = format!("`{}`", fact.name);
    row([&name, &type_of(fact.kind), fact.unit.name(), null, &fact.meaning.en, &fact.meaning.zh])
}

fn type_of(kind: Kind) -> String {
    match kind {
        Kind::Number { places } => number(places).into(),
        Kind::Series { places } => format!("{SERIES_MONTHS} months, the newest last: {}", number(places)),
        Kind::Date => "date".into(),
        Kind::YesNo => "true or false".into(),
        Kind::Code(codes) => codes.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(" or "),
        Kind::Text => "text".into(),
        Kind::Texts => "set of texts".into(),
    }
}

fn number(places: u8) -> &'static str {
    match places {
        0 => "whole number",
        1 => "number with 1 decimal",
        2 => "number with 2 decimals",
        _ => "decimal number",
    }
}
