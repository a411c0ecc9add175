//! `default_value = literal` and `default_expr = "..."`.

use glim_schema::Default;
use proc_macro2::TokenStream;
use syn::{Expr, Lit, UnOp};

use super::keys::rust;

/// The default that a literal means.
pub(super) fn of_value(tokens: TokenStream) -> Option<Default> {
    literal(&syn::parse2::<Expr>(tokens).ok()?)
}

/// The default that an expression of SeaORM makes; `None` where only the compiler knows it.
pub(super) fn of_expression(text: &str) -> Option<Default> {
    let expr = rust(text)?;
    made(&expr).or_else(|| literal(&expr))
}

fn made(expr: &Expr) -> Option<Default> {
    let Expr::Call(call) = expr else {
        return match expr {
            Expr::MethodCall(call) => made(&call.receiver).or_else(|| literal(&call.receiver)),
            _ => None,
        };
    };
    let Expr::Path(path) = &*call.func else { return None };
    let name = path.path.segments.last()?.ident.to_string();
    let first = call.args.first();
    match name.as_str() {
        "current_timestamp" => Some(Default::expression("CURRENT_TIMESTAMP")),
        "current_date" => Some(Default::expression("CURRENT_DATE")),
        "current_time" => Some(Default::expression("CURRENT_TIME")),
        "cust" | "custom_keyword" => match literal(first?)? {
            Default::Text(sql) => Some(Default::Expression(sql)),
            _ => None,
        },
        "value" | "val" => literal(first?),
        _ => None,
    }
}

fn literal(expr: &Expr) -> Option<Default> {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Bool(truth) => Some(Default::Keyword(if truth.value { "TRUE" } else { "FALSE" })),
            Lit::Int(number) => Some(Default::number(number.base10_digits())),
            Lit::Float(number) => Some(Default::number(number.base10_digits())),
            Lit::Str(text) => Some(Default::Text(text.value())),
            Lit::Char(letter) => Some(Default::Text(letter.value().to_string())),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => match literal(&unary.expr)? {
            Default::Number(digits) => Some(Default::Number(format!("-{digits}"))),
            _ => None,
        },
        Expr::Group(group) => literal(&group.expr),
        Expr::Paren(paren) => literal(&paren.expr),
        _ => None,
    }
}
