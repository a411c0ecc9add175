use glim::Model;

use glim::Decimal;

#[derive(Model)]
struct Price {
    amount: Decimal,
    #[glim(scale = 2)]
    tax: Decimal,
    #[glim(precision = 2, scale = 3)]
    discount: Decimal,
    #[glim(precision = 0)]
    total: Decimal,
}

fn main() {}
