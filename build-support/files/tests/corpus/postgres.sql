CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RETURN NEW; -- $$
END;
$body$;
CREATE OR REPLACE FUNCTION g(a int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT t.end FROM t; END;
DO $do$ BEGIN EXECUTE $e$ SELECT E'a\';'; $e$; END $do$;
CREATE RULE r AS ON INSERT TO v DO INSTEAD (INSERT INTO a VALUES (1); DELETE FROM b;);
SELECT $1, a$b$, U&'\0061', B'1' /* /* ; */ ; */ #> '{a}';
CREATE TYPE mood AS ENUM ('sad', 'ok');
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'happy' BEFORE 'ok';
INSERT INTO people VALUES ('happy'::mood);
CREATE INDEX CONCURRENTLY IF NOT EXISTS by_name ON public.people USING btree (name);
ALTER TABLE ONLY people ADD CONSTRAINT positive CHECK (age > 0) NOT VALID, ALTER COLUMN age TYPE bigint USING age::bigint;
SET LOCAL search_path = a, "b c"; SELECT set_config('x', 'y', false), currval('s'), pg_advisory_lock(1);
CREATE TEMPORARY TABLE scratch ON COMMIT DROP AS SELECT 1; VACUUM FULL; ROLLBACK TO SAVEPOINT a;
COPY people (name) FROM stdin;
\connect other
