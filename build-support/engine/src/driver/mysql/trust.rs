//! Whom TLS trusts. The crate `mysql` adds the public authorities that are built into it to those of `sslrootcert`, and
//! has no switch for that. So while a connection is opened that names its authorities, the algorithms that check
//! signatures accept none of a public authority that was not named.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use rustls::RootCertStore;
use rustls::crypto::{WebPkiSupportedAlgorithms, ring};
use rustls::pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, TrustAnchor};
use webpki_roots::TLS_SERVER_ROOTS;

thread_local! {
    /// The authorities that count for what this thread does. The handshake is done by the thread that opens the
    /// connection.
    static ONLY: RefCell<Option<Arc<RootCertStore>>> = const { RefCell::new(None) };
}

/// Does something during which no authority counts but these, if any are given.
pub(super) fn trusting<T>(only: Option<&Arc<RootCertStore>>, work: impl FnOnce() -> T) -> T {
    /// Also after a panic.
    struct Restore(Option<Arc<RootCertStore>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            ONLY.set(self.0.take());
        }
    }
    let _restore = Restore(ONLY.replace(only.cloned()));
    work()
}

/// Makes the algorithms known to rustls, of which the crate uses what is the process's default. False where the process
/// has another default already.
pub(super) fn install() -> bool {
    static IS_INSTALLED: OnceLock<bool> = OnceLock::new();
    *IS_INSTALLED.get_or_init(|| {
        let mut provider = ring::default_provider();
        provider.signature_verification_algorithms = vetted(provider.signature_verification_algorithms);
        provider.install_default().is_ok()
    })
}

/// The same algorithms, which look at [`ONLY`] first. They live as long as the process, of which there is one set.
fn vetted(algorithms: WebPkiSupportedAlgorithms) -> WebPkiSupportedAlgorithms {
    type Algorithm = &'static dyn SignatureVerificationAlgorithm;
    let vet = |algorithm: &Algorithm| -> Algorithm { Box::leak(Box::new(Vetted(*algorithm))) };
    let vet_all = |list: &[Algorithm]| -> &'static [Algorithm] { list.iter().map(vet).collect::<Vec<_>>().leak() };
    let mapping: Vec<_> = algorithms.mapping.iter().map(|(scheme, list)| (*scheme, vet_all(list))).collect();
    WebPkiSupportedAlgorithms { all: vet_all(algorithms.all), mapping: mapping.leak() }
}

#[derive(Debug)]
struct Vetted(&'static dyn SignatureVerificationAlgorithm);

impl SignatureVerificationAlgorithm for Vetted {
    fn verify_signature(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let is_refused = ONLY.with_borrow(|only| {
            only.as_ref().is_some_and(|only| holds(TLS_SERVER_ROOTS, public_key) && !holds(&only.roots, public_key))
        });
        if is_refused { Err(InvalidSignature) } else { self.0.verify_signature(public_key, message, signature) }
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.0.public_key_alg_id()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.0.signature_alg_id()
    }

    fn fips(&self) -> bool {
        self.0.fips()
    }
}

/// Whether the key is one of these authorities'. An authority's key stands at the end of its description.
fn holds(authorities: &[TrustAnchor<'_>], public_key: &[u8]) -> bool {
    authorities.iter().any(|authority| authority.subject_public_key_info.ends_with(public_key))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::RootCertStore;
    use rustls::pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};
    use webpki_roots::TLS_SERVER_ROOTS;

    use super::{Vetted, trusting};

    #[derive(Debug)]
    struct Anything;

    impl SignatureVerificationAlgorithm for Anything {
        fn verify_signature(&self, _: &[u8], _: &[u8], _: &[u8]) -> Result<(), InvalidSignature> {
            Ok(())
        }

        fn public_key_alg_id(&self) -> AlgorithmIdentifier {
            alg_id::ED25519
        }

        fn signature_alg_id(&self) -> AlgorithmIdentifier {
            alg_id::ED25519
        }
    }

    fn accepts(public_key: &[u8]) -> bool {
        Vetted(&Anything).verify_signature(public_key, b"", b"").is_ok()
    }

    #[test]
    fn a_public_authority_counts_only_where_it_is_named() {
        let (first, second) = (&TLS_SERVER_ROOTS[0], &TLS_SERVER_ROOTS[1]);
        let key = |anchor: &rustls::pki_types::TrustAnchor<'_>| {
            let info = &anchor.subject_public_key_info;
            info[info.len() - 60..].to_vec()
        };
        assert!(accepts(&key(first)), "without any that are named, all count");
        let named = Arc::new(RootCertStore { roots: vec![second.clone()] });
        trusting(Some(&named), || {
            assert!(!accepts(&key(first)));
            assert!(accepts(&key(second)));
            assert!(accepts(b"the key of an authority that is not public"));
        });
        assert!(accepts(&key(first)), "it is over afterwards");
    }
}
