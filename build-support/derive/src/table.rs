//! The expression that builds a table.

use glim_schema::{Action, Check, Column, ColumnType, Default, ForeignKey, Index, Table, Unique};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

/// The expression, with names from `__glim`.
pub(crate) fn expression(table: &Table) -> TokenStream {
    // Exhaustive here and below, so that nothing that a table is made of can be forgotten.
    let Table { name, columns, primary_key, uniques, indexes, foreign_keys, checks, comment } = table;
    let columns = columns.iter().map(column);
    let primary_key = (!primary_key.is_empty()).then(|| {
        let names = texts(primary_key);
        quote!(table.primary_key = #names;)
    });
    let uniques = assignment("uniques", uniques, unique);
    let indexes = assignment("indexes", indexes, index);
    let foreign_keys = assignment("foreign_keys", foreign_keys, foreign_key);
    let checks = assignment("checks", checks, check);
    let comment = comment.as_ref().map(|comment| quote!(.comment(#comment)));
    quote! {{
        let mut table = __glim::Table::new(#name)#comment;
        table.columns = ::std::vec![#(#columns),*];
        #primary_key #uniques #indexes #foreign_keys #checks
        table
    }}
}

/// Sets a list of the table, if it has something in it.
fn assignment<T>(field: &str, items: &[T], item: impl Fn(&T) -> TokenStream) -> Option<TokenStream> {
    let field = Ident::new(field, Span::call_site());
    let items = items.iter().map(item);
    (items.len() > 0).then(|| quote!(table.#field = ::std::vec![#(#items),*];))
}

fn column(column: &Column) -> TokenStream {
    let Column { name, ty, nullable, default, auto_increment, comment } = column;
    let ty = column_type(ty);
    let nullable = nullable.then(|| quote!(.nullable()));
    let default = default.as_ref().map(default_value).map(|default| quote!(.default(#default)));
    let auto_increment = auto_increment.then(|| quote!(.auto_increment()));
    let comment = comment.as_ref().map(|comment| quote!(.comment(#comment)));
    quote!(__glim::Column::new(#name, #ty)#nullable #default #auto_increment #comment)
}

fn column_type(ty: &ColumnType) -> TokenStream {
    let simple = match ty {
        ColumnType::Bool => "Bool",
        ColumnType::Int8 => "Int8",
        ColumnType::Int16 => "Int16",
        ColumnType::Int32 => "Int32",
        ColumnType::Int64 => "Int64",
        ColumnType::Uint8 => "Uint8",
        ColumnType::Uint16 => "Uint16",
        ColumnType::Uint32 => "Uint32",
        ColumnType::Uint64 => "Uint64",
        ColumnType::Float32 => "Float32",
        ColumnType::Float64 => "Float64",
        ColumnType::Date => "Date",
        ColumnType::Time => "Time",
        ColumnType::Timestamp => "Timestamp",
        ColumnType::TimestampTz => "TimestampTz",
        ColumnType::Uuid => "Uuid",
        ColumnType::Json => "Json",
        ColumnType::Decimal { precision, scale } => {
            return quote!(__glim::ColumnType::Decimal { precision: #precision, scale: #scale });
        }
        ColumnType::Text { length } => {
            let length = option(length.map(Literal::u32_unsuffixed));
            return quote!(__glim::ColumnType::Text { length: #length });
        }
        ColumnType::Bytes { length } => {
            let length = option(length.map(Literal::u32_unsuffixed));
            return quote!(__glim::ColumnType::Bytes { length: #length });
        }
        ColumnType::Native(name) => return quote!(__glim::ColumnType::Native(::std::string::String::from(#name))),
    };
    let simple = Ident::new(simple, Span::call_site());
    quote!(__glim::ColumnType::#simple)
}

fn default_value(default: &Default) -> TokenStream {
    match default {
        Default::Keyword(word) => quote!(__glim::Default::Keyword(#word)),
        Default::Number(text) => quote!(__glim::Default::Number(::std::string::String::from(#text))),
        Default::Text(text) => quote!(__glim::Default::Text(::std::string::String::from(#text))),
        Default::Expression(text) => quote!(__glim::Default::Expression(::std::string::String::from(#text))),
    }
}

fn unique(unique: &Unique) -> TokenStream {
    let Unique { name, columns } = unique;
    let (name, columns) = (option(name.as_ref().map(text)), texts(columns));
    quote!(__glim::Unique { name: #name, columns: #columns })
}

fn index(index: &Index) -> TokenStream {
    let Index { name, columns, unique } = index;
    let (name, columns) = (option(name.as_ref().map(text)), texts(columns));
    quote!(__glim::Index { name: #name, columns: #columns, unique: #unique })
}

fn foreign_key(key: &ForeignKey) -> TokenStream {
    let ForeignKey { name, columns, references, referenced_columns, on_delete, on_update } = key;
    let (name, columns) = (option(name.as_ref().map(text)), texts(columns));
    let (references, referenced_columns) = (text(references), texts(referenced_columns));
    let (on_delete, on_update) = (action(*on_delete), action(*on_update));
    quote!(__glim::ForeignKey {
        name: #name,
        columns: #columns,
        references: #references,
        referenced_columns: #referenced_columns,
        on_delete: #on_delete,
        on_update: #on_update,
    })
}

fn action(action: Action) -> TokenStream {
    match action {
        Action::NoAction => quote!(__glim::Action::NoAction),
        Action::Restrict => quote!(__glim::Action::Restrict),
        Action::Cascade => quote!(__glim::Action::Cascade),
        Action::SetNull => quote!(__glim::Action::SetNull),
        Action::SetDefault => quote!(__glim::Action::SetDefault),
    }
}

fn check(check: &Check) -> TokenStream {
    let Check { name, expression } = check;
    let (name, expression) = (option(name.as_ref().map(text)), text(expression));
    quote!(__glim::Check { name: #name, expression: #expression })
}

fn text(text: &String) -> TokenStream {
    quote!(::std::string::String::from(#text))
}

fn texts(texts: &[String]) -> TokenStream {
    let texts = texts.iter().map(text);
    quote!(::std::vec![#(#texts),*])
}

fn option(value: Option<impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
