//! PostgreSQL's catalogue, whole.

use std::collections::HashMap;

use glim::error::DatabaseError;
use glim::value::Value;
use glim_schema::{
    Action, Check, Column, ColumnType, Deferral, EnumType, ForeignKey, Generated, Index, IndexPart, Indexed, Table,
    Unique,
};

use super::default::default;
use super::gather::Gather;
use crate::driver::Connection;
use crate::introspect::query::{all, flag, optional, text};

/// Whether an extension made the object: then it comes and goes with that.
macro_rules! of_extension {
    ($class:literal, $oid:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.",
            $class,
            "'::regclass AND x.objid = ",
            $oid,
            " AND x.deptype = 'e')"
        )
    };
}

const RELATIONS: &str = concat!(
    "SELECT c.relname::text, c.relkind::text, d.description, c.relispartition, c.relrowsecurity, \
     CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) \
          WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) \
          WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END \
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
     LEFT JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.objsubid = 0 \
     AND d.classoid = 'pg_catalog.pg_class'::regclass \
     WHERE n.nspname = $1::text AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT ",
    of_extension!("pg_class", "c.oid"),
    " ORDER BY c.relname"
);

/// The owner of a sequence is what `serial` has made it for.
const COLUMNS: &str = "SELECT c.relname::text, a.attname::text, \
    pg_catalog.format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, \
    pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, a.attgenerated::text, \
    CASE WHEN a.attcollation <> t.typcollation THEN o.collname::text END, s.description, \
    CASE WHEN coalesce(e.typtype, t.typtype) = 'e' THEN coalesce(e.typname, t.typname)::text END, e.oid IS NOT NULL, \
    q.refobjid IS NOT NULL \
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
    LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid \
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
    LEFT JOIN pg_catalog.pg_collation o ON o.oid = a.attcollation \
    LEFT JOIN pg_catalog.pg_description s ON s.objoid = c.oid AND s.objsubid = a.attnum \
    AND s.classoid = 'pg_catalog.pg_class'::regclass \
    LEFT JOIN (SELECT DISTINCT y.refobjid, y.refobjsubid FROM pg_catalog.pg_depend y \
    JOIN pg_catalog.pg_class z ON z.oid = y.objid AND z.relkind = 'S' \
    WHERE y.deptype = 'a' AND y.classid = 'pg_catalog.pg_class'::regclass) q \
    ON q.refobjid = c.oid AND q.refobjsubid = a.attnum \
    WHERE n.nspname = $1::text AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped \
    ORDER BY c.relname, a.attnum";

/// Constraints of partitions are those of their parents. `NOT NULL` (`n`) is the column's.
const CONSTRAINTS: &str = "SELECT c.relname::text, k.conname::text, k.contype::text, k.condeferrable, k.condeferred, \
    k.confdeltype::text, k.confupdtype::text, fc.relname::text, pg_catalog.pg_get_expr(k.conbin, k.conrelid), \
    a.attname::text, fa.attname::text, \
    CASE WHEN k.contype NOT IN ('p', 'u', 'f', 'c') OR k.contype <> 'f' AND k.condeferrable \
              OR k.confmatchtype = 'f' OR fc.relnamespace <> c.relnamespace OR NOT k.convalidated OR k.connoinherit \
              AND k.contype = 'c' \
         THEN pg_catalog.pg_get_constraintdef(k.oid) END \
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid \
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    LEFT JOIN pg_catalog.pg_class fc ON fc.oid = k.confrelid \
    LEFT JOIN LATERAL unnest(CASE WHEN k.contype IN ('p', 'u', 'f') THEN k.conkey END, k.confkey) \
    WITH ORDINALITY AS u(ours, theirs, place) ON true \
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.ours \
    LEFT JOIN pg_catalog.pg_attribute fa ON fa.attrelid = k.confrelid AND fa.attnum = u.theirs \
    WHERE n.nspname = $1::text AND k.contype NOT IN ('n', 't') AND k.conparentid = 0 \
    ORDER BY c.relname, k.conname, u.place";

