-- migrate:up transaction:false
PRAGMA foreign_keys = OFF;
create temp trigger if not exists t after update of x on a when new.x > 1 begin
  select case when 1 then case 2 when 2 then 3 end end; -- end;
  delete from [b;'c] where `d;``e` = x'00ff';
end;
EXPLAIN QUERY PLAN SELECT a$b, :c, @d, ?1 FROM "e""f" WHERE g GLOB '*;*';
CREATE VIRTUAL TABLE docs USING fts5(body, tokenize = 'porter ascii');
CREATE TABLE t (a INT GENERATED ALWAYS AS (b || ';') STORED, b TEXT, CHECK (a <> ';'), PRIMARY KEY (a, b)) WITHOUT ROWID;
ATTACH 'other.db' AS other; VACUUM INTO 'copy.db'; REINDEX; ANALYZE;
SELECT last_insert_rowid(), changes(); BEGIN IMMEDIATE; END;
-- migrate:down
.read other.sql
/* an open comment ;
