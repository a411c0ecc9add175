CREATE TABLE `users` (
    `id` int NOT NULL,
    `name` varchar(255) NOT NULL,
    `fullname` varchar(255) NULL,
    PRIMARY KEY (`id`),
    CONSTRAINT `users_fullname_key` UNIQUE (`fullname`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
ALTER TABLE `users` MODIFY COLUMN `name` varchar(255) NULL;
ALTER TABLE `users` MODIFY COLUMN `name` varchar(255) NULL DEFAULT '?' COMMENT 'it''s one';
ALTER TABLE `users` MODIFY COLUMN `name` varchar(300) NULL DEFAULT '!';
ALTER TABLE `users` MODIFY COLUMN `id` int NOT NULL AUTO_INCREMENT;
ALTER TABLE `users` MODIFY COLUMN `id` int NOT NULL;
ALTER TABLE `users` DROP PRIMARY KEY;
ALTER TABLE `users` ADD PRIMARY KEY (`id`);
ALTER TABLE `users` ADD CONSTRAINT `users_id_fkey` FOREIGN KEY (`id`) REFERENCES `users` (`id`);
ALTER TABLE `users` DROP FOREIGN KEY `users_id_fkey`;
ALTER TABLE `users` RENAME INDEX `users_fullname_key` TO `full`;
ALTER TABLE `users` COMMENT = 'people';
ALTER TABLE `users` COMMENT = '';
