//! The sources that changes become.
