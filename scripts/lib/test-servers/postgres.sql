-- Users and databases of the test servers, here and in docker-compose.yml. One statement a line.
CREATE ROLE dalia LOGIN CREATEDB PASSWORD 'open-sesame';
CREATE DATABASE dalia OWNER dalia;
