CREATE TABLE "defaults" (
    "id" integer NOT NULL,
    "on" boolean NOT NULL DEFAULT TRUE,
    "nothing" integer DEFAULT NULL,
    "minus" bigint NOT NULL DEFAULT -1,
    "exact" numeric(4,2) NOT NULL DEFAULT 1.50,
    "short" varchar(20) NOT NULL DEFAULT E'it''s \\ "here"',
    "long" text NOT NULL DEFAULT E'it''s \\ 🦀',
    "json" jsonb NOT NULL DEFAULT '{}',
    "day" date NOT NULL DEFAULT '2026-11-22',
    "today" date NOT NULL DEFAULT CURRENT_DATE,
    "clock" time NOT NULL DEFAULT CURRENT_TIME,
    "local" timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "instant" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sum" integer NOT NULL DEFAULT (1 + 1),
    PRIMARY KEY ("id")
);
