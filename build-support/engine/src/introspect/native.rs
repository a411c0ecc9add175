//! Native types in one spelling each, so that a type that was asked for and one that a database reports can be compared.

use glim_schema::Dialect;

/// The type in the spelling that we compare: small letters, single spaces, one of several synonyms.
pub(super) fn normal(dialect: Dialect, ty: &str) -> String {
    let spelled = spaces(&ty.to_lowercase());
    let (name, arguments, rest) = parts(&spelled);
    match dialect {
        Dialect::Sqlite => format!("{}{arguments}{rest}", sqlite(name)),
        Dialect::Postgres => postgres(name, arguments, rest),
        Dialect::Mysql => mysql(name, arguments, rest),
    }
}

/// One space where there are several or other kinds, and none around parentheses and commas.
fn spaces(ty: &str) -> String {
    let mut spelled = ty.split_whitespace().collect::<Vec<_>>().join(" ");
    for mark in ["(", ")", ","] {
        spelled = spelled.replace(&format!(" {mark}"), mark).replace(&format!("{mark} "), mark);
    }
    // A word after the parentheses is a word of its own.
    spelled.replace(')', ") ").trim_end().to_owned()
}

/// `name`, `(arguments)` and what follows them, such as ` unsigned`.
pub(super) fn parts(ty: &str) -> (&str, &str, &str) {
    match (ty.find('('), ty.find(')')) {
        (Some(open), Some(close)) if open < close => (&ty[..open], &ty[open..=close], &ty[close + 1..]),
        _ => (ty, "", ""),
    }
}

fn sqlite(name: &str) -> &str {
    match name {
        "int" => "integer",
        "bool" => "boolean",
        "double" => "double precision",
        "character varying" => "varchar",
        "character" => "char",
        other => other,
    }
}

/// The spelling of `format_type`.
fn postgres(name: &str, arguments: &str, rest: &str) -> String {
    let (name, rest) = match (name, rest) {
        ("int2", _) => ("smallint", rest),
        ("int" | "int4", _) => ("integer", rest),
        ("int8", _) => ("bigint", rest),
        ("float4", _) => ("real", rest),
        ("float8" | "float", _) => ("double precision", rest),
        ("bool", _) => ("boolean", rest),
        ("decimal", _) => ("numeric", rest),
        ("varchar", _) => ("character varying", rest),
        ("char" | "bpchar", _) => ("character", rest),
        ("timestamptz", "") => ("timestamp", " with time zone"),
        ("timetz", "") => ("time", " with time zone"),
        ("timestamp" | "time", "") => (name, " without time zone"),
        _ => (name, rest),
    };
    let arguments = if name == "character" && arguments.is_empty() { "(1)" } else { arguments };
    format!("{name}{arguments}{rest}")
}

/// Integers have no width any more (MySQL 8.0.19), but MariaDB still shows one; only `tinyint(1)` means something else.
fn mysql(name: &str, arguments: &str, rest: &str) -> String {
    let (first, more) = name.split_once(' ').map_or((name, String::new()), |(first, more)| (first, format!(" {more}")));
    let rest = format!("{more}{rest}");
    match first {
        "bool" | "boolean" => "tinyint(1)".to_owned(),
        "tinyint" if arguments == "(1)" && rest.is_empty() => "tinyint(1)".to_owned(),
        "tinyint" | "smallint" | "mediumint" | "bigint" => format!("{first}{rest}"),
        "int" | "integer" => format!("int{rest}"),
        "dec" | "numeric" | "fixed" => format!("decimal{arguments}{rest}"),
        "real" => format!("double{arguments}{rest}"),
        // MariaDB's JSON is a text with a check.
        "json" => "longtext".to_owned(),
        _ => format!("{first}{arguments}{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use glim_schema::Dialect;

    use super::normal;

    #[test]
    fn synonyms_are_one_type() {
        let pairs = [
            (Dialect::Sqlite, "INT", "integer"),
            (Dialect::Sqlite, "VARCHAR( 255 )", "varchar(255)"),
            (Dialect::Sqlite, "DECIMAL_TEXT(10, 2)", "decimal_text(10,2)"),
            (Dialect::Postgres, "varchar(255)", "character varying(255)"),
            (Dialect::Postgres, "timestamptz", "timestamp with time zone"),
            (Dialect::Postgres, "TIMESTAMPTZ(3)", "timestamp(3) with time zone"),
            (Dialect::Postgres, "time(6)", "time(6) without time zone"),
            (Dialect::Postgres, "timestamp  with  time zone", "timestamp with time zone"),
            (Dialect::Postgres, "numeric(20,0)", "numeric(20, 0)"),
            (Dialect::Postgres, "decimal(10,2)", "numeric(10,2)"),
            (Dialect::Postgres, "char", "character(1)"),
            (Dialect::Mysql, "boolean", "tinyint(1)"),
            (Dialect::Mysql, "int", "int(11)"),
            (Dialect::Mysql, "bigint unsigned", "bigint(20) unsigned"),
            (Dialect::Mysql, "tinyint unsigned", "tinyint(3) unsigned"),
            (Dialect::Mysql, "tinyint(1) unsigned", "tinyint unsigned"),
            (Dialect::Mysql, "json", "longtext"),
        ];
        for (dialect, one, other) in pairs {
            assert_eq!(normal(dialect, one), normal(dialect, other), "{one} and {other} on {dialect}");
        }
    }

    #[test]
    fn other_types_stay_apart() {
        let pairs = [
            (Dialect::Sqlite, "varchar(255)", "varchar(25)"),
            (Dialect::Postgres, "timestamp", "timestamptz"),
            (Dialect::Postgres, "timestamp(3)", "timestamp"),
            (Dialect::Postgres, "integer", "integer[]"),
            (Dialect::Mysql, "tinyint", "boolean"),
            (Dialect::Mysql, "int", "int unsigned"),
            (Dialect::Mysql, "decimal(10,2)", "decimal(10,3)"),
            (Dialect::Mysql, "datetime", "datetime(6)"),
        ];
        for (dialect, one, other) in pairs {
            assert_ne!(normal(dialect, one), normal(dialect, other), "{one} and {other} on {dialect}");
        }
    }
}
