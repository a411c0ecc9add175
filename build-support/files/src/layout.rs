//! Folders of SQL migrations, in the layout of any of the tools that keep such folders.
