//! Whether a server's certificate is to be trusted: one verifier for each `sslmode`.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier as PlatformVerifier;

use super::{Provider, certificates, checks_authority, no_authority, problem, roots};
use crate::driver::ConnectError;
use crate::target::{SslMode, Tls};

/// The verifier for these settings.
pub(super) fn verifier(tls: &Tls, provider: &Provider) -> Result<Arc<dyn ServerCertVerifier>, ConnectError> {
    if !checks_authority(tls) {
        return Ok(Arc::new(Anyone { provider: Arc::clone(provider) }));
    }
    let name = tls.mode == SslMode::VerifyFull;
    match &tls.root_cert {
        Some(path) => {
            let trusted = certificates(path)?;
            let store = Arc::new(roots(&trusted, path)?);
            let chain = WebPkiServerVerifier::builder_with_provider(store, Arc::clone(provider))
                .build()
                .map_err(|error| problem(path, error))?;
            Ok(Arc::new(Authority { chain, trusted, name }))
        }
        None if name => {
            let verifier = PlatformVerifier::new(Arc::clone(provider)).map_err(|error| problem("the system", error))?;
            Ok(Arc::new(verifier))
        }
        None => Err(no_authority()),
    }
}

/// Any certificate, as long as the server holds its key.
#[derive(Debug)]
struct Anyone {
    provider: Provider,
}

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// A certificate of the authorities in `sslrootcert`, or one that stands there itself; for this host's name or for any.
#[derive(Debug)]
struct Authority {
    chain: Arc<WebPkiServerVerifier>,
    trusted: Vec<CertificateDer<'static>>,
    name: bool,
}

impl ServerCertVerifier for Authority {
    fn verify_server_cert(
        &self,
        cert: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // The usual self-signed certificate is its own authority, which a chain of certificates cannot express.
        if self.trusted.iter().any(|trusted| trusted == cert) {
            if self.name {
                verify_server_name(&ParsedCertificate::try_from(cert)?, server)?;
            }
            return Ok(ServerCertVerified::assertion());
        }
        // The name is looked at last: a mismatch means that everything else was right.
        match self.chain.verify_server_cert(cert, intermediates, server, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.name => Ok(ServerCertVerified::assertion()),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chain.verify_tls12_signature(message, cert, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chain.verify_tls13_signature(message, cert, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chain.supported_verify_schemes()
    }
}
