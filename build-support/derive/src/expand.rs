//! The code of a model. Short, since every model of a crate compiles it: names are imported once, and what does not
//! differ between models is in glim.

use glim_parse::{Declared, FieldDef, ModelDef};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

/// `impl Model`, and the registration.
pub(crate) fn model(model: &ModelDef) -> TokenStream {
    let krate = glim(model.crate_path.as_ref());
    let ident = &model.ident;
    let name = ident.to_string();
    let name = name.trim_start_matches("r#");
    let table = table(model);
    let defaults = model.fields.iter().filter_map(default);
    let columns = model.fields.iter().filter(|field| field.column.is_some());
    let values = columns.map(to_value);
    let fields = from_row(&model.fields);
    let key: Vec<&FieldDef> = model.key.iter().map(|at| &model.fields[*at]).collect();
    let key_type = key_type(&key);
    let key_of_self = key.iter().copied().map(to_value);
    let key_values = key_values(&key);
    let frozen = model.frozen;
    let db = match &model.db {
        Some(db) => quote!(::core::option::Option::Some(#db)),
        None => quote!(::core::option::Option::None),
    };
    quote! {
        const _: () = {
            use #krate::__private as __glim;
            #[automatically_derived]
            impl __glim::Model for #ident {
                type Key = #key_type;
                const NAME: &'static str = #name;
                fn table() -> &'static __glim::Table {
                    static TABLE: __glim::LazyLock<__glim::Table> = __glim::LazyLock::new(|| #table);
                    &TABLE
                }
                fn values(&self) -> ::std::vec::Vec<__glim::Value> {
                    ::std::vec::Vec::from([#(#values),*])
                }
                fn from_row(row: &__glim::Row) -> __glim::Result<Self> {
                    ::core::result::Result::Ok(Self { #fields })
                }
                fn key(&self) -> ::std::vec::Vec<__glim::Value> {
                    ::std::vec::Vec::from([#(#key_of_self),*])
                }
                fn key_values(key: Self::Key) -> ::std::vec::Vec<__glim::Value> {
                    #key_values
                }
            }
            __glim::submit! {
                __glim::ModelRegistration {
                    name: #name,
                    table: <#ident as __glim::Model>::table,
                    db: #db,
                    frozen: #frozen,
                    package: ::core::env!("CARGO_PKG_NAME"),
                    module: ::core::module_path!(),
                    file: ::core::file!(),
                    line: ::core::line!(),
                }
            }
            #(#defaults)*
        };
    }
}

/// The path of glim.
pub(crate) fn glim(named: Option<&Path>) -> TokenStream {
    named.map_or_else(|| quote!(::glim), |path| quote!(#path))
}

/// The table, whose enums the compiler looks up.
fn table(model: &ModelDef) -> TokenStream {
    let table = model.table.to_compact();
    let enums = model
        .fields
        .iter()
        .filter_map(|field| field.declared.as_ref())
        .map(|Declared { ty, .. }| quote_spanned!(located(ty)=> __glim::enum_type::<#ty>()));
    let mut enums = enums.peekable();
    match enums.peek() {
        None => quote!(__glim::table(#table)),
        Some(_) => quote!(__glim::table_with_enums(#table, [#(#enums),*])),
    }
}

/// That the default of an enum's column is one of its values.
fn default(field: &FieldDef) -> Option<TokenStream> {
    let Declared { ty, default } = field.declared.as_ref()?;
    let (text, tokens) = default.as_ref()?;
    let message = format!("the default `{text}` is no value of the enum");
    let span = located(tokens);
    Some(quote_spanned! {span=>
        const _: () = ::core::assert!(__glim::is_value::<#ty>(#text), "{}", #message);
    })
}

/// The value of a field. A type that cannot be stored is the compiler's error at the field.
fn to_value(field: &FieldDef) -> TokenStream {
    let ident = &field.ident;
    quote_spanned!(place(field)=> __glim::ToValue::to_value(&self.#ident))
}

/// The place of a field's type, for code that is generated: without the code being taken for the user's own by lints.
fn place(field: &FieldDef) -> Span {
    located(&field.ty)
}

fn located(tokens: &impl Spanned) -> Span {
    Span::call_site().located_at(tokens.span())
}

/// The fields from the row's values, by position.
fn from_row(fields: &[FieldDef]) -> TokenStream {
    let mut position = 0;
    let mut all = TokenStream::new();
    for field in fields {
        let ident = &field.ident;
        all.extend(if field.column.is_some() {
            let at = Literal::usize_suffixed(position);
            position += 1;
            quote_spanned!(place(field)=> #ident: row.get(#at)?,)
        } else {
            quote_spanned!(place(field)=> #ident: ::core::default::Default::default(),)
        });
    }
    all
}

fn key_type(key: &[&FieldDef]) -> TokenStream {
    let types = key.iter().map(|field| &field.ty);
    match key {
        [one] => {
            let ty = &one.ty;
            quote!(#ty)
        }
        _ => quote!((#(#types),*)),
    }
}

fn key_values(key: &[&FieldDef]) -> TokenStream {
    match key {
        [] => quote!({
            let () = key;
            ::std::vec::Vec::new()
        }),
        [_] => quote!(::std::vec::Vec::from([__glim::ToValue::to_value(&key)])),
        _ => {
            let parts = (0..key.len()).map(Literal::usize_unsuffixed);
            quote!(::std::vec::Vec::from([#(__glim::ToValue::to_value(&key.#parts)),*]))
        }
    }
}
