CREATE TABLE `users` (
    `id` int NOT NULL,
    `name` varchar(255) NOT NULL,
    `fullname` varchar(255) NULL,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE `posts` (
    `id` int NOT NULL AUTO_INCREMENT,
    `parent` int NULL,
    PRIMARY KEY (`id`),
    CONSTRAINT `posts_parent_fkey` FOREIGN KEY (`parent`) REFERENCES `posts` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE `tags` (
    `post` int NOT NULL COMMENT 'whose tag it is',
    `tag` varchar(40) NOT NULL,
    `weight` smallint NOT NULL DEFAULT 1,
    `author` int NULL,
    PRIMARY KEY (`post`, `tag`),
    CONSTRAINT `tags_tag_author_key` UNIQUE (`tag`, `author`),
    CONSTRAINT `tags_post_fkey` FOREIGN KEY (`post`) REFERENCES `posts` (`id`) ON DELETE CASCADE,
    CONSTRAINT `tags_author_fkey` FOREIGN KEY (`author`) REFERENCES `users` (`id`) ON DELETE SET NULL ON UPDATE RESTRICT,
    CONSTRAINT `tags_aa315f1d_check` CHECK (weight > 0),
    CONSTRAINT `not_empty` CHECK (tag <> '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='it''s a table; with a \\ in its comment';
CREATE INDEX `tags_author_idx` ON `tags` (`author`);
CREATE UNIQUE INDEX `heavy` ON `tags` (`weight`, `tag`);
DROP INDEX `heavy` ON `tags`;
