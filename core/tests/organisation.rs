//! What holds of every organisation: nobody acts beyond what the host gave, rows come in any order, totals agree.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use lifestage_core::{Engine, Handle};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::open("china-telecom").unwrap());

const DAYS: [&str; 4] = ["2024-01-31", "2024-03-31", "2024-06-30", "2025-01-01"];

fn opened() -> Handle {
    ENGINE.open_handle("organisation", "{}").unwrap()
}

fn told(handle: &Handle, tables: &Value) -> bool {
    handle.update(&json!({ "tables": tables }).to_string()).is_ok()
}

fn asked(handle: &Handle, tables: &Value, params: &Value) -> Value {
    let answer = handle.query(&json!({"tables": tables, "params": params}).to_string()).unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    answer["tables"].clone()
}

fn rows(table: &Value) -> &[Value] {
    table.as_array().unwrap()
}

/// A company with two channels, each with a department of two patches of two communities; by region they hang below one centre.
fn tables() -> Value {
    let mut units = vec![
        json!({"unit_id": "gx", "name": "广西", "level": "company"}),
        json!({"unit_id": "nn", "name": "南宁", "level": "city_branch"}),
        json!({"unit_id": "qx", "name": "青秀", "level": "district_centre"}),
    ];
    let mut links = vec![
        json!({"tree": "region", "unit_id": "gx"}),
        json!({"tree": "channel", "unit_id": "gx"}),
        json!({"tree": "region", "unit_id": "nn", "parent_id": "gx"}),
        json!({"tree": "region", "unit_id": "qx", "parent_id": "nn"}),
    ];
    let mut add = |trees: &[&str], id: &str, level: &str, parent: &str| {
        units.push(json!({"unit_id": id, "name": id, "level": level}));
        for tree in trees {
            let parent = if *tree == "region" && level == "department" { "qx" } else { parent };
            links.push(json!({"tree": tree, "unit_id": id, "parent_id": parent}));
        }
    };
    for channel in ["a", "b"] {
        add(&["channel"], channel, "channel", "gx");
        add(&["channel"], &format!("{channel}l"), "local_channel", channel);
        let department = format!("{channel}d");
        add(&["region", "channel"], &department, "department", &format!("{channel}l"));
        for patch in ["1", "2"] {
            let patch = format!("{channel}{patch}");
            add(&["region", "channel"], &patch, "patch", &department);
            for community in ["x", "y"] {
                add(&["region", "channel"], &format!("{patch}{community}"), "community", &patch);
            }
        }
    }
    json!({"units": units, "links": links})
}

const PERSONS: [&str; 5] = ["p0", "p1", "p2", "p3", "p4"];
const ROLES: [(&str, &[&str]); 6] = [
    ("province_channel_admin", &["gx"]),
    ("market_admin", &["gx"]),
    ("channel_admin", &["al", "bl"]),
    ("department_admin", &["ad", "bd"]),
    ("group_head", &["a1", "a2", "b1", "b2"]),
    ("local_system_admin", &["nn"]),
];
const ACTIONS: [&str; 5] =
    ["maintain_units", "assign_community", "assign_channel", "maintain_customers", "assign_tasks"];
const UNITS: [&str; 10] = ["gx", "al", "bl", "ad", "a1", "a1x", "b2", "b2y", "qx", "nn"];

/// A role at a unit, as anybody may want to give it.
fn attached() -> impl Strategy<Value = (&'static str, &'static str)> {
    select(ROLES.to_vec()).prop_flat_map(|(role, units)| (Just(role), select(units.to_vec())))
}

/// Roles that the host gives, some of them for some days only.
fn host_grants() -> impl Strategy<Value = Vec<Value>> {
    let days = (prop::option::of(select(DAYS.to_vec())), prop::option::of(select(DAYS.to_vec())));
    let grant = (select(PERSONS[..3].to_vec()), attached(), days).prop_filter_map(
        "the last day lies before the first",
        |(person, (role, unit), (from, to))| {
            let is_right = from.zip(to).is_none_or(|(from, to)| from <= to);
            let grant = json!({"person_id": person, "role": role, "unit_id": unit, "valid_from": from, "valid_to": to});
            is_right.then_some(grant)
        },
    );
    prop::collection::vec(grant, 1..5)
}

/// The company, with people who hold these roles.
fn staffed(grants: Vec<Value>) -> Handle {
    let handle = opened();
    let mut tables = tables();
    tables["persons"] = PERSONS.iter().map(|person| json!({"person_id": person})).collect();
    tables["grants"] = grants.into();
    assert!(told(&handle, &tables));
    handle
}

/// What people try to give one another, and to take away.
fn attempts() -> impl Strategy<Value = Vec<Value>> {
    let persons = || select(PERSONS.to_vec());
    let until = prop::option::weighted(0.7, select(DAYS.to_vec()));
    let attempt = (prop::bool::weighted(0.85), persons(), persons(), attached(), select(DAYS.to_vec()), until);
    let change = attempt.prop_map(|(gives, by, to, (role, unit), on, until)| {
        let change = if gives { "grant" } else { "revoke" };
        json!({"change": change, "on": on, "by": by, "person_id": to, "role": role, "unit_id": unit, "until": until})
    });
    prop::collection::vec(change, 0..60)
}

