CREATE TABLE `select "; DROP TABLE ``x``; --` (
    `order` integer NOT NULL,
    `it's` integer NOT NULL,
    `a"b``c` integer NOT NULL,
    `back\slash\` varchar(9) NOT NULL,
    `größe` integer NOT NULL,
    ` [x]` integer,
    `long_long_long_long_long_long_long_long_long_long_long_long_` integer NOT NULL,
    PRIMARY KEY (`order`, `it's`),
    CONSTRAINT `select "; DROP TABLE ``x``; --_long_long_long_long_l_80cd308b_key` UNIQUE (`long_long_long_long_long_long_long_long_long_long_long_long_`, `order`)
);
CREATE INDEX `select "; DROP TABLE ``x``; --_a"b``c_größe_idx` ON `select "; DROP TABLE ``x``; --` (`a"b``c`, `größe`);
CREATE INDEX `select "; DROP TABLE ``x``; --_long_long_long_long_l_f47e0e7a_idx` ON `select "; DROP TABLE ``x``; --` (`long_long_long_long_long_long_long_long_long_long_long_long_`);
DROP TABLE `select "; DROP TABLE ``x``; --`;
