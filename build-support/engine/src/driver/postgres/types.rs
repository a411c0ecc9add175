//! Types by their number. The built-in ones have the same in every database (`pg_type.dat` in PostgreSQL's sources).

use std::collections::HashMap;

use postgres_protocol::Oid;

macro_rules! builtin {
    ($($name:ident = $oid:literal $text:literal;)*) => {
        $(pub(super) const $name: Oid = $oid;)*

        fn builtin_name(oid: Oid) -> Option<&'static str> {
            match oid {
                $($oid => Some($text),)*
                _ => None,
            }
        }
    };
}

builtin! {
    BOOL = 16 "boolean";
    BYTEA = 17 "bytea";
    CHAR = 18 "\"char\"";
    NAME = 19 "name";
    INT8 = 20 "bigint";
    INT2 = 21 "smallint";
    INT4 = 23 "integer";
    TEXT = 25 "text";
    OID = 26 "oid";
    JSON = 114 "json";
    FLOAT4 = 700 "real";
    FLOAT8 = 701 "double precision";
    UNKNOWN = 705 "unknown";
    BPCHAR = 1042 "character";
    VARCHAR = 1043 "character varying";
    DATE = 1082 "date";
    TIME = 1083 "time";
    TIMESTAMP = 1114 "timestamp";
    TIMESTAMPTZ = 1184 "timestamp with time zone";
    NUMERIC = 1700 "numeric";
    VOID = 2278 "void";
    UUID = 2950 "uuid";
    JSONB = 3802 "jsonb";
}

/// Where the numbers of types begin that are not built in, and differ from database to database.
const FIRST_OWN: Oid = 16_384;

/// A type that is not built in, as far as we have to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OwnType {
    /// Its name, for messages.
    pub(super) name: String,
    /// Its binary form is its text: an enum, or `citext`.
    pub(super) is_text: bool,
    /// What a domain is made of at last; any other type is its own.
    pub(super) base: Oid,
}

/// The types of one database that are not built in, as far as they were met.
#[derive(Default)]
pub(super) struct TypeNames(HashMap<Oid, OwnType>);

impl TypeNames {
    /// Whether a value of this type may have to be looked up first.
    pub(super) fn is_missing(&self, oid: Oid) -> bool {
        builtin_name(oid).is_none() && !self.0.contains_key(&oid)
    }

    /// Remembers a type.
    pub(super) fn put(&mut self, oid: Oid, own: OwnType) {
        self.0.insert(oid, own);
    }

    /// Forgets all: a number can be used again after a type was dropped.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The name for messages.
    pub(super) fn name(&self, oid: Oid) -> String {
        match (builtin_name(oid), self.0.get(&oid)) {
            (Some(name), _) => name.to_owned(),
            (None, Some(own)) => own.name.clone(),
            (None, None) => format!("with the number {oid}"),
        }
    }

    /// What a domain is made of; any other type as it is. Results never have the type of a domain, but parameters do.
    pub(super) fn base(&self, oid: Oid) -> Oid {
        self.0.get(&oid).map_or(oid, |own| own.base)
    }

    /// Whether the type's binary form is its text.
    pub(super) fn is_text(&self, oid: Oid) -> bool {
        match oid {
            TEXT | VARCHAR | BPCHAR | NAME | UNKNOWN => true,
            _ if oid < FIRST_OWN => false,
            _ => self.0.get(&oid).is_some_and(|own| own.is_text),
        }
    }
}

/// Asks for types: number, name, whether the binary form is the text, and the number of the base.
pub(super) fn lookup_statement(oids: &[Oid]) -> String {
    let list: Vec<_> = oids.iter().map(Oid::to_string).collect();
    format!(
        "WITH RECURSIVE chain (start, oid, typtype, typname, typbasetype) AS (\
             SELECT oid, oid, typtype, typname, typbasetype FROM pg_catalog.pg_type WHERE oid IN ({}) \
             UNION ALL SELECT start, base.oid, base.typtype, base.typname, base.typbasetype \
             FROM chain JOIN pg_catalog.pg_type base ON base.oid = chain.typbasetype WHERE chain.typtype = 'd') \
         SELECT start, pg_catalog.format_type(start, NULL), typtype = 'e' OR typname = 'citext', oid \
         FROM chain WHERE typtype <> 'd'",
        list.join(", ")
    )
}
