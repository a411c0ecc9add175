CREATE TABLE "users" (
    "id" integer NOT NULL,
    "name" varchar(255) NOT NULL,
    "fullname" varchar(255),
    PRIMARY KEY ("id")
);
ALTER TABLE "users" ALTER COLUMN "name" DROP DEFAULT, ALTER COLUMN "name" TYPE varchar(300), ALTER COLUMN "name" SET DEFAULT '?', ALTER COLUMN "name" SET NOT NULL;
COMMENT ON COLUMN "users"."name" IS 'what to call them';
ALTER TABLE "users" ALTER COLUMN "fullname" DROP DEFAULT, ALTER COLUMN "fullname" TYPE varchar(200), ALTER COLUMN "fullname" DROP NOT NULL;
ALTER TABLE "users" ADD CONSTRAINT "users_name_key" UNIQUE ("name");
ALTER TABLE "users" ADD CONSTRAINT "positive" CHECK (id > 0);
ALTER TABLE "users" ADD COLUMN "boss" integer;
ALTER TABLE "users" ADD CONSTRAINT "users_boss_fkey" FOREIGN KEY ("boss") REFERENCES "users" ("id") ON DELETE SET NULL;
ALTER TABLE "users" DROP CONSTRAINT "users_boss_fkey";
ALTER TABLE "users" DROP CONSTRAINT "users_name_key";
ALTER TABLE "users" DROP CONSTRAINT "positive";
