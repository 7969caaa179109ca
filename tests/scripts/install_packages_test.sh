#!/usr/bin/env bash
# scripts/install-packages: what it asks of apt, where apt, dpkg and sudo only pretend.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
work=$(mktemp --directory)
trap 'rm -rf -- "$work"' EXIT
export work

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
expect_equal() { [[ $1 == "$2" ]] || fail "$3 is \"$1\" instead of \"$2\""; }

# A program of this name from now on.
pretend() {
  { printf '#!/usr/bin/env bash\n' && cat; } >"$work/programs/$1"
  chmod 755 "$work/programs/$1"
}

# The machine is the folder $work: the files installed and lists (what apt knows) have lines "NAME VERSION", archive is
# what apt-get update makes of lists, calls is what was asked of apt-get, and no-sudo and no-network may exist.
make_programs() {
  mkdir "$work/programs"
  pretend id <<'PROGRAM'
echo 1000
PROGRAM
  pretend sudo <<'PROGRAM'
[[ ! -e $work/no-sudo ]] || exit 1
[[ $1 != --non-interactive ]] || shift
[[ $1 == true ]] || exec apt-get "${@:2}"
PROGRAM
  pretend dpkg-query <<'PROGRAM'
sed -n "s/^${*: -1} /installed /p" "$work/installed" | grep .
PROGRAM
  pretend dpkg-deb <<'PROGRAM'
mkdir -p "$3/usr/include" && cp "$2" "$3/usr/include"
PROGRAM
  pretend apt-cache <<'PROGRAM'
case $1 in
  policy) sed -n "s/^$2 /  Candidate: /p" "$work/lists" ;;
  depends) echo '  Depends: clang-14' ;;
esac
PROGRAM
  pretend apt-get <<'PROGRAM'
printf '%s\n' "$*" >>"$work/calls"
names=()
is_simulation=no
for word in "$@"; do
  case $word in
    update) cp "$work/archive" "$work/lists"; exit ;;
    --simulate) is_simulation=yes ;;
    install | download) action=$word ;;
    -o) ;;
    -* | *::*) ;;
    *) names+=("$word") ;;
  esac
done
[[ ${names[0]} != libboost-dev ]] || names+=(libboost1.83-dev)
old=$(sed -n 's/^\(libboost-dev\|libboost1.74-dev\) .*/\1/p' "$work/installed")
boost=no
[[ ${names[*]} != *libboost* ]] || boost=yes
case $action in
  install)
    if [[ $is_simulation == yes ]]; then
      [[ -z $old || $boost == no ]] || printf 'Remv %s [1.74]\n' $old
      printf 'Inst %s (1)\n' libstdc++-12-dev "${names[@]}"
      exit
    fi
    [[ -z $old || $boost == no ]] || { echo "E: Packages need to be removed but remove is disabled."; exit 100; }
    for name in "${names[@]}"; do grep "^$name " "$work/archive" >>"$work/installed"; done
    ;;
  download)
    [[ ! -e $work/no-network ]] || { echo "E: Failed to fetch"; exit 100; }
    for name in "${names[@]}"; do echo "$name" >"${name}_1_all.deb"; done
    ;;
esac
PROGRAM
}

# new_machine [LINE...]: has all that the tests need but for libraries of C++, and these packages; apt knows all.
new_machine() {
  local name
  rm -rf -- "$work/checkout" "$work"/{calls,no-sudo,no-network}
  mkdir -p "$work/checkout"
  cp -R "$root/scripts" "$work/checkout"
  for name in g++ cmake ninja-build ccache libsqlite3-dev libpq-dev libmariadb-dev libfmt-dev nlohmann-json3-dev \
    libcli11-dev iso-codes libgtest-dev libgmock-dev libbenchmark-dev clang libclang-rt-14-dev clang-format-14 \
    clang-tidy-14 shellcheck postgresql mariadb-server openssl; do
    printf '%s 1\n' "$name"
  done >"$work/installed"
  printf '%s\n' "$@" >>"$work/installed"
  printf '%s\n' 'libasio-dev 1:1.22.1-1' 'libboost-dev 1.74.0.3' 'libboost1.81-dev 1.81.0-5' >"$work/archive"
  cp "$work/archive" "$work/lists"
  touch "$work/calls"
}

packages() { PATH=$work/programs:$PATH "$work/checkout/scripts/install-packages" "$@" </dev/null; }

# expect STATUS TEXT ARGUMENT...: ends so and says so.
expect() {
  local status=0 words
  words=$(packages "${@:3}" 2>&1) || status=$?
  [[ $status -eq $1 && $words == *"$2"* ]] ||
    fail "\"${*:3}\" ended with $status, not $1, or does not say \"$2\": $words"
}

expect_unpacked() {
  expect_equal "$(cd "$work/checkout/build/packages" && find . -type f | sort | tr '\n' ' ')" "$1" "what is unpacked"
}

boost='libboost-dev>=1.81 libboost1.88-dev libboost1.83-dev libboost1.81-dev'
old_boost=('libboost-dev 1.74.0.3' 'libboost1.74-dev 1.74.0+ds1-21')

