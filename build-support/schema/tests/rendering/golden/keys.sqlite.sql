CREATE TABLE `users` (
    `id` integer NOT NULL,
    `name` varchar(255) NOT NULL,
    `fullname` varchar(255),
    PRIMARY KEY (`id`)
);
CREATE TABLE `posts` (
    `id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    `parent` integer,
    CONSTRAINT `posts_parent_fkey` FOREIGN KEY (`parent`) REFERENCES `posts` (`id`)
);
CREATE TABLE `tags` (
    `post` integer NOT NULL,
    `tag` varchar(40) NOT NULL,
    `weight` smallint NOT NULL DEFAULT 1,
    `author` integer,
    PRIMARY KEY (`post`, `tag`),
    CONSTRAINT `tags_tag_author_key` UNIQUE (`tag`, `author`),
    CONSTRAINT `tags_post_fkey` FOREIGN KEY (`post`) REFERENCES `posts` (`id`) ON DELETE CASCADE,
    CONSTRAINT `tags_author_fkey` FOREIGN KEY (`author`) REFERENCES `users` (`id`) ON DELETE SET NULL ON UPDATE RESTRICT,
    CONSTRAINT `tags_aa315f1d_check` CHECK (weight > 0),
    CONSTRAINT `not_empty` CHECK (tag <> '')
);
CREATE INDEX `tags_author_idx` ON `tags` (`author`);
CREATE UNIQUE INDEX `heavy` ON `tags` (`weight`, `tag`);
DROP INDEX `heavy`;
