//! `COPY`, where its rows come from the client.

use glim_schema::Dialect;

use super::words::Words;

/// Whether a statement of PostgreSQL is `COPY ... FROM STDIN`, whose rows are no part of it.
pub fn copies_from_stdin(statement: &str) -> bool {
    let mut words = Words::new(statement, Dialect::Postgres);
    if !words.next().is_some_and(|first| first.is("copy")) {
        return false;
    }
    let mut depth = 0_usize;
    let mut from = false;
    for token in words {
        if depth == 0 && from && token.is("stdin") {
            return true;
        }
        from = depth == 0 && token.is("from");
        if token.is_mark(b'(') {
            depth += 1;
        } else if token.is_mark(b')') {
            depth = depth.saturating_sub(1);
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::copies_from_stdin;

    #[test]
    fn only_rows_from_the_client_count() {
        for sql in [
            "COPY a FROM stdin",
            "copy public.a (b, \"from\") from STDIN with (format csv)",
            "-- x\nCOPY a FROM /* here */ STDIN;",
        ] {
            assert!(copies_from_stdin(sql), "{sql}");
        }
        for sql in [
            "COPY a FROM '/tmp/stdin'",
            "COPY a FROM PROGRAM 'stdin'",
            "COPY (SELECT 1 FROM stdin) TO STDOUT",
            "SELECT 1 FROM stdin",
            "",
        ] {
            assert!(!copies_from_stdin(sql), "{sql}");
        }
    }
}
