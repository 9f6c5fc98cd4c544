//! The Node binding of lifestage.
