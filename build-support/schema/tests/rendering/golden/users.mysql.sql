CREATE TABLE `users` (
    `id` int NOT NULL,
    `name` varchar(255) NOT NULL,
    `fullname` varchar(255) NULL,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
DROP TABLE `users`;
