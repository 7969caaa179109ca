#!/usr/bin/env bash
# scripts/test-servers: its servers are of use to tests, come back after every kind of crash and leave nothing behind.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
work=$(mktemp --directory)
chmod 711 "$work" # the servers' accounts pass through
export DALIA_TEST_SERVERS_DIR=$work/state
unset "${!DALIA_TEST_POSTGRES@}" "${!DALIA_TEST_MYSQL@}"

test_servers() { "$root/scripts/test-servers" "$@"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

finish() {
  local status=$?
  test_servers down || status=1
  rm -rf -- "$work"
  exit "$status"
}
trap finish EXIT

expect_equal() { [[ $1 == "$2" ]] || fail "$3 is \"$1\" instead of \"$2\""; }

# expect_failure STATUS TEXT COMMAND...: it fails so and says so.
expect_failure() {
  local status=0 words
  words=$("${@:3}" 2>&1) || status=$?
  [[ $status -eq $1 && $words == *"$2"* ]] ||
    fail "\"${*:3}\" ended with $status, not $1, or does not say \"$2\": $words"
}

# Reads what env prints as its help says. Sets the variables and the ports.
take_env() {
  # shellcheck disable=SC2046      # a word a line
  export $(test_servers env)
  postgres_port=$(cut --delimiter=: --fields=4 <<<"${DALIA_TEST_POSTGRES_URL%/*}")
  mysql_port=$(cut --delimiter=: --fields=4 <<<"${DALIA_TEST_MYSQL_URL%/*}")
}

# postgres SQL [URL]
postgres() {
  psql "${2-$DALIA_TEST_POSTGRES_URL}" --no-psqlrc --no-password --no-align --tuples-only --quiet --command="$1"
}

# mysql SQL [ARGUMENT...]
mysql() {
  mariadb --no-defaults --batch --skip-column-names --host=127.0.0.1 --port="$mysql_port" --user=dalia \
    --password=open-sesame --database=dalia --execute="$1" "${@:2}"
}

home() { cat "$DALIA_TEST_SERVERS_DIR/home"; }
postgres_pid() { head --lines=1 "$(home)/postgres/data/postmaster.pid"; }
mariadb_pid() { cat "$(home)/mariadb/pid"; }
ports() { test_servers status | sed -n 's/.*127.0.0.1://p'; }

expect_nothing_at() {
  local processes
  processes=$(find /proc/[0-9]*/cwd -maxdepth 0 -lname "$1*" 2>/dev/null || true)
  [[ ! $processes ]] || fail "processes are left at $1: ${processes//$'\n'/ }"
  [[ ! -e $1 ]] || fail "$1 is left"
}

# The segments of shared memory that nobody is attached to, by the account that PostgreSQL runs as.
orphaned_memory() {
  local account=$EUID id owner attached
  [[ $EUID -ne 0 ]] || account=$(id --user postgres)
  while read -r _ id _ _ _ _ attached owner _; do
    [[ $attached != 0 || $owner != "$account" ]] || printf '%s\n' "$id"
  done </proc/sysvipc/shm
}

wrong_usage_is_told() {
  expect_failure 2 "unknown command sideways" test_servers sideways
  expect_failure 2 "unknown server oracle" test_servers up oracle
  expect_failure 2 "unknown option --fast" test_servers up --fast
  expect_failure 2 "say up, down, status or env" test_servers
}

without_servers_nothing_is_up() {
  expect_failure 1 "no server is up" test_servers env
  expect_failure 1 "mariadb is not up" test_servers env mariadb
  expect_equal "$(test_servers status | tr --squeeze-repeats ' ')" $'postgres down\nmariadb down' "status"
  test_servers down
  expect_nothing_at "$DALIA_TEST_SERVERS_DIR"
}

a_folder_of_something_else_is_left_alone() {
  mkdir "$work/precious"
  touch "$work/precious/diary"
  DALIA_TEST_SERVERS_DIR=$work/precious expect_failure 1 "holds files of something else" test_servers up
  DALIA_TEST_SERVERS_DIR=$work/precious test_servers down
  expect_equal "$(ls "$work/precious")" diary "what is left of the folder"
}

two_ups_at_once_make_one_of_each() {
  local first said
  test_servers up >"$work/first.log" 2>&1 &
  first=$!
  test_servers up >"$work/second.log" 2>&1 || fail "the second up: $(<"$work/second.log")"
  wait "$first" || fail "the first up: $(<"$work/first.log")"
  said=$(cat "$work"/{first,second}.log)
  expect_equal "$(grep --count ' is up on port ' <<<"$said")" 2 "the number of servers made"
  expect_equal "$(grep --count ' is up already on port ' <<<"$said")" 2 "the number of servers found"
  expect_equal "$(test_servers status | sed 's/  */ /; s/ up .*/ up/')" $'postgres up\nmariadb up' "status"
  expect_equal "$(home)" "$DALIA_TEST_SERVERS_DIR" "where they live"
}

postgres_lets_tests_work() {
  postgres 'CREATE SCHEMA dalia_test_1; CREATE TABLE dalia_test_1.t (a int); DROP TABLE dalia_test_1.t'
  postgres 'CREATE DATABASE dalia_test_2'
  postgres 'DROP DATABASE dalia_test_2'
  postgres 'SELECT pg_sleep(600)' >"$work/sleep.log" 2>&1 &
  until [[ $(postgres "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
      WHERE query = 'SELECT pg_sleep(600)'") == 1 ]]; do
    sleep 0.1
  done
  ! wait $! || fail "a connection that was ended went on"
  expect_equal "$(postgres 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user')" f "superuser"
  expect_equal "$(postgres 'SHOW max_connections')" 200 "the number of connections"
}

mariadb_lets_tests_work() {
  local sleeper
  mysql 'CREATE DATABASE dalia_test_1; CREATE TABLE dalia_test_1.t (a int); DROP DATABASE dalia_test_1'
  expect_failure 1 "Access denied" mysql 'CREATE DATABASE other'
  mysql 'SELECT SLEEP(600)' >"$work/sleep.log" 2>&1 &
  until sleeper=$(mysql "SELECT id FROM information_schema.processlist
      WHERE info = 'SELECT SLEEP(600)'") && [[ $sleeper ]]; do
    sleep 0.1
  done
  mysql "KILL $sleeper"
  ! wait $! || fail "a connection that was ended went on"
  expect_equal "$(mysql 'SELECT @@max_connections')" 200 "the number of connections"
  expect_equal "$(mysql 'SELECT @@character_set_server')" utf8mb4 "the character set"
}

logging_in_needs_the_password() {
  expect_failure 2 "password authentication failed" \
    postgres 'SELECT 1' "postgres://dalia:wrong@127.0.0.1:$postgres_port/dalia"
  expect_failure 2 "no password supplied" \
    postgres 'SELECT 1' "host=$DALIA_TEST_POSTGRES_SOCKET port=$postgres_port user=postgres dbname=postgres"
  expect_equal "$(postgres 'SELECT 1' \
    "host=$DALIA_TEST_POSTGRES_SOCKET port=$postgres_port user=dalia password=open-sesame dbname=dalia")" 1 "socket"
  expect_failure 1 "Access denied" mysql 'SELECT 1' --password=wrong
  expect_failure 1 "Access denied" mysql 'SELECT 1' --user=root --password=
  expect_equal "$(mysql 'SELECT 1' --protocol=socket --socket="$DALIA_TEST_MYSQL_SOCKET")" 1 "socket"
}

both_speak_tls() {
  local url="$DALIA_TEST_POSTGRES_URL?sslmode=verify-full"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=stranger \
    -keyout "$work/stranger.key" -out "$work/stranger.crt" 2>/dev/null
  expect_equal "$(postgres 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()' \
    "$url&sslrootcert=$DALIA_TEST_POSTGRES_CA_FILE")" t "TLS"
  expect_failure 2 "certificate verify failed" postgres 'SELECT 1' "$url&sslrootcert=$work/stranger.crt"
  mysql 'STATUS' --ssl-ca="$DALIA_TEST_MYSQL_CA_FILE" --ssl-verify-server-cert | grep --quiet 'Cipher in use' ||
    fail "no TLS with MariaDB"
  expect_failure 1 "certificate" mysql 'SELECT 1' --ssl-ca="$work/stranger.crt" --ssl-verify-server-cert
}

up_again_keeps_what_runs() {
  local before
  before=$(ports)
  postgres 'CREATE TABLE kept (a int)'
  mysql 'CREATE TABLE kept (a int)'
  test_servers up
  expect_equal "$(ports)" "$before" "the ports"
  expect_equal "$(postgres 'SELECT count(*) FROM kept')" 0 "the rows"
  expect_equal "$(mysql 'SELECT count(*) FROM kept')" 0 "the rows"
}

killed_servers_are_made_anew() {
  local orphans
  orphans=$(orphaned_memory)
  kill -KILL "$(postgres_pid)" "$(mariadb_pid)"
  expect_failure 1 "down" test_servers status
  expect_failure 1 "is not up" test_servers env
  test_servers up
  take_env
  expect_equal "$(postgres "SELECT to_regclass('kept')")" "" "the table of the old server"
  expect_failure 1 "doesn't exist" mysql 'SELECT * FROM kept'
  expect_equal "$(orphaned_memory)" "$orphans" "shared memory that nobody uses"
}

a_killed_up_is_made_up_for() {
  local seconds orphans
  orphans=$(orphaned_memory)
  for seconds in 0.2 0.4 0.6 0.9 1.2 2 3.5; do
    test_servers down
    timeout --signal=KILL "$seconds" "$root/scripts/test-servers" up >"$work/killed.log" 2>&1 || true
    [[ $seconds != 2 ]] || continue # by down alone
    test_servers up
    test_servers status >/dev/null || fail "not up after an up killed after $seconds s"
  done
  expect_equal "$(orphaned_memory)" "$orphans" "shared memory that nobody uses"
}

servers_are_found_whose_files_were_deleted() {
  rm -rf -- "$DALIA_TEST_SERVERS_DIR"
  test_servers down
  expect_nothing_at "$DALIA_TEST_SERVERS_DIR"
  test_servers up
}

one_server_is_taken_down_alone() {
  test_servers down mariadb
  expect_failure 1 "mariadb is not up" test_servers env mariadb
  test_servers status postgres >/dev/null || fail "postgres is down, too"
  expect_equal "$(test_servers env | sed 's/=.*//' | tr '\n' ' ')" \
    "DALIA_TEST_POSTGRES_URL DALIA_TEST_POSTGRES_SOCKET DALIA_TEST_POSTGRES_CA_FILE " "env"
}

down_leaves_nothing() {
  test_servers down
  expect_nothing_at "$DALIA_TEST_SERVERS_DIR"
}

folders_unfit_for_sockets_are_not_lived_in() {
  local where
  DALIA_TEST_SERVERS_DIR=$work/$(printf 'long%.0s' {1..30})/with\ space
  test_servers up postgres
  where=$(home)
  [[ $where == *dalia-servers.* ]] || fail "it lives in $where"
  test_servers status postgres >/dev/null || fail "postgres is not up"
  rm -rf -- "$DALIA_TEST_SERVERS_DIR" # as rm -rf build does
  test_servers down
  expect_nothing_at "$where"
  expect_nothing_at "$DALIA_TEST_SERVERS_DIR"
}

private_folders_are_not_lived_in() {
  local where
  DALIA_TEST_SERVERS_DIR=$work/private/state
  mkdir --mode=700 "$work/private"
  test_servers up postgres
  where=$(home)
  [[ $EUID -ne 0 || $where == *dalia-servers.* ]] || fail "it lives in $where"
  test_servers down
  expect_nothing_at "$where"
  expect_nothing_at "$DALIA_TEST_SERVERS_DIR"
}

# A mariadbd that makes its files and then does not serve.
a_server_that_does_not_start_shows_its_log() {
  local words
  DALIA_TEST_SERVERS_DIR=$work/broken
  mkdir "$work/programs"
  printf '%s\n' '#!/bin/sh' \
    'case " $*" in *" --bootstrap"*) exec '"$(PATH=$PATH:/usr/sbin command -v mariadbd)"' "$@" ;; esac' \
    'echo the disk is made of cheese; exit 1' >"$work/programs/mariadbd"
  chmod 755 "$work/programs" "$work/programs/mariadbd"
  words=$(PATH=$work/programs:$PATH test_servers up mariadb 2>&1) && fail "it started"
  [[ $words == *"disk is made of cheese"*"error: mariadb did not start; the end of $(home)/mariadb/log is above" ]] ||
    fail "it says: $words"
  test_servers down
  expect_nothing_at "$DALIA_TEST_SERVERS_DIR"
}

run() { printf '%s\n' "${*//_/ }"; "$@"; }

run wrong_usage_is_told
run without_servers_nothing_is_up
run a_folder_of_something_else_is_left_alone
run two_ups_at_once_make_one_of_each
take_env
run postgres_lets_tests_work
run mariadb_lets_tests_work
run logging_in_needs_the_password
run both_speak_tls
run up_again_keeps_what_runs
run killed_servers_are_made_anew
run a_killed_up_is_made_up_for
run servers_are_found_whose_files_were_deleted
run one_server_is_taken_down_alone
run down_leaves_nothing
run folders_unfit_for_sockets_are_not_lived_in
run private_folders_are_not_lived_in
run a_server_that_does_not_start_shows_its_log
