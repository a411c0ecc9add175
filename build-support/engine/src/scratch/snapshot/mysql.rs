//! What a MySQL or MariaDB database holds, in the server's own words for it.

use glim::error::DatabaseError;
use glim_schema::Dialect;
use glim_schema::sql::quote;

use crate::driver::Connection;
use crate::scratch::query::texts;

const TABLES: &str = "SELECT table_name FROM information_schema.tables WHERE table_schema = database() \
    AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'glim!_%' ESCAPE '!'";

/// Each gives a kind, a name and a definition.
const OTHERS: [&str; 4] = [
    "SELECT 'view', table_name, concat_ws(' ', view_definition, check_option, security_type) \
       FROM information_schema.views WHERE table_schema = database()",
    "SELECT 'trigger', concat(trigger_name, ' on ', event_object_table), \
       concat_ws(' ', action_timing, event_manipulation, action_statement) \
       FROM information_schema.triggers WHERE trigger_schema = database()",
    "SELECT lower(routine_type), routine_name, concat_ws(' ', dtd_identifier, sql_data_access, routine_definition, \
       (SELECT group_concat(concat_ws(' ', p.parameter_mode, p.parameter_name, p.dtd_identifier) \
          ORDER BY p.ordinal_position) FROM information_schema.parameters p \
          WHERE p.specific_schema = r.routine_schema AND p.specific_name = r.specific_name)) \
       FROM information_schema.routines r WHERE routine_schema = database()",
    "SELECT 'event', event_name, concat_ws(' ', interval_value, interval_field, execute_at, event_definition) \
       FROM information_schema.events WHERE event_schema = database()",
];

pub(super) fn objects(conn: &mut dyn Connection) -> Result<Vec<(String, String)>, DatabaseError> {
    let mut objects = Vec::new();
    for mut row in texts(conn, TABLES)? {
        let Some(name) = row.pop() else { continue };
        let sql = format!("SHOW CREATE TABLE {}", quote(Dialect::Mysql, &name));
        let created = texts(conn, &sql)?.pop().and_then(|mut row| row.pop()).unwrap_or_default();
        objects.push((format!("table {name}"), String::new()));
        // The first line names the table.
        let parts = created.lines().skip(1).map(part);
        objects.extend(parts.map(|part| (format!("table {name}: {part}"), String::new())));
    }
    // The server names the database of each table in a definition.
    let database = texts(conn, "SELECT database()")?.pop().and_then(|mut row| row.pop()).unwrap_or_default();
    let qualifier = format!("{}.", quote(Dialect::Mysql, &database));
    for sql in OTHERS {
        objects.extend(texts(conn, sql)?.into_iter().filter_map(|row| match row.as_slice() {
            [kind, name, definition] => Some((format!("{kind} {name}"), definition.replace(&qualifier, ""))),
            _ => None,
        }));
    }
    Ok(objects)
}

/// A line of a table's definition, without the comma, and without what rows have made of it.
fn part(line: &str) -> String {
    let words = line.trim().trim_end_matches(',').split(' ').filter(|word| {
        let number = word.strip_prefix("AUTO_INCREMENT=");
        !number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn the_next_number_of_a_column_does_not_count() {
        assert_eq!(part("  `id` int(11) NOT NULL AUTO_INCREMENT,"), "`id` int(11) NOT NULL AUTO_INCREMENT");
        assert_eq!(
            part(") ENGINE=InnoDB AUTO_INCREMENT=6 DEFAULT CHARSET=utf8mb4"),
            ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
        );
    }
}
