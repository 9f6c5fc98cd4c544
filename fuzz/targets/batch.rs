//! Whatever the columns of a batch hold, each row is decided as the same row is as a record.
#![no_main]

use std::sync::{Arc, LazyLock};

use arbitrary::Arbitrary;
use arrow_array::cast::AsArray as _;
use arrow_array::types::UInt8Type;
use arrow_array::{
    Array as _, ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use libfuzzer_sys::fuzz_target;
use lifestage_core::Engine;
use lifestage_core::batch::ClassifyBatchParams;
use serde_json::{Value, json};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::open("china-telecom").unwrap());

#[derive(Debug, Arbitrary)]
struct Customer {
    status: Option<Status>,
    tenure_months: Option<i64>,
    complaints_3m: Option<i8>,
    /// Fen.
    local_fee: [Option<i32>; 4],
    fee: Option<i64>,
    minutes: Option<f64>,
    /// Days since 1970-01-01.
    agreement_ends_on: Option<i16>,
    join_channel: Option<String>,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Status {
    Prospect,
    Active,
    Suspended,
    Terminated,
    Unheard,
}

impl Status {
    fn text(self) -> &'static str {
        match self {
            Self::Prospect => "prospect",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Terminated => "terminated",
            Self::Unheard => "unheard",
        }
    }
}

fuzz_target!(|customers: Vec<Customer>| {
    if customers.is_empty() {
        return;
    }
    let params: ClassifyBatchParams = serde_json::from_value(json!({"as_of": "2024-05-31"})).unwrap();
    let decided = ENGINE.classify_batch(&batch(&customers), &params).unwrap();
    for (row, customer) in customers.iter().enumerate() {
        // JSON has no such number.
        if customer.minutes.is_none_or(f64::is_finite) {
            assert_row(&decided, row, customer);
        }
    }
});

fn batch(customers: &[Customer]) -> RecordBatch {
    fn amounts(fen: impl Iterator<Item = Option<i64>>) -> ArrayRef {
        let decimals: Decimal128Array = fen.map(|fen| fen.map(i128::from)).collect();
        Arc::new(decimals.with_precision_and_scale(38, 2).unwrap())
    }
    let each = || customers.iter();
    let mut columns: Vec<(String, ArrayRef)> = vec![
        ("status".into(), Arc::new(StringArray::from_iter(each().map(|c| c.status.map(Status::text))))),
        ("tenure_months".into(), Arc::new(Int64Array::from_iter(each().map(|c| c.tenure_months)))),
        ("complaints_3m".into(), Arc::new(Int64Array::from_iter(each().map(|c| c.complaints_3m.map(i64::from))))),
        ("fee_12".into(), amounts(each().map(|c| c.fee))),
        ("minutes_12".into(), Arc::new(Float64Array::from_iter(each().map(|c| c.minutes)))),
        (
            "agreement_ends_on".into(),
            Arc::new(Date32Array::from_iter(each().map(|c| c.agreement_ends_on.map(i32::from)))),
        ),
        ("join_channel".into(), Arc::new(StringArray::from_iter(each().map(|c| c.join_channel.as_deref())))),
    ];
    for month in 0..4 {
        columns.push((format!("local_fee_{}", month + 9), amounts(each().map(|c| c.local_fee[month].map(i64::from)))));
    }
    RecordBatch::try_from_iter(columns).unwrap()
}

fn record(customer: &Customer) -> Value {
    let amount = |fen: i64| {
        format!("{}{}.{:02}", if fen < 0 { "-" } else { "" }, fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
    };
    let date = |day: i16| (chrono::NaiveDate::default() + chrono::TimeDelta::days(day.into())).to_string();
    let mut record = json!({
        "status": customer.status.map(Status::text),
        "tenure_months": customer.tenure_months,
        "complaints_3m": customer.complaints_3m,
        "fee_12": customer.fee.map(amount),
        "minutes_12": customer.minutes,
        "agreement_ends_on": customer.agreement_ends_on.map(date),
        "join_channel": customer.join_channel,
    });
    for (month, fen) in customer.local_fee.iter().enumerate() {
        record[format!("local_fee_{}", month + 9)] = json!(fen.map(|fen| amount(fen.into())));
    }
    record
}

fn assert_row(decided: &RecordBatch, row: usize, customer: &Customer) {
    let request = json!({"record": record(customer), "as_of": "2024-05-31"}).to_string();
    let expected: Value = serde_json::from_str(&ENGINE.call("classify_record", &request).unwrap()).unwrap();
    for name in ["stage", "tier"] {
        let codes = decided.column_by_name(name).unwrap().as_dictionary::<UInt8Type>();
        let code = codes.key(row).map(|key| codes.values().as_string::<i32>().value(key));
        assert_eq!(code, expected[name].as_str(), "{name}: {customer:?}");
    }
    let is_error = decided.column_by_name("error").unwrap().is_valid(row);
    assert_eq!(is_error, !expected["error"].is_null(), "{customer:?}: {expected}");
}
