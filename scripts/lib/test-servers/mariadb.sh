# How a MariaDB server is made, started and asked. Sourced by scripts/test-servers.
# shellcheck shell=bash disable=SC2154

make_mariadb() {
  local program
  for program in mariadbd mariadb-install-db mariadb; do
    PATH=$PATH:/usr/sbin command -v "$program" >/dev/null ||
      die "there is no MariaDB program $program; scripts/install-packages test installs it"
  done
  install_certificate
  install --mode=644 -- "$root/scripts/lib/test-servers/mysql.sql" "$folder/users.sql"
  cat >"$folder/my.cnf" <<CONF
[mariadbd]
datadir = $folder/data
tmpdir = $folder
socket = $folder/socket
pid-file = $folder/pid
bind-address = 127.0.0.1
skip-name-resolve
max-connections = 200
# Under sanitizers on a busy machine the client library's TLS handshakes, one after the other, take their time.
connect-timeout = 100
# As MySQL's own default; MariaDB's would be too small for values of 16 MB.
max-allowed-packet = 64M
character-set-server = utf8mb4
ssl-ca = $folder/ca.crt
ssl-cert = $folder/server.crt
ssl-key = $folder/server.key
performance-schema = off
# Run before it listens. The superuser is root of this machine, through the socket.
init-file = $folder/users.sql
# The data may be lost.
innodb-flush-log-at-trx-commit = 0
innodb-doublewrite = off
# In containers there may be none.
innodb-use-native-aio = off
CONF
  run_there mariadb-install-db --defaults-file="$folder/my.cnf" --auth-root-authentication-method=socket \
    --auth-root-socket-user=root --skip-name-resolve --skip-test-db || fail_with_log "could not be made"
}

launch_mariadb() {
  launch mariadbd --defaults-file="$folder/my.cnf" --port="$1" --innodb-fast-shutdown=2
}

# ask_mariadb PORT: prints the version.
ask_mariadb() {
  local answer
  answer=$(timeout 10 env --ignore-environment PATH="$PATH" MYSQL_PWD=open-sesame \
    mariadb --no-defaults --batch --skip-column-names --socket="$folder/socket" --user=dalia --database=dalia \
    --execute='SELECT version()') && printf '%s\n' "${answer%%-*}"
}

print_env_of_mariadb() {
  printf 'DALIA_TEST_MYSQL_URL=mysql://dalia:open-sesame@127.0.0.1:%s/dalia\n' "$1"
  printf 'DALIA_TEST_MYSQL_SOCKET=%s\n' "$folder/socket"
  printf 'DALIA_TEST_MYSQL_CA_FILE=%s\n' "$home/certificates/ca.crt"
}
