# Where the servers' files are, and whose turn it is. Sourced by scripts/test-servers.
# shellcheck shell=bash disable=SC2154

# Who asks holds this folder; where possible the servers live in it, too.
state=$(realpath --canonicalize-missing -- "${DALIA_TEST_SERVERS_DIR:-$root/build/test-servers}")

# The folder that the servers live in. $state/home says which it is; a folder with other files and without that one is
# not of this script's making.
home=

# Even if somebody deletes the state folder, its servers are found: the name of each other home follows from its path.
find_home() {
  local folder folders
  home=$state
  if [[ -s $state/home ]]; then
    home=$(<"$state/home")
    return
  fi
  mapfile -t folders < <(temporary_homes)
  for folder in "${folders[@]}"; do
    [[ ! -d $folder || ! -O $folder ]] || home=$folder
  done
}

temporary_homes() {
  local name
  name=dalia-servers.$(printf '%s' "$EUID $state" | sha256sum | cut --characters=-12)
  printf '%s\n' "${TMPDIR:-/tmp}/$name" "/tmp/$name" "/var/tmp/$name"
}

is_ours() { [[ -e $state/home || -z $(ls --almost-all -- "$state") ]]; }

# Waits for others at work on these servers and keeps new ones away until this process ends. The folder itself is what
# is locked, so that down can remove it.
hold_state() {
  while :; do
    mkdir --parents -- "$state" || die "cannot make the folder $state"
    [[ -O $state ]] || die "$state belongs to $(stat --format=%U -- "$state"), who alone can use it"
    { exec {lock}<"$state"; } 2>/dev/null || continue
    flock --timeout 600 "$lock" || die "another scripts/test-servers has been busy in $state for 10 minutes"
    # Else whoever had it has removed it, and this is the lock of nothing.
    [[ $state -ef /proc/self/fd/$lock ]] && return
    exec {lock}<&-
  done
}

# Makes the folder for the servers. It is noted down first: what a killed run has made is known to the next.
settle_home() {
  is_ours || die "$state holds files of something else"
  find_home
  if [[ ! -s $state/home ]]; then
    [[ $home != "$state" ]] || home=$(choose_home)
    printf '%s\n' "$home" >"$state/home"
  fi
  [[ -d $home && -O $home ]] || mkdir -- "$home" || die "cannot make the folder $home"
  chmod 711 -- "$home"
}

choose_home() {
  local folder folders
  mapfile -t folders < <(temporary_homes)
  chmod 711 -- "$state"
  if is_fit_for_servers "$state" && accounts_can_enter "$state"; then
    printf '%s\n' "$state"
    return
  fi
  for folder in "${folders[@]}"; do
    if is_fit_for_servers "$folder" && accounts_can_enter "${folder%/*}"; then
      printf '%s\n' "$folder"
      return
    fi
  done
  die "servers cannot live in $state, nor is there a folder for temporary files that they could use"
}

# The path of a Unix socket has 107 bytes at most, and configuration files should need no quotes.
is_fit_for_servers() {
  local longest_socket=$1/postgres-18/.s.PGSQL.00000
  [[ ${#longest_socket} -le 107 && $1 =~ ^[A-Za-z0-9/._+-]+$ ]]
}

make_folder() {
  id "$account" >/dev/null 2>&1 || die "there is no account $account; scripts/install-packages test brings it"
  mkdir --mode=700 -- "$folder"
  [[ $EUID -ne 0 ]] || chown "$account:" -- "$folder"
}

# Removes what no server needs any more.
remove_place() {
  [[ -z $(existing) ]] || return 0
  rm -rf -- "$home/certificates"
  [[ $home == "$state" || ! -d $home ]] || rmdir -- "$home"
  rm -f -- "$state/home"
  rmdir -- "$state"
}
