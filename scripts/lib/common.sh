# Sourced by the scripts of this folder: messages and calm output.
# shellcheck shell=bash

program=scripts/${0##*/}

say() { printf '%s: %s\n' "$program" "$*"; }
die() { printf '%s: error: %s\n' "$program" "$*" >&2; exit 1; }
wrong_usage() { printf '%s: %s (see %s --help)\n' "$program" "$*" "$program" >&2; exit 2; }

# Thins the lines of success of ninja and CTest to one in ten per cent and copies every other line. (No awk: Debian's
# holds back its input.)
calm() {
  local line tenth last_built='' last_passed=''
  while IFS= read -r line || [[ $line ]]; do
    if [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]]; then
      tenth=$((10 * BASH_REMATCH[1] / BASH_REMATCH[2]))
      [[ $tenth != "$last_built" ]] || continue
      last_built=$tenth
    elif [[ $line =~ ^\ *([0-9]+)/([0-9]+)\ Test\ +#.*\ Passed\  ]]; then
      tenth=$((10 * BASH_REMATCH[1] / BASH_REMATCH[2]))
      [[ $tenth != "$last_passed" ]] || continue
      last_passed=$tenth
    elif [[ $line =~ ^\ +Start\ +[0-9]+: ]]; then
      continue
    fi
    printf '%s\n' "$line"
  done
}

# A command, with its arguments, to run builds and tests under.
under=()

# More -D settings for the presets that are built.
settings=()

# build_preset PRESET [CMAKE-BUILD-ARGUMENT...]: configures where needed and builds. On a terminal ninja keeps to one
# line by itself.
build_preset() {
  local preset=$1
  shift
  cmake --preset "$preset" "${settings[@]}" --log-level=WARNING >/dev/null
  if [[ -t 1 ]]; then
    "${under[@]}" cmake --build --preset "$preset" "$@"
  else
    "${under[@]}" cmake --build --preset "$preset" "$@" | calm
  fi
}
