//! Decides about one customer.
//! cargo run -p lifestage-tests --example classify_record
use lifestage_core::Engine;
use lifestage_core::table::Cell;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::open("china-telecom")?;
    let fields = ["status", "tenure_months", "fee_11", "fee_12", "complaints_3m"];
    let mut prepared = engine.prepare(&fields, "2024-05-31".parse()?, None)?;
    let (active, integer) = (Cell::Text("active".into()), Cell::Integer);
    let customer = [active, integer(26), Cell::Text("92.00".into()), Cell::Text("74.00".into()), integer(3)];
    let decision = prepared.decide(&customer)?;
    println!("{:?} {:?} {:?}", decision.stage, decision.tier, prepared.record(&decision).warnings);
    Ok(())
}
