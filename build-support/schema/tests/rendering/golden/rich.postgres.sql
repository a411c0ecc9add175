CREATE TYPE "mood" AS ENUM ('sad', 'it''s');
CREATE TABLE "rich" (
    "id" integer NOT NULL,
    "twice" integer GENERATED ALWAYS AS (id * 2) STORED,
    "feels" "mood" NOT NULL DEFAULT 'it''s',
    PRIMARY KEY ("id")
);
CREATE INDEX "backwards" ON "rich" ("id" DESC, "twice");
CREATE INDEX "some" ON "rich" ("twice") WHERE id > 0;
CREATE INDEX "covering" ON "rich" ("twice") INCLUDE ("id");
CREATE INDEX "hashed" ON "rich" USING "hash" ("id");
ALTER TYPE "mood" ADD VALUE 'so so' BEFORE 'it''s';
ALTER TYPE "mood" ADD VALUE 'new';
ALTER TYPE "mood" RENAME TO "mood_old";
CREATE TYPE "mood" AS ENUM ('it''s');
ALTER TABLE "rich" ALTER COLUMN "feels" DROP DEFAULT, ALTER COLUMN "feels" TYPE "mood" USING "feels"::text::"mood", ALTER COLUMN "feels" SET DEFAULT 'it''s';
DROP TYPE "mood_old";
CREATE TABLE "deferred" (
    "id" integer NOT NULL,
    CONSTRAINT "deferred_id_fkey" FOREIGN KEY ("id") REFERENCES "rich" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE "arrays" (
    "many" integer[] NOT NULL
);
-- PostgreSQL does not support the column `late`.`sum`, which is computed when read; use `stored`
