//! Where the statements of an SQL text begin and end.
