//! Types as a user knows them, and which of them are text.

use tokio_postgres::types::{Kind, Type};

/// The name for messages: as in SQL, not as in the catalogue.
pub(super) fn name(ty: &Type) -> String {
    let named = match *ty {
        Type::BOOL => "boolean",
        Type::CHAR => "\"char\"",
        Type::INT2 => "smallint",
        Type::INT4 => "integer",
        Type::INT8 => "bigint",
        Type::FLOAT4 => "real",
        Type::FLOAT8 => "double precision",
        Type::BPCHAR => "character",
        Type::VARCHAR => "character varying",
        Type::VARBIT => "bit varying",
        Type::TIMETZ => "time with time zone",
        Type::TIMESTAMPTZ => "timestamp with time zone",
        _ => match ty.kind() {
            Kind::Array(element) => return format!("{}[]", name(element)),
            _ => ty.name(),
        },
    };
    named.to_owned()
}

/// What a domain is made of at last; any other type as it is. Results never have the type of a domain, but parameters do.
pub(super) fn base(ty: &Type) -> &Type {
    match ty.kind() {
        Kind::Domain(below) => base(below),
        _ => ty,
    }
}

/// Whether the type's binary form is its text.
pub(super) fn is_text(ty: &Type) -> bool {
    match *ty {
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => true,
        // An extension's, with another number in each database.
        _ => matches!(ty.kind(), Kind::Enum(_)) || (Type::from_oid(ty.oid()).is_none() && ty.name() == "citext"),
    }
}

#[cfg(test)]
mod tests {
    use tokio_postgres::types::{Kind, Type};

    use super::{base, is_text, name};

    #[test]
    fn types_are_named_as_in_sql() {
        assert_eq!(name(&Type::INT4_ARRAY), "integer[]");
        assert_eq!(name(&Type::INTERVAL), "interval");
    }

    #[test]
    fn a_domain_is_what_it_is_made_of() {
        let own = |name: &str, oid, kind| Type::new(name.to_owned(), oid, kind, "public".to_owned());
        let mood = own("mood", 20_000, Kind::Enum(vec![]));
        let good_mood = own("better", 20_002, Kind::Domain(own("good", 20_001, Kind::Domain(mood.clone()))));
        assert_eq!(base(&good_mood), &mood);
        assert!(is_text(&mood) && !is_text(&Type::JSON));
        assert!(is_text(&own("citext", 20_003, Kind::Simple)) && !is_text(&own("hstore", 20_004, Kind::Simple)));
    }
}
