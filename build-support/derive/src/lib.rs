//! `#[derive(Model)]`: wiring between the model parser and the code that is generated.

mod expand;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct a model: implements `glim::Model` for it and registers it. Its attributes are described at
/// `glim::Model`.
#[proc_macro_derive(Model, attributes(glim))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    match glim_parse::parse(input) {
        Ok(model) => expand::model(&model),
        Err(problems) => problems.to_compile_errors(),
    }
    .into()
}