wrong_usage_is_told() {
  new_machine
  expect 2 "unknown argument run" run
  expect 2 "say build or test"
}

what_is_there_is_left_alone() {
  new_machine 'libboost1.83-dev 1.83.0-4' 'libasio-dev 1:1.22.1-1'
  expect 0 "all packages for test are there" test
  expect_equal "$(packages --list test)" "" "the list"
  expect_equal "$(<"$work/calls")" "" "what apt-get was asked"
}

the_list_has_a_line_for_each_need() {
  new_machine
  expect_equal "$(packages --list build)" "$boost" "the list for build"
  expect_equal "$(packages --list test)" "$boost"$'\n'libasio-dev "the list for test"
  new_machine 'libboost-dev 1.80.0.1'
  expect_equal "$(packages --list build)" "$boost" "the list where Boost is too old"
  new_machine 'libboost-dev 1.81.0'
  expect_equal "$(packages --list build)" "" "the list where Boost is new enough"
  expect_equal "$(<"$work/calls")" "" "what apt-get was asked"
}

boost_is_installed_where_there_is_none() {
  new_machine
  expect 0 "installing libasio-dev libboost1.81-dev" test
  expect_equal "$(sed -n 's/.* install --no-remove --no-install-recommends //p' "$work/calls")" \
    "libasio-dev libboost1.81-dev" "what apt-get was asked to install"
  expect 0 "all packages for test are there" test
  [[ ! -e $work/checkout/build ]] || fail "it made a folder build"
}

the_default_boost_is_preferred_where_it_is_new_enough() {
  new_machine
  printf '%s\n' 'libboost-dev 1.83.0.2' 'libboost1.83-dev 1.83.0-4' 'libboost1.81-dev 1.81.0-5' >"$work/archive"
  : >"$work/lists"
  expect 0 "installing libboost-dev" build
  expect 0 "all packages for build are there" build
}

boost_is_unpacked_beside_an_older_one() {
  new_machine "${old_boost[@]}"
  touch "$work/no-sudo"
  expect 0 "unpacking libboost1.81-dev into build/packages; to install it, apt would remove libboost-dev libboost1.74-dev" \
    build
  expect_unpacked "./libboost1.81-dev.unpacked ./usr/include/libboost1.81-dev_1_all.deb "
  expect_equal "$(grep --count --invert-match -e --simulate -e ^download "$work/calls")" 0 "the number of other calls"
  : >"$work/calls"
  expect 0 "all packages for build are there" build
  expect_equal "$(packages --list build)" "" "the list"
  expect_equal "$(<"$work/calls")" "" "what apt-get was asked"
}

other_packages_are_installed_beside_what_is_unpacked() {
  new_machine "${old_boost[@]}"
  expect 0 "installing libasio-dev" test
  expect_unpacked "./libboost1.81-dev.unpacked ./usr/include/libboost1.81-dev_1_all.deb "
  expect_equal "$(sed -n 's/.* install --no-remove --no-install-recommends //p' "$work/calls")" libasio-dev \
    "what apt-get was asked to install"
}

boost_is_unpacked_once_lists_are_there() {
  new_machine "${old_boost[@]}"
  : >"$work/lists"
  expect 0 "unpacking libboost1.81-dev" build
  expect_equal "$(packages --list build)" "" "the list"
}

what_a_default_package_names_is_unpacked_with_it() {
  new_machine "${old_boost[@]}"
  printf '%s\n' 'libboost-dev 1.83.0.2' 'libboost1.83-dev 1.83.0-4' >"$work/lists"
  expect 0 "unpacking libboost-dev into" build
  expect_unpacked \
    "./libboost-dev.unpacked ./usr/include/libboost-dev_1_all.deb ./usr/include/libboost1.83-dev_1_all.deb "
}

a_download_that_fails_is_told_and_tried_again() {
  new_machine "${old_boost[@]}"
  touch "$work/no-network"
  expect 1 "E: Failed to fetch" build
  expect 1 "trying again with new package lists" build
  expect 1 "error: unpacking Boost failed; its last lines are above" build
  expect_equal "$(packages --list build)" "$boost" "the list"
  rm "$work/no-network"
  expect 0 "all packages for build are there" build
}

without_root_what_is_missing_is_told() {
  new_machine
  touch "$work/no-sudo"
  expect 1 "sudo asks for a password and there is no terminal; missing: $boost, libasio-dev" test
}

run() { printf '%s\n' "${*//_/ }"; "$@"; }

make_programs
run wrong_usage_is_told
run what_is_there_is_left_alone
run the_list_has_a_line_for_each_need
run boost_is_installed_where_there_is_none
run the_default_boost_is_preferred_where_it_is_new_enough
run boost_is_unpacked_beside_an_older_one
run other_packages_are_installed_beside_what_is_unpacked
run boost_is_unpacked_once_lists_are_there
run what_a_default_package_names_is_unpacked_with_it
run a_download_that_fails_is_told_and_tried_again
run without_root_what_is_missing_is_told
