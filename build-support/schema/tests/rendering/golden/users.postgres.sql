CREATE TABLE "users" (
    "id" integer NOT NULL,
    "name" varchar(255) NOT NULL,
    "fullname" varchar(255),
    PRIMARY KEY ("id")
);
DROP TABLE "users";
