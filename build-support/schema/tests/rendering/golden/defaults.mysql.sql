CREATE TABLE `defaults` (
    `id` int NOT NULL,
    `on` boolean NOT NULL DEFAULT TRUE,
    `nothing` int NULL DEFAULT NULL,
    `minus` bigint NOT NULL DEFAULT -1,
    `exact` decimal(4,2) NOT NULL DEFAULT 1.50,
    `short` varchar(20) NOT NULL DEFAULT _utf8mb4 x'69742773205c20226865726522',
    `long` longtext NOT NULL DEFAULT (CONVERT(UNHEX('69742773205c20f09fa680') USING utf8mb4)),
    `json` json NOT NULL DEFAULT ('{}'),
    `day` date NOT NULL DEFAULT '2026-11-22',
    `today` date NOT NULL DEFAULT (CURRENT_DATE),
    `clock` time(6) NOT NULL DEFAULT (CURRENT_TIME(6)),
    `local` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    `instant` datetime(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
    `sum` int NOT NULL DEFAULT (1 + 1),
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
