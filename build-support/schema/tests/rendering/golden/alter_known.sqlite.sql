CREATE TABLE `users` (
    `id` integer NOT NULL,
    `name` varchar(255) NOT NULL,
    `fullname` varchar(255),
    PRIMARY KEY (`id`),
    CONSTRAINT `users_fullname_key` UNIQUE (`fullname`)
);
-- SQLite does not support changing the column `users`.`name` in place
-- SQLite does not support changing the column `users`.`name` in place
-- SQLite does not support changing the column `users`.`name` in place
-- SQLite does not support changing the column `users`.`id` in place
-- SQLite does not support changing the column `users`.`id` in place
-- SQLite does not support dropping the primary key of table `users`
-- SQLite does not support adding a primary key to the existing table `users`
-- SQLite does not support adding a foreign key to the existing table `users`
-- SQLite does not support dropping the foreign key `users_id_fkey` of table `users`
-- SQLite does not support renaming the index `users_fullname_key` of table `users`
