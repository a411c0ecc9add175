CREATE TABLE `rich` (
    `id` integer NOT NULL,
    `twice` integer GENERATED ALWAYS AS (id * 2) STORED,
    `feels` text NOT NULL DEFAULT 'it''s' CHECK (`feels` IN ('sad', 'it''s')),
    PRIMARY KEY (`id`)
);
CREATE INDEX `backwards` ON `rich` (`id` DESC, `twice`);
CREATE INDEX `some` ON `rich` (`twice`) WHERE id > 0;
-- SQLite does not support columns that an index holds beside its parts, as in index `covering`
-- SQLite does not support the method `hash` of index `hashed`
-- SQLite does not support changing the column `rich`.`feels` in place
-- SQLite does not support changing the column `rich`.`feels` in place
CREATE TABLE `deferred` (
    `id` integer NOT NULL,
    CONSTRAINT `deferred_id_fkey` FOREIGN KEY (`id`) REFERENCES `rich` (`id`) DEFERRABLE INITIALLY DEFERRED
);
-- SQLite does not support the array `arrays`.`many`; keep it as JSON, or as rows of a table of its own
CREATE TABLE `late` (
    `id` integer NOT NULL,
    `sum` integer GENERATED ALWAYS AS (id + 1) VIRTUAL
);
