use glim::{Db, Migration, Result, migrations, submit};

pub struct AddUsers;

/* a /* nested */ comment */
impl Migration for AddUsers {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.create_table(Table::new("users").column(Column::new("id", ColumnType::Int32)))?;
        db.create::<Person>()?;
        db.execute("CREATE TABLE notes (id INT)", ())?;
        db.batch(r"DROP TABLE gone; CREATE TABLE IF NOT EXISTS tags (id INT)")
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        db.drop_table(NAME)
    }
}

const NAME: &str = "users";

#[glim(allow(rename_column, reason = "nobody reads it", until = "2027-01-01"))]
#[derive(Default)]
struct Generic<T>(std::marker::PhantomData<T>)
where
    T: Send;

impl<T: Send> glim::Migration for Generic<T> where T: Sync {}

glim::submit!(AddUsers, name = "add users", version = "20260101_000100", after = ["Zero", "One"], db = "main", irreversible);
inventory::submit! { glim::migration!(Generic::<u8>, transaction = false, allow(a, reason = "b")) }
submit!(Twice);
glim::migrations!("migrations");
macro_rules! made {
    ($($name:ident)*) => {$( struct $name; )*};
}
made!(A B C);
