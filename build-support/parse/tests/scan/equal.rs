//! The derive and the scan see the same. The derive's side of this test is what it does: `glim_parse::parse` on the
//! struct's tokens.
