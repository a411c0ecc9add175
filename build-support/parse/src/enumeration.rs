//! An enum's tokens to the values that its variants are in the database. Everything that is wrong is found in one go.

use glim_schema::EnumType;
use proc_macro2::Ident;
use syn::{Data, DeriveInput, Fields, Path, Variant};

use crate::attrs::{EnumAttrs, Text, VariantAttrs};
use crate::names;
use crate::problem::Problems;

/// An enum whose variants are values of a column.
pub struct EnumDef {
    /// The enum's name.
    pub ident: Ident,
    /// Its name and values in the database; the values are those of `variants`, in their order.
    pub ty: EnumType,
    /// The variants.
    pub variants: Vec<Ident>,
    /// Where generated code finds glim, when not at `::glim`.
    pub crate_path: Option<Path>,
}

/// How many bytes PostgreSQL keeps of a name, and of a value.
const LONGEST: usize = 63;

/// Parses an enum with `#[derive(Enum)]`, of which `cfg` and `cfg_attr` are already evaluated, as a derive sees it.
///
/// # Errors
/// All that is wrong with it.
pub fn parse_enum(input: DeriveInput) -> Result<EnumDef, Problems> {
    let mut problems = Problems::new();
    let DeriveInput { attrs, ident, generics, data, .. } = input;
    let attrs = EnumAttrs::read(&attrs, &mut problems);
    if !generics.params.is_empty() {
        let problem = problems.add(&generics, "an enum of a column cannot have generic parameters");
        problem.help_is("write one enum for each set of values");
    }
    let name = named(attrs.name.as_ref(), &ident, "type", &mut problems);
    let (mut variants, mut values) = (Vec::new(), Vec::new());
    for variant in variants_of(&ident, data, &mut problems) {
        let value = value(&variant, &values, &variants, &mut problems);
        values.push(value);
        variants.push(variant.ident);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(EnumDef { ident, ty: EnumType { name, values }, variants, crate_path: attrs.crate_path })
}

fn variants_of(ident: &Ident, data: Data, problems: &mut Problems) -> Vec<Variant> {
    let found = match data {
        Data::Enum(data) if data.variants.is_empty() => "has no variants",
        Data::Enum(data) => return data.variants.into_iter().collect(),
        Data::Struct(_) => "is a struct",
        Data::Union(_) => "is a union",
    };
    let problem = problems.add(ident, format_args!("`{ident}` {found} and cannot be the values of a column"));
    problem.help_is("write an enum with a variant for each value, such as `enum Mood { Happy, Sad }`");
    Vec::new()
}

/// What a variant is in the database, after those before it.
fn value(variant: &Variant, values: &[String], variants: &[Ident], problems: &mut Problems) -> String {
    let attrs = VariantAttrs::read(&variant.attrs, problems);
    let ident = &variant.ident;
    if !matches!(variant.fields, Fields::Unit) {
        let problem = problems.add(&variant.fields, format_args!("the variant `{ident}` has fields"));
        problem.help_is("a value of an enum is one text: remove the fields, or keep them in columns of their own");
    }
    let value = named(attrs.name.as_ref(), ident, "value", problems);
    if let Some(at) = values.iter().position(|other| *other == value) {
        let message = format!("the variant `{ident}` has the value `{value}`, as `{}` has", variants[at]);
        let problem = match &attrs.name {
            Some(name) => problems.add(name, message),
            None => problems.add(ident, message),
        };
        problem.help_is("give one of them another, such as `#[glim(name = \"...\")]`");
    }
    value
}

/// The name that an attribute gives, else the identifier's in `snake_case`.
fn named(name: Option<&Text>, ident: &Ident, what: &str, problems: &mut Problems) -> String {
    let text = name.map_or_else(|| names::snake_case(&names::plain(ident)), |name| name.text.clone());
    if text.len() > LONGEST {
        let message = format!("the {what} `{text}` has {} bytes", text.len());
        let problem = match name {
            Some(name) => problems.add(name, message),
            None => problems.add(ident, message),
        };
        problem.help_is(format_args!("PostgreSQL keeps {LONGEST}: write a shorter one as `#[glim(name = \"...\")]`"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::parse_enum;

    fn read(source: &str) -> Result<(String, Vec<String>), Vec<String>> {
        let read = parse_enum(syn::parse_str(source).expect("an enum"));
        read.map(|found| (found.ty.name, found.ty.values))
            .map_err(|problems| problems.iter().map(|problem| problem.message().to_owned()).collect())
    }

    #[test]
    fn names_are_in_snake_case_unless_they_are_given() {
        let (name, values) = read("enum UserMood { Happy, r#Type, #[glim(name = \"so so\")] SoSo, SoLala = 7 }")
            .expect("nothing is wrong with it");
        assert_eq!(name, "user_mood");
        assert_eq!(values, ["happy", "type", "so so", "so_lala"]);
        let named = read("#[glim(name = \"Mood\", crate = \"::other\")] enum M { A }");
        assert_eq!(named.expect("nothing is wrong with it").0, "Mood");
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let long = "x".repeat(64);
        let problems = read(&format!(
            "#[glim(nmae = \"a\")] enum E<T> {{ A(T), #[glim(name = \"a\")] B, #[glim(name = \"{long}\")] C {{ d: i32 }} }}"
        ))
        .expect_err("much is wrong");
        assert_eq!(
            problems,
            [
                "unknown key `nmae` on an enum",
                "an enum of a column cannot have generic parameters",
                "the variant `A` has fields",
                "the variant `B` has the value `a`, as `A` has",
                "the variant `C` has fields",
                &format!("the value `{long}` has 64 bytes"),
            ]
        );
        assert_eq!(read("enum E {}"), Err(vec!["`E` has no variants and cannot be the values of a column".to_owned()]));
        assert!(read("struct E;").is_err() && read("union E { a: u8 }").is_err());
    }
}
