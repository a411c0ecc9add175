CREATE TABLE `users` (
    `id` integer NOT NULL,
    `name` varchar(255) NOT NULL,
    `fullname` varchar(255),
    PRIMARY KEY (`id`)
);
ALTER TABLE `users` ADD COLUMN `age` tinyint unsigned;
ALTER TABLE `users` ADD COLUMN `role` varchar(20) NOT NULL DEFAULT 'user';
ALTER TABLE `users` RENAME COLUMN `name` TO `nick`;
ALTER TABLE `users` DROP COLUMN `fullname`;
ALTER TABLE `users` RENAME TO `people`;
ALTER TABLE `people` ADD COLUMN `email` varchar(99);
CREATE UNIQUE INDEX `people_nick_idx` ON `people` (`nick`);
DROP INDEX `people_nick_idx`;
