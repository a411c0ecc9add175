//! The build script helper of glim: every migration of a folder becomes a part of the crate.
