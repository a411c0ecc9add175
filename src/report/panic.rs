//! What a fault of our own looks like to the user.

use std::io::Write as _;
use std::panic::PanicHookInfo;

use super::diagnostic::Diagnostic;
use super::render;

/// Replaces the standard message of a panic by one that says whose fault it is and asks for a report.
pub(crate) fn install_hook() {
    std::panic::set_hook(Box::new(|info| {
        let mut text = render::diagnostic(&message(info));
        let backtrace = std::backtrace::Backtrace::capture();
        if backtrace.status() == std::backtrace::BacktraceStatus::Captured {
            text.push_str(&backtrace.to_string());
        }
        // Where stderr is gone, there is no place left to say so.
        let _ = anstream::stderr().write_all(text.as_bytes());
    }));
}

fn message(info: &PanicHookInfo<'_>) -> Diagnostic {
    let reason = info.payload_as_str().unwrap_or("a panic without a message");
    let place = info.location().map_or_else(String::new, |place| format!(" ({}:{})", place.file(), place.line()));
    Diagnostic::error(format!("this is a bug of cargo-glim: {reason}{place}"))
        .note(format!(
            "cargo-glim {} on {} {}",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH
        ))
        .help(format!(
            "please report it at {}/issues, with the output of the same command under RUST_BACKTRACE=1",
            env!("CARGO_PKG_REPOSITORY")
        ))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    #[test]
    fn the_message_names_the_fault_and_asks_for_a_report() {
        let seen = Arc::new(Mutex::new(String::new()));
        let standard = std::panic::take_hook();
        let sink = Arc::clone(&seen);
        std::panic::set_hook(Box::new(move |info| {
            // Other tests run beside this one and may panic too.
            if info.payload_as_str() == Some("the sky fell") {
                *sink.lock().expect("not poisoned") = super::render::diagnostic(&super::message(info));
            }
        }));
        let result = std::panic::catch_unwind(|| std::panic::panic_any("the sky fell"));
        std::panic::set_hook(standard);
        assert!(result.is_err());
        let text = seen.lock().expect("not poisoned").clone();
        assert!(text.contains("this is a bug of cargo-glim: the sky fell"), "{text}");
        assert!(text.contains("src/report/panic.rs"), "{text}");
        assert!(text.contains("/issues"), "{text}");
    }
}
