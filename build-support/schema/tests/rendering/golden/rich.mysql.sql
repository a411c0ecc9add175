CREATE TABLE `rich` (
    `id` int NOT NULL,
    `twice` int GENERATED ALWAYS AS (id * 2) STORED,
    `feels` enum('sad', 'it''s') NOT NULL DEFAULT 'it''s',
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE INDEX `backwards` ON `rich` (`id` DESC, `twice`);
-- MySQL/MariaDB does not support a condition on the rows of an index, as in index `some`
-- MySQL/MariaDB does not support columns that an index holds beside its parts, as in index `covering`
CREATE INDEX `hashed` USING HASH ON `rich` (`id`);
ALTER TABLE `rich` MODIFY COLUMN `feels` enum('sad', 'so so', 'it''s', 'new') NOT NULL DEFAULT 'it''s';
ALTER TABLE `rich` MODIFY COLUMN `feels` enum('it''s') NOT NULL DEFAULT 'it''s';
-- MySQL/MariaDB does not support deferring a foreign key, as in `deferred_id_fkey`
-- MySQL/MariaDB does not support the array `arrays`.`many`; keep it as JSON, or as rows of a table of its own
CREATE TABLE `late` (
    `id` int NOT NULL,
    `sum` int GENERATED ALWAYS AS (id + 1) VIRTUAL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