/// The last column is the whole of an index that has something which our description has no words for: an operator class,
/// a collation, an order of NULLs, or storage parameters of its own, equal NULLs, or that it was never finished.
const INDEXES: &str = "SELECT c.relname::text, ic.relname::text, i.indisunique, m.amname::text, \
    pg_catalog.pg_get_expr(i.indpred, i.indrelid), k.place <= i.indnkeyatts, a.attname::text, \
    CASE WHEN k.attnum = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, k.place::int, true) END, \
    coalesce(i.indoption[k.place - 1] & 1 = 1, false), \
    CASE WHEN NOT (i.indisvalid AND ic.reloptions IS NULL \
                   AND coalesce(pg_catalog.to_jsonb(i)->>'indnullsnotdistinct', 'false') = 'false' \
                   AND coalesce(o.opcdefault, true) AND coalesce(i.indoption[k.place - 1], 0) IN (0, 3) \
                   AND (k.attnum = 0 OR k.place > i.indnkeyatts OR i.indcollation[k.place - 1] = a.attcollation)) \
         THEN pg_catalog.pg_get_indexdef(i.indexrelid) END \
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid AND c.relkind IN ('r', 'p') \
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid \
    JOIN pg_catalog.pg_am m ON m.oid = ic.relam \
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place) \
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum AND k.attnum > 0 \
    LEFT JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[k.place - 1] \
    WHERE n.nspname = $1::text AND NOT ic.relispartition AND NOT EXISTS \
    (SELECT 1 FROM pg_catalog.pg_constraint x WHERE x.conindid = i.indexrelid AND x.contype IN ('p', 'u', 'x')) \
    ORDER BY c.relname, ic.relname, k.place";

const ENUMS: &str = concat!(
    "SELECT t.typname::text, e.enumlabel::text FROM pg_catalog.pg_enum e \
     JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
     WHERE n.nspname = $1::text AND NOT ",
    of_extension!("pg_type", "t.oid"),
    " ORDER BY t.typname, e.enumsortorder"
);

const OTHERS: &str = concat!(
    "SELECT 'sequence', c.relname::text, s.seqtypid::regtype::text || ' start ' || s.seqstart || ' by ' || s.seqincrement \
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
     JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid \
     WHERE n.nspname = $1::text AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d \
     WHERE d.objid = c.oid AND d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i', 'e')) \
     UNION ALL SELECT 'function', p.oid::regprocedure::text, \
     CASE WHEN p.prokind IN ('f', 'p') THEN pg_catalog.pg_get_functiondef(p.oid) ELSE p.prosrc END \
     FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace \
     WHERE n.nspname = $1::text AND NOT ",
    of_extension!("pg_proc", "p.oid"),
    " UNION ALL SELECT 'trigger', c.relname || '.' || t.tgname, pg_catalog.pg_get_triggerdef(t.oid) \
     FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid \
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1::text AND NOT t.tgisinternal \
     UNION ALL SELECT 'policy', c.relname || '.' || p.polname, \
     concat_ws(' ', p.polcmd::text, pg_catalog.pg_get_expr(p.polqual, p.polrelid), \
     pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)) \
     FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid \
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1::text \
     UNION ALL SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, t.typname::text, \
     coalesce(pg_catalog.format_type(nullif(t.typbasetype, 0), t.typtypmod), t.typtype::text) \
     FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
     LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid \
     WHERE n.nspname = $1::text AND (t.typtype IN ('d', 'r') OR t.typtype = 'c' AND c.relkind = 'c') AND NOT ",
    of_extension!("pg_type", "t.oid"),
    " UNION ALL SELECT 'extension', e.extname::text, e.extversion FROM pg_catalog.pg_extension e \
     WHERE e.extname <> 'plpgsql' AND $1::text IS NOT NULL"
);

pub(super) fn describe(conn: &mut dyn Connection, schema: &str, gather: &mut Gather) -> Result<(), DatabaseError> {
    for row in all(conn, RELATIONS, &[schema])? {
        relation(&row, gather);
    }
    let mut enums: HashMap<String, EnumType> = HashMap::new();
    for row in all(conn, ENUMS, &[schema])? {
        let name = text(&row, 0);
        let new = || EnumType { name: name.clone(), values: Vec::new() };
        enums.entry(name.clone()).or_insert_with(new).values.push(text(&row, 1));
    }
    for row in all(conn, COLUMNS, &[schema])? {
        column(&row, &enums, gather);
    }
    gather.enums.extend(enums);
    let constraints = all(conn, CONSTRAINTS, &[schema])?;
    for rows in constraints.chunk_by(|a, b| text(a, 0) == text(b, 0) && text(a, 1) == text(b, 1)) {
        constraint(rows, gather);
    }
    let indexes = all(conn, INDEXES, &[schema])?;
    for rows in indexes.chunk_by(|a, b| text(a, 0) == text(b, 0) && text(a, 1) == text(b, 1)) {
        index(rows, gather);
    }
    for row in all(conn, OTHERS, &[schema])? {
        gather.other(&text(&row, 0), text(&row, 1), text(&row, 2));
    }
    unkeyed_numbers(gather);
    Ok(())
}

