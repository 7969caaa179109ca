# PostgreSQL 18 where the distribution has another version. Sourced by scripts/test-servers.
# shellcheck shell=bash

fetch_postgres_18() {
  die "to come"
}
