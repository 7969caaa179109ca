# Accounts and processes of the servers. Sourced by scripts/test-servers.
#
# A process belongs to a server if its working folder lies in the server's folder. That holds for all that is started
# here, its children included, on both engines, and needs no pid file, which a crash could leave behind or keep from being
# written.
# shellcheck shell=bash disable=SC2154

account_of() {
  if [[ $EUID -ne 0 ]]; then
    id --user --name
  elif [[ $1 == mariadb ]]; then
    echo mysql
  else
    echo postgres
  fi
}

# Sets account, and as: what a command is prefixed with to run as that account, with nothing of the caller's environment
# (PGPORT, MYSQL_HOME, LD_PRELOAD ...).
become_account_of() {
  account=$(account_of "$1")
  as=(env --ignore-environment "PATH=$PATH:/usr/sbin" LC_ALL=C TZ=UTC)
  if [[ $EUID -eq 0 ]]; then
    # Neither servers nor their installers run as root.
    as+=(setpriv "--reuid=$account" "--regid=$account" --init-groups)
  fi
}

accounts_can_enter() {
  local one
  for one in postgres mariadb; do
    become_account_of "$one"
    ! id "$account" >/dev/null 2>&1 || "${as[@]}" test -x "$1" || return 1
  done
}

# launch COMMAND...: runs it as the server's account, in the server's folder and a session of its own, without the lock,
# which it would hold for as long as it lives. Sets launched, its process id.
launch() {
  cd -- "$folder" || die "cannot enter $folder"
  { exec {lock}<&-; exec setsid "${as[@]}" "$@"; } <&0 >>log 2>&1 &
  launched=$!
  cd / || die "cannot enter /"
}

# run_there COMMAND...: the same, but waits for its end.
run_there() {
  launch "$@"
  wait "$launched"
}

# Asked as the account itself: in a container, root may not see where other accounts' processes are.
processes() {
  "${as[@]}" find /proc/[0-9]*/cwd -maxdepth 0 \
    \( -lname "$folder" -o -lname "$folder (deleted)" -o -lname "$folder/*" \) -printf '%h\n' 2>/dev/null |
    sed 's,^/proc/,,' || true
}

end_processes() {
  local signal pids attempt
  for signal in QUIT KILL; do
    for ((attempt = 0; attempt < 100; ++attempt)); do
      pids=$(processes)
      [[ $pids ]] || return 0
      # shellcheck disable=SC2016,SC2086      # the inner shell's; one word a process
      "${as[@]}" bash -c 'kill -s "$0" "$@"' "$signal" $pids 2>/dev/null || true
      sleep 0.1
    done
  done
  die "processes of $server do not end: ${pids//$'\n'/ }"
}
