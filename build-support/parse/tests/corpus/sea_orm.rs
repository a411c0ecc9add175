mod bakery {
    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "bakery", schema_name = "app", comment = "to eat", rename_all = "camelCase")]
    pub struct Model {
        #[sea_orm(primary_key, column_name = "no", auto_increment = false)]
        pub number: i64,
        #[sea_orm(unique_key = "place", indexed, nullable, default_value = 3)]
        pub favourite: Option<i32>,
        #[sea_orm(column_type = "Decimal(Some((10, 2)))", unique, default_expr = "Expr::current_timestamp()")]
        pub price: Decimal,
        #[sea_orm(column_type = "Array(RcOrArc::new(ColumnType::String(StringLen::N(20))))", renamed_from = "was")]
        pub names: Vec<String>,
        #[sea_orm(ignore)]
        pub eaten: bool,
        #[sea_orm(belongs_to, from = "favourite", to = "id", on_delete = "SetNull")]
        pub cake: BelongsTo<Option<super::Cake>>,
        #[sea_orm(has_many)]
        pub cakes: HasMany<super::cake::Entity>,
    }
}

mod cake {
    use super::kinds::Tea;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "cakes")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        #[sea_orm(column_name = "made_by")]
        pub bakery_id: i64,
        #[sea_orm(enum_name = "Above")]
        pub parent: Option<i32>,
        pub tea: Option<Tea>,
        pub notes: super::kinds::Notes,
        pub code: super::kinds::Code,
        pub baked_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::bakery::Entity", from = "Column::BakeryId",
                  to = "super::bakery::Column::Number", on_delete = "Cascade", on_update = "NoAction")]
        Bakery,
        #[sea_orm(belongs_to = "Entity", from = "(Column::Above, Column::Id)", to = "(Column::Id, Column::Tea)")]
        Parent,
        #[sea_orm(has_many = "super::gone::Entity")]
        Gone,
    }
}

mod kinds {
    #[derive(EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "tea")]
    pub enum Tea {
        #[sea_orm(string_value = "g")]
        Green,
        #[sea_orm(num_value = -1)]
        Black = 3,
    }

    #[derive(Serialize, Deserialize, FromJsonQueryResult)]
    pub struct Notes {
        pub text: String,
    }

    #[derive(DeriveValueType)]
    #[sea_orm(column_type = "String(StringLen::None)")]
    pub struct Code(pub String);

    #[derive(Copy, Clone, Default, Debug, DeriveEntity)]
    pub struct Entity;
}