fn relation(row: &[Value], gather: &mut Gather) {
    let (name, kind) = (text(row, 0), text(row, 1));
    let definition = text(row, 5);
    match kind.as_str() {
        "v" => gather.other("view", name, definition),
        "m" => gather.other("materialized view", name, definition),
        "f" => gather.other("foreign table", name, definition),
        _ if flag(row, 3) => gather.other("partition", name, definition),
        _ => {
            if kind == "p" {
                gather.other("partitioning of table", name.clone(), definition);
            }
            if flag(row, 4) {
                gather.other("row security of table", name.clone(), "enabled");
            }
            gather.add(Table { comment: optional(row, 2), ..Table::new(name) });
        }
    }
}

fn column(row: &[Value], enums: &HashMap<String, EnumType>, gather: &mut Gather) {
    let table = text(row, 0);
    if !gather.has(&table) {
        return;
    }
    let ty = match optional(row, 9).and_then(|name| enums.get(&name)) {
        Some(ty) if flag(row, 10) => ColumnType::Array(Box::new(ColumnType::Enum(ty.clone()))),
        Some(ty) => ColumnType::Enum(ty.clone()),
        None => gather.ty(&text(row, 2)),
    };
    let mut column = Column { nullable: flag(row, 3), ..Column::new(text(row, 1), ty) };
    let (identity, generated) = (text(row, 5), text(row, 6));
    let expression = optional(row, 4);
    let is_serial = flag(row, 11) && expression.as_ref().is_some_and(|sql| sql.starts_with("nextval("));
    if !generated.is_empty() {
        let expression = expression.unwrap_or_default();
        column.generated = Some(Generated { expression, stored: generated == "s" });
    } else if !identity.is_empty() || is_serial {
        column.auto_increment = true;
    } else if let Some(sql) = expression {
        column.default = default(gather.dialect, &sql, &column.ty);
    }
    column.collation = optional(row, 7);
    column.comment = optional(row, 8);
    if let Some(table) = gather.table(&table) {
        table.columns.push(column);
    }
}

fn constraint(rows: &[Vec<Value>], gather: &mut Gather) {
    let Some(row) = rows.first() else { return };
    let (table, name) = (text(row, 0), text(row, 1));
    if let Some(definition) = optional(row, 11) {
        gather.other("constraint", format!("{table}.{name}"), definition);
        return;
    }
    let Some(table) = gather.table(&table) else { return };
    let columns: Vec<String> = rows.iter().filter_map(|row| optional(row, 9)).collect();
    match text(row, 2).as_str() {
        "p" => table.primary_key = columns,
        "u" => table.uniques.push(Unique::new(columns).name(name)),
        "f" => {
            let theirs = rows.iter().filter_map(|row| optional(row, 10));
            let deferral = match (flag(row, 3), flag(row, 4)) {
                (false, _) => Deferral::Never,
                (true, false) => Deferral::Possible,
                (true, true) => Deferral::Initial,
            };
            let key = ForeignKey::new(columns, text(row, 7), theirs).name(name).deferral(deferral);
            table.foreign_keys.push(key.on_delete(action(&text(row, 5))).on_update(action(&text(row, 6))));
        }
        _ => table.checks.push(Check::new(text(row, 8)).name(name)),
    }
}

fn action(letter: &str) -> Action {
    match letter {
        "r" => Action::Restrict,
        "c" => Action::Cascade,
        "n" => Action::SetNull,
        "d" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

fn index(rows: &[Vec<Value>], gather: &mut Gather) {
    let Some(row) = rows.first() else { return };
    let (table, name) = (text(row, 0), text(row, 1));
    if let Some(definition) = rows.iter().find_map(|row| optional(row, 9)) {
        gather.other("index", format!("{table}.{name}"), definition);
        return;
    }
    let Some(table) = gather.table(&table) else { return };
    let of = |row: &Vec<Value>| match optional(row, 7) {
        Some(sql) => Indexed::Expression(sql),
        None => Indexed::Column(text(row, 6)),
    };
    let (parts, include): (Vec<_>, Vec<_>) = rows.iter().partition(|row| flag(row, 5));
    let parts = parts.into_iter().map(|row| IndexPart { of: of(row), descending: flag(row, 8) });
    table.indexes.push(Index {
        name: Some(name),
        unique: flag(row, 2),
        predicate: optional(row, 4),
        method: optional(row, 3).filter(|method| method != "btree"),
        include: include.into_iter().map(|row| text(row, 6)).collect(),
        ..Index::over(parts)
    });
}

/// A column outside of the key that numbers rows has no place in the neutral schema.
fn unkeyed_numbers(gather: &mut Gather) {
    let mut found = Vec::new();
    gather.each_table(|table| {
        let key = table.primary_key.clone();
        for column in table.columns.iter_mut().filter(|column| column.auto_increment) {
            if key != [column.name.clone()] {
                column.auto_increment = false;
                found.push(format!("{}.{}", table.name, column.name));
            }
        }
    });
    for name in found {
        gather.other("numbering of column", name, "a sequence of its own");
    }
}
