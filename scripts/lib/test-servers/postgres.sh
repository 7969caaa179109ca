# How a PostgreSQL server is made, started and asked. Sourced by scripts/test-servers.
# shellcheck shell=bash disable=SC2154

# find_postgres_program NAME: its path. Debian keeps PostgreSQL's programs in a folder a version, off the PATH.
find_postgres_program() {
  local program
  for program in $(printf '%s\n' /usr/lib/postgresql/*/bin/"$1" | sort --version-sort --reverse) \
    "$(pg_config --bindir 2>/dev/null)/$1" "$(command -v "$1")"; do
    [[ ! -x $program ]] || { printf '%s\n' "$program"; return; }
  done
  die "there is no PostgreSQL program $1; scripts/install-packages test installs it"
}

# The server's own programs initdb and postgres.
postgres_program() {
  if [[ $server == postgres-18 ]]; then
    printf '%s\n' "$folder/bin/$1"
  else
    find_postgres_program "$1"
  fi
}

make_postgres() {
  [[ $server != postgres-18 ]] || fetch_postgres_18
  local initdb postgres
  initdb=$(postgres_program initdb)
  postgres=$(postgres_program postgres)
  find_postgres_program psql >/dev/null
  install_certificate
  # No cleaning: an initdb that is ended would remove what remove_shared_memory goes by.
  run_there "$initdb" --pgdata=data --username=postgres --auth=reject --encoding=UTF8 --locale=C.UTF-8 --no-sync \
    --no-clean || fail_with_log "could not be made"
  cat >>"$folder/data/postgresql.conf" <<CONF
# dalia's tests
listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
max_connections = 200
ssl = on
ssl_cert_file = '$folder/server.crt'
ssl_key_file = '$folder/server.key'
# Nothing outside the folder, which a killed server would leave behind.
dynamic_shared_memory_type = mmap
# The data may be lost.
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
CONF
  cat >"$folder/data/pg_hba.conf" <<'CONF'
local  all  all                scram-sha-256
host   all  all  127.0.0.1/32  scram-sha-256
CONF
  # Before it listens. The superuser has no password, so nobody can log in as it.
  run_there "$postgres" --single -D data -c exit_on_error=on postgres <"$root/scripts/lib/test-servers/postgres.sql" ||
    fail_with_log "did not take the users and databases"
}

launch_postgres() {
  launch "$(postgres_program postgres)" -D "$folder/data" -p "$1"
}

# ask_postgres PORT: prints the version.
ask_postgres() {
  local answer
  answer=$(timeout 10 env --ignore-environment PATH="$PATH" PGPASSWORD=open-sesame \
    "$(find_postgres_program psql)" --no-psqlrc --no-align --tuples-only --host="$folder" --port="$1" \
    --username=dalia --dbname=dalia --command='SHOW server_version') && printf '%s\n' "${answer%% *}"
}

print_env_of_postgres() {
  local prefix=${server//-/_}
  prefix=DALIA_TEST_${prefix^^}
  printf '%s_URL=postgres://dalia:open-sesame@127.0.0.1:%s/dalia\n' "$prefix" "$1"
  printf '%s_SOCKET=%s\n' "$prefix" "$folder"
  printf '%s_CA_FILE=%s\n' "$prefix" "$home/certificates/ca.crt"
}

# A server that was killed leaves a few bytes of System V shared memory, which outlive its files. Its pid file names
# them.
remove_shared_memory() {
  local note=$folder/data/postmaster.pid lines id creator attached ours
  [[ -s $note ]] || return 0
  mapfile -t lines <"$note"
  read -r _ ours <<<"${lines[6]-}" || return 0
  while read -r _ id _ _ creator _ attached _; do
    if [[ $id == "$ours" && $creator == "${lines[0]#-}" && $attached == 0 ]]; then
      "${as[@]}" ipcrm --shmem-id "$id" || true
    fi
  done </proc/sysvipc/shm
}
