//! Enums whose variants are values of a column.

use glim_schema::EnumType;

use crate::value::{Mismatch, Value};

/// An enum whose variants are values of a column. Derived, never written by hand: `#[derive(glim::Enum)]`.
///
/// ```
/// use glim::Enum;
///
/// #[derive(Debug, PartialEq, glim::Enum)]
/// enum Mood {
///     Happy,
///     Sad,
///     #[glim(name = "so so")]
///     SoSo,
/// }
///
/// assert_eq!(Mood::VALUES, ["happy", "sad", "so so"]);
/// assert_eq!(Mood::SoSo.value(), "so so");
/// assert_eq!(Mood::of_value("sad"), Some(Mood::Sad));
/// ```
#[diagnostic::on_unimplemented(
    message = "no column type is known for `{Self}`",
    note = "for an enum: add `#[derive(glim::Enum)]` to it",
    note = "for any other type: say which type the column has, such as `#[glim(sql_type = \"varchar(20)\")]`, and \
            implement `glim::ToValue` and `glim::FromValue`; or leave the field out with `#[glim(skip)]`"
)]
pub trait Enum: Sized + 'static {
    /// The name of the type in databases whose enums have names.
    const NAME: &'static str;

    /// The values of the variants, in their order.
    const VALUES: &'static [&'static str];

    /// The value of this variant.
    fn value(&self) -> &'static str;

    /// The variant of that value.
    fn of_value(value: &str) -> Option<Self>;
}

/// The enum as a column's type.
pub fn enum_type<E: Enum>() -> EnumType {
    EnumType::new(E::NAME, E::VALUES.iter().copied())
}

/// Whether it is a value of the enum.
pub const fn is_value<E: Enum>(text: &str) -> bool {
    let mut at = 0;
    while at < E::VALUES.len() {
        if is_same(E::VALUES[at].as_bytes(), text.as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    a.len() == b.len() && at == a.len()
}

/// What a variant is stored as.
pub fn of_enum<E: Enum>(variant: &E) -> Value {
    Value::Text(variant.value().to_owned())
}

/// The variant that is stored as that.
///
/// # Errors
/// [`Mismatch`] when it is no value of the enum.
pub fn to_enum<E: Enum>(value: &Value) -> Result<E, Mismatch> {
    match value {
        Value::Text(text) => E::of_value(text).ok_or_else(|| Mismatch::no_value(E::NAME, E::VALUES, text)),
        _ => Err(Mismatch::kind(&format!("a value of the enum `{}`", E::NAME), value)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Enum, is_value};
    use crate::value::{FromValue, ToValue, Value};

    #[derive(Clone, Copy, Debug, PartialEq, Eq, crate::Enum)]
    enum Mood {
        Happy,
        #[glim(name = "so so")]
        SoSo,
    }

    #[test]
    fn variants_are_texts_and_come_back() {
        for mood in [Mood::Happy, Mood::SoSo] {
            assert_eq!(Mood::from_value(&mood.to_value()), Ok(mood));
        }
        assert_eq!(Mood::SoSo.to_value(), Value::Text("so so".to_owned()));
        assert_eq!(Option::<Mood>::from_value(&Value::Null), Ok(None));
        assert_eq!((Mood::NAME, Mood::VALUES), ("mood", &["happy", "so so"][..]));
    }

    #[test]
    fn a_value_of_no_variant_is_shown_with_those_that_there_are() {
        let error = Mood::from_value(&Value::Text("sad".to_owned())).expect_err("no such variant");
        assert_eq!(error.to_string(), "expected a value of the enum `mood` (`happy`, `so so`), found the text \"sad\"");
        let error = Mood::from_value(&Value::Int(1)).expect_err("no text");
        assert_eq!(error.to_string(), "expected a value of the enum `mood`, found an integer");
    }

    #[test]
    fn only_whole_values_count() {
        for (text, expected) in [("happy", true), ("so so", true), ("hap", false), ("happyy", false), ("", false)] {
            assert_eq!(is_value::<Mood>(text), expected, "{text}");
        }
    }
}
