CREATE TABLE `select "; DROP TABLE ``x``; --` (
    `order` int NOT NULL,
    `it's` int NOT NULL,
    `a"b``c` int NOT NULL,
    `back\slash\` varchar(9) NOT NULL COMMENT 'it''s \\''',
    `größe` int NOT NULL,
    ` [x]` int NULL COMMENT '?',
    `long_long_long_long_long_long_long_long_long_long_long_long_` int NOT NULL,
    PRIMARY KEY (`order`, `it's`),
    CONSTRAINT `select "; DROP TABLE ``x``; --_long_long_long_long_l_80cd308b_key` UNIQUE (`long_long_long_long_long_long_long_long_long_long_long_long_`, `order`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE INDEX `select "; DROP TABLE ``x``; --_a"b``c_größe_idx` ON `select "; DROP TABLE ``x``; --` (`a"b``c`, `größe`);
CREATE INDEX `select "; DROP TABLE ``x``; --_long_long_long_long_l_f47e0e7a_idx` ON `select "; DROP TABLE ``x``; --` (`long_long_long_long_long_long_long_long_long_long_long_long_`);
DROP TABLE `select "; DROP TABLE ``x``; --`;
