//! Two models, and three migrations of which each needs the one before it.

use glim::{Db, Migration, Model, Result, inventory};

#[derive(Model)]
#[glim(table = "users")]
pub struct User {
    #[glim(primary_key)]
    pub id: i32,
    #[glim(length = 255)]
    pub name: String,
    #[glim(length = 255)]
    pub fullname: Option<String>,
}

#[derive(Model)]
#[glim(table = "orders")]
pub struct Order {
    #[glim(primary_key)]
    pub id: i64,
    #[glim(references = "users.id")]
    pub user_id: i32,
    #[glim(length = 40)]
    pub state: String,
}

pub struct AddUserMigration;

impl Migration for AddUserMigration {
    fn description(&self) -> &str {
        "creates a sample user in users table"
    }

    fn run(&self, db: &mut Db) -> Result<()> {
        db.insert(&User { id: 5, name: "Aras".into(), fullname: None })
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        if let Some(user) = db.find::<User>(5)? {
            db.delete(&user)?;
        }
        Ok(())
    }
}

inventory::submit! { glim::migration!(AddUserMigration) }

pub struct AddOrderMigration;

impl Migration for AddOrderMigration {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.insert(&Order { id: 1, user_id: 5, state: "open".into() })
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        db.execute("DELETE FROM orders WHERE id = $1", (1,))?;
        Ok(())
    }
}

inventory::submit! { glim::migration!(AddOrderMigration, after = ["AddUserMigration"]) }

pub struct CloseOrders;

impl Migration for CloseOrders {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute("UPDATE orders SET state = $1", ("closed",))?;
        Ok(())
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        for mut order in db.find_by::<Order>("state", "closed")? {
            order.state = "open".into();
            db.update(&order)?;
        }
        Ok(())
    }
}

inventory::submit! { glim::migration!(CloseOrders, after = ["AddOrderMigration"]) }
