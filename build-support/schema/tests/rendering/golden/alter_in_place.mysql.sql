CREATE TABLE `users` (
    `id` int NOT NULL,
    `name` varchar(255) NOT NULL,
    `fullname` varchar(255) NULL,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
ALTER TABLE `users` MODIFY COLUMN `name` varchar(300) NOT NULL DEFAULT '?' COMMENT 'what to call them';
ALTER TABLE `users` MODIFY COLUMN `fullname` varchar(200) NULL;
ALTER TABLE `users` ADD CONSTRAINT `users_name_key` UNIQUE (`name`);
ALTER TABLE `users` ADD CONSTRAINT `positive` CHECK (id > 0);
ALTER TABLE `users` ADD COLUMN `boss` int NULL;
ALTER TABLE `users` ADD CONSTRAINT `users_boss_fkey` FOREIGN KEY (`boss`) REFERENCES `users` (`id`) ON DELETE SET NULL;
ALTER TABLE `users` DROP CONSTRAINT `users_boss_fkey`;
ALTER TABLE `users` DROP CONSTRAINT `users_name_key`;
ALTER TABLE `users` DROP CONSTRAINT `positive`;
