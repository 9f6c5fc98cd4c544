//! Lays two lines over a shipped policy and says what came of it.
//! cargo run -p lifestage-tests --example check_policy
use lifestage_core::{Error, Policy};

fn main() -> Result<(), Error> {
    let policy = Policy::open("extends = 'china-telecom'\nversion = '2025-07'")?;
    let document = policy.document();
    println!("{} {}, from {}: {}", document.name, document.version, document.effective_from, policy.digest());
    Ok(())
}