/// Every question about who may do what where.
fn requests() -> Vec<Value> {
    let mut requests = Vec::new();
    for (person, action) in PERSONS.iter().flat_map(|person| ACTIONS.iter().map(move |action| (person, action))) {
        for (unit, day) in UNITS.iter().flat_map(|unit| DAYS.iter().map(move |day| (unit, day))) {
            requests.push(json!({"person_id": person, "action": action, "source": unit, "target": unit, "as_of": day}));
        }
    }
    requests
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_sequence_of_grants_lets_anybody_act_where_the_host_let_nobody(given in host_grants(), attempts in attempts()) {
        let handle = staffed(given);
        let requests = requests();
        let allowed = |handle: &Handle| {
            let decisions = asked(handle, &json!({"requests": requests}), &json!({"as_of": DAYS[0]}));
            let decisions = rows(&decisions["decisions"]).iter().filter(|decision| decision["outcome"] == "allowed");
            let what = |decision: &Value| ["action", "target", "as_of"].map(|key| decision[key].as_str().unwrap().to_owned());
            decisions.map(what).collect::<BTreeSet<_>>()
        };
        let at_first = allowed(&handle);
        for attempt in attempts {
            told(&handle, &json!({"changes": [attempt]}));
        }
        let at_last = allowed(&handle);
        // Whoever may do it now: somebody could, there and then, by a role that the host gave.
        prop_assert!(at_last.is_subset(&at_first), "{:?}", at_last.difference(&at_first).collect::<Vec<_>>());
    }

    #[test]
    fn rows_are_sifted_as_views_are_allowed(given in host_grants(), day in select(DAYS.to_vec())) {
        let handle = staffed(given);
        for person in PERSONS {
            let sifted = UNITS.map(|unit| json!({"community": unit}));
            let requests = UNITS.map(|unit| json!({"person_id": person, "action": "view", "target": unit}));
            let params = json!({"as_of": day, "person_id": person, "ask": ["scope"]});
            let answer = asked(&handle, &json!({"rows": sifted, "requests": requests}), &params);
            let scope: BTreeSet<_> = rows(&answer["scope"]).iter().map(|unit| unit["unit_id"].as_str().unwrap()).collect();
            for (place, unit) in UNITS.iter().enumerate() {
                let is_allowed = answer["decisions"][place]["outcome"] == "allowed";
                prop_assert_eq!(&answer["visible"][place]["is_visible"], is_allowed);
                prop_assert_eq!(scope.contains(unit), is_allowed);
            }
        }
    }

    #[test]
    fn rows_in_any_order_and_the_state_restored_give_the_same_bytes(
        given in host_grants(),
        seed in prop::collection::vec(any::<u32>(), 60),
    ) {
        let mut tables = tables();
        tables["persons"] = PERSONS.iter().map(|person| json!({"person_id": person, "unit_id": "a1"})).collect();
        tables["grants"] = given.into();
        let handle = opened();
        prop_assert!(told(&handle, &tables));
        for table in tables.as_object_mut().unwrap().values_mut() {
            let mut keyed: Vec<_> = rows(table).iter().cloned().zip(seed.iter().cycle()).collect();
            keyed.sort_by_key(|(_, key)| **key);
            *table = keyed.into_iter().map(|(row, _)| row).collect();
        }
        let other = opened();
        prop_assert!(told(&other, &tables));
        let state = handle.serialise().unwrap();
        prop_assert_eq!(&other.serialise().unwrap(), &state);
        prop_assert_eq!(&ENGINE.restore_handle(&state).unwrap().serialise().unwrap(), &state);
        let params = json!({"as_of": DAYS[1], "ask": ["units", "persons", "grants", "findings"]});
        prop_assert_eq!(asked(&other, &json!({}), &params), asked(&handle, &json!({}), &params));
    }

    #[test]
    fn totals_are_those_of_the_leaves_below_and_two_trees_differ_by_what_they_do_not_share(
        values in prop::collection::vec((select(vec!["a1x", "a1y", "a2x", "b1x", "b2y", "al", "qx", "gx"]), -5_000_i64..5_000), 0..40),
    ) {
        let handle = opened();
        prop_assert!(told(&handle, &tables()));
        let given: Vec<_> = values.iter().map(|(unit, fen)| json!({"unit_id": unit, "amount_minor": fen})).collect();
        let params = json!({"as_of": DAYS[0], "ask": ["units"]});
        let answer = asked(&handle, &json!({"values": given}), &params);
        let fen = |row: &Value| row["amount"].as_str().map_or(0, |amount| amount.replace('.', "").parse::<i64>().unwrap());
        let mut roots = BTreeMap::new();
        for tree in ["region", "channel"] {
            let parents: BTreeMap<_, _> = rows(&answer["units"]).iter()
                .map(|unit| (unit["unit_id"].as_str().unwrap(), unit[format!("{tree}_parent")].as_str())).collect();
            let is_under = |unit: &str, top: &str| {
                std::iter::successors(Some(unit), |unit| parents[unit]).any(|above| above == top)
            };
            for total in rows(&answer["totals"]).iter().filter(|total| total["tree"] == tree) {
                let top = total["unit_id"].as_str().unwrap();
                let below = values.iter().filter(|(unit, _)| is_under(unit, top));
                prop_assert_eq!(fen(total), below.map(|(_, fen)| fen).sum::<i64>(), "{}", total);
            }
            let root = rows(&answer["totals"]).iter().find(|total| total["tree"] == tree && total["unit_id"] == "gx");
            let only = rows(&answer["unshared"]).iter().filter(|unit| rows(&unit["trees"]).contains(&json!(tree)));
            roots.insert(tree, root.map_or(0, fen) - only.map(fen).sum::<i64>());
        }
        prop_assert_eq!(roots["region"], roots["channel"]);
    }
}
