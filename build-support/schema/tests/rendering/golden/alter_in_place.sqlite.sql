CREATE TABLE `users` (
    `id` integer NOT NULL,
    `name` varchar(255) NOT NULL,
    `fullname` varchar(255),
    PRIMARY KEY (`id`)
);
-- SQLite does not support changing the column `users`.`name` in place
-- SQLite does not support changing the column `users`.`fullname` in place
-- SQLite does not support adding a unique constraint to table `users`; create a unique index
-- SQLite does not support adding a check to the existing table `users`
ALTER TABLE `users` ADD COLUMN `boss` integer;
-- SQLite does not support adding a foreign key to the existing table `users`
-- SQLite does not support dropping the constraint `users_boss_fkey` of table `users`
-- SQLite does not support dropping the constraint `users_name_key` of table `users`
-- SQLite does not support dropping the constraint `positive` of table `users`
