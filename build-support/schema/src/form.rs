//! Constraints and indexes in one form, in which they can be compared whatever they are called.

use crate::{Check, ForeignKey, Index, Indexed, Unique};

/// What has a name that may be left to us.
pub(crate) trait Named: Clone + PartialEq {
    /// Its name on that table.
    fn name_in(&self, table: &str) -> String;
    /// The same without its name, in one form.
    fn nameless(&self) -> Self;
}

macro_rules! named {
    ($($type:ident: $form:expr;)*) => {$(
        impl Named for $type {
            fn name_in(&self, table: &str) -> String {
                $type::name_in(self, table)
            }

            fn nameless(&self) -> Self {
                let form: fn(&mut Self) = $form;
                let mut each = Self { name: None, ..self.clone() };
                form(&mut each);
                each
            }
        }
    )*};
}

named! {
    Unique: |_| {};
    ForeignKey: |_| {};
    Check: |each| trim(&mut each.expression);
    Index: |each| {
        each.method = each.method.take().map(|method| method.to_ascii_lowercase()).filter(|method| method != "btree");
        each.predicate.iter_mut().for_each(trim);
        for part in &mut each.parts {
            if let Indexed::Expression(sql) = &mut part.of {
                trim(sql);
            }
        }
    };
}

fn trim(sql: &mut String) {
    *sql = sql.trim().to_owned();
}
