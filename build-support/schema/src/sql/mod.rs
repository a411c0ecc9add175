//! Rendering of changes to the SQL of one dialect. Pure: text out, nothing run.
