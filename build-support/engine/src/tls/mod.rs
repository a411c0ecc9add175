//! TLS by rustls, with the meaning that libpq gives to `sslmode`. One provider, ring, is always named: a process-wide
//! default may be missing, or be another's.

#[cfg(feature = "postgres")]
mod verify;

use std::path::Path;
#[cfg(feature = "mysql")]
use std::path::PathBuf;
#[cfg(feature = "postgres")]
use std::sync::Arc;

#[cfg(feature = "postgres")]
use rustls::ClientConfig;
use rustls::RootCertStore;
#[cfg(feature = "postgres")]
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::driver::ConnectError;
use crate::target::{SslMode, Tls};

/// The client's side of TLS for these settings, which ask for encryption in some way.
///
/// # Errors
/// [`ConnectError::Tls`], naming the file that cannot be used.
#[cfg(feature = "postgres")]
pub(crate) fn client_config(tls: &Tls) -> Result<Arc<ClientConfig>, ConnectError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| problem("this program", error))?
        .dangerous()
        .with_custom_certificate_verifier(verify::verifier(tls, &provider)?);
    let config = match (&tls.cert, &tls.key) {
        (None, None) => builder.with_no_client_auth(),
        (Some(cert), Some(key)) => {
            let key_der = PrivateKeyDer::from_pem_file(key).map_err(|error| problem(key, error))?;
            builder.with_client_auth_cert(certificates(cert)?, key_der).map_err(|error| problem(cert, error))?
        }
        (Some(cert), None) => return Err(problem(cert, "a client certificate needs its key, `sslkey`")),
        (None, Some(key)) => return Err(problem(key, "a client key needs its certificate, `sslcert`")),
    };
    Ok(Arc::new(config))
}

/// The authorities that count for these settings, which say that some do, and the file in which they stand: the one that
/// is named, or the system's. `None` for the system's where they are in no file, or in one that cannot be read as a whole.
///
/// # Errors
/// [`ConnectError::Tls`], naming the file that cannot be used.
#[cfg(feature = "mysql")]
pub(crate) fn authorities(tls: &Tls) -> Result<Option<(PathBuf, RootCertStore)>, ConnectError> {
    match &tls.root_cert {
        Some(path) => Ok(Some((path.clone(), roots(&certificates(path)?, path)?))),
        None if tls.mode == SslMode::VerifyFull => Ok(openssl_probe::probe().cert_file.and_then(|path| {
            let store = certificates(&path).and_then(|found| roots(&found, &path)).ok()?;
            Some((path, store))
        })),
        None => Err(no_authority()),
    }
}

/// Looks at the client's certificate and key.
///
/// # Errors
/// [`ConnectError::Tls`], naming the file that cannot be used.
#[cfg(feature = "mysql")]
pub(crate) fn check_identity(tls: &Tls) -> Result<(), ConnectError> {
    match (&tls.cert, &tls.key) {
        (None, None) => Ok(()),
        (Some(cert), Some(key)) => {
            PrivateKeyDer::from_pem_file(key).map_err(|error| problem(key, error))?;
            certificates(cert).map(drop)
        }
        (Some(cert), None) => Err(problem(cert, "a client certificate needs its key, `sslkey`")),
        (None, Some(key)) => Err(problem(key, "a client key needs its certificate, `sslcert`")),
    }
}

/// Anybody can have a certificate of a public authority for some name; libpq refuses this, too.
fn no_authority() -> ConnectError {
    ConnectError::Tls {
        address: "`sslmode = \"verify-ca\"`".to_owned(),
        cause: "it needs `sslrootcert`, the file of the authority to trust; with the system's, use `verify-full`"
            .to_owned(),
    }
}

/// Whether the server's certificate counts. As in libpq, a file of authorities makes `require` look at it.
pub(crate) fn checks_authority(tls: &Tls) -> bool {
    match tls.mode {
        SslMode::Disable | SslMode::Prefer => false,
        SslMode::Require => tls.root_cert.is_some(),
        SslMode::VerifyCa | SslMode::VerifyFull => true,
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, ConnectError> {
    let found: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<_, _>>)
        .map_err(|error| problem(path, error))?;
    if found.is_empty() { Err(problem(path, "the file holds no certificate in PEM form")) } else { Ok(found) }
}

fn roots(certificates: &[CertificateDer<'static>], path: &Path) -> Result<RootCertStore, ConnectError> {
    let mut store = RootCertStore::empty();
    for certificate in certificates {
        store.add(certificate.clone()).map_err(|error| problem(path, error))?;
    }
    Ok(store)
}

#[expect(clippy::needless_pass_by_value, reason = "errors are made to be passed on")]
fn problem(place: impl AsRef<Path>, cause: impl ToString) -> ConnectError {
    ConnectError::Tls { address: format!("`{}`", place.as_ref().display()), cause: cause.to_string() }
}

/// The algorithms of the provider, for the signatures of a handshake.
#[cfg(feature = "postgres")]
type Provider = Arc<CryptoProvider>;
