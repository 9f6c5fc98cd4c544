//! The Python binding of lifestage.
