//! Encryption, with the meaning that libpq gives to `sslmode`.

use std::path::PathBuf;

use glim::value::Value;
use glim_engine::driver::{Access, ConnectError, connect};
use glim_engine::target::{SslMode, Target, Tls};
use glim_schema::Dialect;

use crate::support::{place, rows, server, target};

/// A target on TCP; the server's certificate is for `localhost`.
fn tcp(dialect: Dialect, host: &str, tls: Tls) -> Target {
    let (mut server, _) = server(dialect);
    server.socket = None;
    host.clone_into(&mut server.host);
    server.tls = tls;
    target(place(dialect, server))
}

fn authority(dialect: Dialect) -> PathBuf {
    PathBuf::from(&server(dialect).1["ca"])
}

/// Whether the session is encrypted, as the server sees it.
fn is_encrypted(target: &Target) -> Result<bool, ConnectError> {
    let mut db = connect(target, Access::ReadOnly)?;
    let (sql, column) = match db.dialect() {
        Dialect::Postgres => ("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", 0),
        _ => ("SHOW SESSION STATUS LIKE 'Ssl_cipher'", 1),
    };
    let found = rows(&mut *db, sql, &[]).expect("the state of the session")[0].remove(column);
    Ok(match found {
        Value::Bool(is_encrypted) => is_encrypted,
        Value::Text(cipher) => !cipher.is_empty(),
        other => panic!("{other:?}"),
    })
}

fn mode(mode: SslMode) -> Tls {
    Tls { mode, ..Tls::default() }
}

fn check(dialect: Dialect) {
    let root_cert = Some(authority(dialect));
    assert!(!is_encrypted(&tcp(dialect, "127.0.0.1", mode(SslMode::Disable))).expect("in the clear"));
    assert!(is_encrypted(&tcp(dialect, "127.0.0.1", mode(SslMode::Prefer))).expect("encrypted"));
    assert!(is_encrypted(&tcp(dialect, "127.0.0.1", mode(SslMode::Require))).expect("encrypted"));
    let verify_ca = Tls { root_cert: root_cert.clone(), ..mode(SslMode::VerifyCa) };
    assert!(is_encrypted(&tcp(dialect, "127.0.0.1", verify_ca)).expect("any name of this authority"));
    let verify_full = Tls { root_cert: root_cert.clone(), ..mode(SslMode::VerifyFull) };
    assert!(is_encrypted(&tcp(dialect, "localhost", verify_full.clone())).expect("this name"));

    let refused = |host: &str, tls: Tls| match is_encrypted(&tcp(dialect, host, tls.clone())) {
        Err(error @ ConnectError::Tls { .. }) => assert!(error.help().is_some()),
        other => panic!("{tls:?} should be refused: {other:?}"),
    };
    refused("127.0.0.1", verify_full);
    // The system's authorities do not know the tests' own.
    refused("localhost", mode(SslMode::VerifyFull));
    refused("localhost", mode(SslMode::VerifyCa));
    let missing = Some(PathBuf::from("/nowhere/ca.pem"));
    refused("localhost", Tls { root_cert: missing, ..mode(SslMode::VerifyFull) });
    let other = Some(PathBuf::from(&server(dialect).1["cert"]));
    for mode in [mode(SslMode::Require), mode(SslMode::VerifyCa), mode(SslMode::VerifyFull)] {
        refused("localhost", Tls { root_cert: other.clone(), ..mode });
    }
}

mod each_mode_has_its_meaning {
    use glim_schema::Dialect;

    #[test]
    fn postgres() {
        super::check(Dialect::Postgres);
    }

    #[test]
    fn mysql() {
        super::check(Dialect::Mysql);
    }
}

mod a_client_certificate_is_shown {
    use super::{Dialect, PathBuf, SslMode, Tls, authority, connect, mode, rows, server, tcp};
    use glim::value::Value;
    use glim_engine::driver::{Access, ConnectError};

    #[test]
    fn postgres() {
        let words = server(Dialect::Postgres).1;
        let tls = Tls {
            root_cert: Some(authority(Dialect::Postgres)),
            cert: Some(PathBuf::from(&words["cert"])),
            key: Some(PathBuf::from(&words["key"])),
            ..mode(SslMode::VerifyFull)
        };
        let mut db =
            connect(&tcp(Dialect::Postgres, "localhost", tls.clone()), Access::ReadOnly).expect("a connection");
        let sql = "SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        assert_eq!(rows(&mut *db, sql, &[]), Ok(vec![vec![Value::Text("/CN=glim".to_owned())]]));
        let alone = connect(&tcp(Dialect::Postgres, "localhost", Tls { key: None, ..tls }), Access::ReadOnly);
        assert!(matches!(alone, Err(ConnectError::Tls { .. })));
    }
}

mod a_statement_is_cancelled_through_tls {
    use glim::error::ErrorClass;

    use super::{Access, Dialect, SslMode, connect, mode, rows, tcp};
    use crate::support::endless;

    fn cancel(dialect: Dialect) {
        let mut db =
            connect(&tcp(dialect, "localhost", mode(SslMode::Require)), Access::ReadOnly).expect("a connection");
        let cancel = db.canceller();
        let (done, is_done) = std::sync::mpsc::channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let pause = std::time::Duration::from_millis(50);
                while is_done.recv_timeout(pause) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                    cancel();
                }
            });
            let error = rows(&mut *db, endless(dialect), &[]).expect_err("it runs for ever");
            assert_eq!(error.class, ErrorClass::Cancelled, "{error:?}");
            drop(done);
        });
    }

    #[test]
    fn postgres() {
        cancel(Dialect::Postgres);
    }

    #[test]
    fn mysql() {
        cancel(Dialect::Mysql);
    }
}
