use glim::Enum;

#[derive(Enum)]
#[glim(nmae = "mood", name = "a_name_that_is_so_long_that_postgresql_would_cut_it_off_somewhere")]
enum Mood {
    Sad,
    #[glim(name = "sad")]
    Unhappy,
    #[glim(value = "so so")]
    SoSo,
    #[glim(name = "")]
    Nothing,
    AVariantWithANameThatIsSoLongThatPostgresqlWouldCutItOffSomewhereToo,
    #[glim(crate = "::glim")]
    Else,
}

fn main() {}
