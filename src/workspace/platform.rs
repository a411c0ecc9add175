//! The platform that the runner is built for: that of this command.

use std::str::FromStr;

use cargo_platform::{Cfg, Platform};

/// Whether a dependency under `[target.'…']` holds here.
pub(crate) fn holds(target: &str) -> bool {
    Platform::from_str(target).map_or(true, |platform| match &platform {
        // We do not know our own triple's every part, but what the operating system and the processor are is enough to
        // tell the triples apart that people write.
        Platform::Name(name) => is_this(name),
        Platform::Cfg(_) => platform.matches("", &cfgs()),
    })
}

fn is_this(triple: &str) -> bool {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    triple.starts_with(std::env::consts::ARCH) && triple.split('-').any(|part| part == system)
}

/// What `rustc --print cfg` would say here, as far as dependencies are chosen by it.
pub(crate) fn cfgs() -> Vec<Cfg> {
    let endian = if cfg!(target_endian = "big") { "big" } else { "little" };
    let environment = if cfg!(target_env = "msvc") {
        "msvc"
    } else if cfg!(all(target_os = "linux", target_env = "musl")) || cfg!(target_env = "gnu") {
        // The command may be built against musl while the user's toolchain is the usual one.
        "gnu"
    } else {
        ""
    };
    let pointer_width = usize::BITS;
    let (system, family, processor) = (std::env::consts::OS, std::env::consts::FAMILY, std::env::consts::ARCH);
    let cfgs = [
        family.to_owned(),
        format!("target_family=\"{family}\""),
        format!("target_os=\"{system}\""),
        format!("target_arch=\"{processor}\""),
        format!("target_endian=\"{endian}\""),
        format!("target_env=\"{environment}\""),
        format!("target_pointer_width=\"{pointer_width}\""),
    ];
    cfgs.iter().filter_map(|cfg| cfg.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn this_platform_holds_and_another_does_not() {
        assert!(holds("cfg(any(unix, windows))"));
        assert!(holds(&format!("cfg(target_os = \"{}\")", std::env::consts::OS)));
        assert!(!holds("cfg(target_arch = \"wasm32\")"));
        assert!(!holds("wasm32-unknown-unknown"));
        assert_eq!(holds("x86_64-unknown-linux-gnu"), cfg!(all(target_arch = "x86_64", target_os = "linux")));
    }
}
