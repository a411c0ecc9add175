-- glim:no-transaction
-- glim:after AddUsers
-- glim:run
create table "users" (id integer primary key, name text not null default 'it''s; ', note text); -- ; '
/* a; comment */ insert into users values (1, 'ä;ö', null), (2, "b;", 'c');
begin; update users set name = 'x' where id = 1; savepoint a; release a; commit;
alter table users add column age int, rename column note to remark;
create unique index by_name on users (lower(name)) where name <> '';

-- glim:rollback
drop table if exists users;
