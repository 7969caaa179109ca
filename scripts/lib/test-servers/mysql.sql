-- Users and databases of the test servers, here and in docker-compose.yml. One statement a line.
CREATE DATABASE dalia;
CREATE USER dalia@'%' IDENTIFIED BY 'open-sesame';
GRANT ALL ON `dalia%`.* TO dalia@'%' WITH GRANT OPTION;
GRANT CREATE USER ON *.* TO dalia@'%';
