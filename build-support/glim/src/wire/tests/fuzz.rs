//! Bytes that are no message are refused, and what is taken for one says the same when it is sent on. The corpus is the
//! messages of the other tests, so that it is always of the present protocol.

use glim_fuzz::Corpus;

use super::{Answer, Call, Order, Registry, encoded, every_answer, every_call, every_change, order, registry};
use crate::wire::codec::{Decode, Encode, decode_all};
use crate::wire::hello::Hello;

#[test]
fn no_bytes_make_the_decoder_fail_in_any_way_but_by_an_error() {
    let mut hello = Vec::new();
    Hello::own([7; 32]).send(&mut hello).expect("a Vec takes all");
    let calls = every_call().into_iter().chain(every_change().into_iter().map(Call::Change));
    let calls = calls.map(|call| encoded(&call)).collect::<Vec<_>>();
    let answers = every_answer().iter().map(encoded).collect::<Vec<_>>();
    let others = vec![encoded(&order()), encoded(&registry()), hello];
    Corpus::of("protocol", [calls, answers, others].concat()).bytes(|bytes| {
        check::<Call>(bytes);
        check::<Answer>(bytes);
        check::<Order>(bytes);
        check::<Registry>(bytes);
        if let Ok(hello) = Hello::receive(&mut &*bytes) {
            let mut again = Vec::new();
            hello.send(&mut again).expect("a Vec takes all");
            assert!(bytes.starts_with(&again));
        }
    });
}

fn check<M: Encode + Decode>(bytes: &[u8]) {
    if let Ok(message) = decode_all::<M>(bytes) {
        assert_eq!(encoded(&message), bytes);
    }
}
