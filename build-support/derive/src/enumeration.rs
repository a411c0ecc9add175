//! The code of an enum whose variants are values of a column.

use glim_parse::EnumDef;
use proc_macro2::TokenStream;
use quote::quote;

use crate::expand::glim;

/// `impl Enum`, and the conversions that a field needs.
pub(crate) fn expand(found: &EnumDef) -> TokenStream {
    let EnumDef { ident, ty, variants, crate_path } = found;
    let krate = glim(crate_path.as_ref());
    let (name, values) = (&ty.name, &ty.values);
    quote! {
        const _: () = {
            use #krate::__private as __glim;
            #[automatically_derived]
            impl __glim::Enum for #ident {
                const NAME: &'static str = #name;
                const VALUES: &'static [&'static str] = &[#(#values),*];
                fn value(&self) -> &'static str {
                    match self {
                        #(Self::#variants => #values,)*
                    }
                }
                fn of_value(value: &str) -> ::core::option::Option<Self> {
                    ::core::option::Option::Some(match value {
                        #(#values => Self::#variants,)*
                        _ => return ::core::option::Option::None,
                    })
                }
            }
            impl __glim::Element for #ident {}
            #[automatically_derived]
            impl __glim::ToValue for #ident {
                fn to_value(&self) -> __glim::Value {
                    __glim::of_enum(self)
                }
            }
            #[automatically_derived]
            impl __glim::FromValue for #ident {
                fn from_value(value: &__glim::Value) -> ::core::result::Result<Self, __glim::Mismatch> {
                    __glim::to_enum(value)
                }
            }
        };
    }
}
