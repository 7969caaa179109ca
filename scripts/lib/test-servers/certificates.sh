# The servers' certificate for localhost and 127.0.0.1, and an authority that signs it and then nothing more: its key is
# thrown away. Sourced by scripts/test-servers.
# shellcheck shell=bash disable=SC2154

make_certificates() {
  local place=$home/certificates
  [[ ! -s $place/server.crt ]] || return 0
  command -v openssl >/dev/null || die "there is no openssl; scripts/install-packages test installs it"
  rm -rf -- "$place"
  mkdir -- "$place"
  printf '%s\n' '[req]' 'distinguished_name = name' '[name]' \
    '[authority]' 'basicConstraints = critical, CA:true' 'keyUsage = critical, keyCertSign' \
    '[server]' 'basicConstraints = critical, CA:false' 'subjectAltName = DNS:localhost, IP:127.0.0.1' \
    >"$place/openssl.cnf"
  sign "$place/ca" 'dalia test authority' authority
  sign "$place/unfinished" localhost server -CA "$place/ca.crt" -CAkey "$place/ca.key"
  rm -- "$place/ca.key"
  mv -- "$place/unfinished.key" "$place/server.key"
  mv -- "$place/unfinished.crt" "$place/server.crt"
}

# sign FILE NAME EXTENSIONS [ARGUMENT...]: makes FILE.key and FILE.crt.
sign() {
  local words
  words=$(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
    -config "$home/certificates/openssl.cnf" -extensions "$3" -subj "/CN=$2" \
    -keyout "$1.key" -out "$1.crt" "${@:4}" 2>&1) || die "openssl makes no certificate: ${words//$'\n'/; }"
}

# Each server has a copy, as it wants the key to be its own.
install_certificate() {
  install --mode=644 -- "$home"/certificates/{ca.crt,server.crt} "$folder"
  install --mode=600 -- "$home/certificates/server.key" "$folder"
  [[ $EUID -ne 0 ]] || chown -- "$account:" "$folder/server.key"
}
