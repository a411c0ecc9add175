//! What a build script has made of a folder of migrations, taken into the crate.

/// Declares the module `migrations`, which `glim-build` generates from the package's folder of migrations.
///
/// ```text
/// // build.rs; glim-build is among the build-dependencies
/// fn main() {
///     glim_build::migrations("migrations").emit();
/// }
///
/// // src/lib.rs
/// glim::migrations!();
/// ```
///
/// Every `.rs` file of the folder is a module there, under its own name with what no identifier can hold replaced:
/// `20261122_150203_add_users.rs` is `migrations::m20261122_150203_add_users`. Every SQL migration is registered with
/// its text. And there are
/// - `migrations::COUNT`, the number of the folder's migrations,
/// - `migrations::NEWEST`, the greatest of their versions, as it is written in the folder,
/// - `migrations::FINGERPRINT`, which changes whenever one of their texts does,
/// - `migrations::SCHEMA`, which changes whenever the schema does that `cargo glim make` has recorded in `schema.lock`,
///   in whichever order its lines stand; `None` where none is recorded.
///
/// Folders of other names are given as in the build script: `glim::migrations!("db/migrations")`. `cargo glim` reads them
/// here, since it looks at sources without compiling them.
#[macro_export]
macro_rules! migrations {
    () => {
        $crate::migrations!("migrations");
    };
    ($($folder:literal),+ $(,)?) => {
        // What is generated does not know by which name the crate depends on glim.
        use $crate::__private as __glim;
        include!(concat!(env!("OUT_DIR"), "/glim_migrations.rs"));
        const _: () = $crate::__private::same_folders(&[$($folder),+], migrations::FOLDERS);
    };
}

/// Refuses to compile where the macro and the build script mean different folders.
///
/// # Panics
/// They do.
#[doc(hidden)]
pub const fn same_folders(declared: &[&str], generated: &[&str]) {
    let mut same = declared.len() == generated.len();
    let mut at = 0;
    while same && at < declared.len() {
        same = same_text(declared[at].as_bytes(), generated[at].as_bytes());
        at += 1;
    }
    assert!(same, "`glim::migrations!` and the call of `glim_build::migrations` in build.rs name different folders");
}

const fn same_text(one: &[u8], other: &[u8]) -> bool {
    let mut same = one.len() == other.len();
    let mut at = 0;
    while same && at < one.len() {
        same = one[at] == other[at];
        at += 1;
    }
    same
}

#[cfg(test)]
mod tests {
    use super::same_folders;

    #[test]
    fn folders_are_the_same_one_by_one() {
        same_folders(&["a", "b/c"], &["a", "b/c"]);
        for other in [&["a"][..], &["a", "b/d"], &["b/c", "a"], &["a", "b/c", "d"], &["a", "b/cc"]] {
            assert!(std::panic::catch_unwind(|| same_folders(&["a", "b/c"], other)).is_err(), "{other:?}");
        }
    }
}
