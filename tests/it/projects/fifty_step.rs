
pub struct StepNN;

impl Migration for StepNN {
    fn run(&self, db: &mut Db) -> Result<()> {
        db.execute("CREATE TABLE step_NN (id INTEGER)", ())?;
        db.execute("INSERT INTO counted VALUES ($1)", (NN,))?;
        Ok(())
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        db.execute("DELETE FROM counted WHERE number = $1", (NN,))?;
        db.execute("DROP TABLE step_NN", ())?;
        Ok(())
    }
}

inventory::submit! { glim::migration!(StepNN) }
