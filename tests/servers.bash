# Throw-away PostgreSQL and MariaDB servers for tests and benchmarks. To be sourced by bash.
#
#   servers_install      installs what is missing, through apt-get
#   servers_start        starts both, in the background
#   servers_ready        waits until both answer; exports GLIM_TEST_POSTGRES and GLIM_TEST_MYSQL
#   servers_stop         stops both and removes their files; safe to call at any time
#
# The exported values are words of the form key=value, the same for both kinds:
#
#   socket    the Unix socket, as that database's clients want it: a directory for PostgreSQL, a file for MariaDB
#   host      127.0.0.1, for connections over TCP
#   port      the TCP port
#   user      a superuser, known over the socket and over TCP
#   password  that user's password; asked for on every way in
#   ca        the certificate authority that signed both servers' certificates, which are for `localhost` alone
#   cert, key a client's certificate and key, signed by the same authority
#
# Nothing here is durable: fsync is off, and the files go when the servers stop. The servers die with this shell, also
# when it is killed.

servers_dir=
declare -A servers_pids=()
# Further options for the servers that are started.
servers_more=()

servers_say() { printf '%s\n' "$*" >&2; }

# The directories in which Debian keeps server programs, newest version first, and then PATH.
servers_find() {
    local program=$1 found
    found=$(printf '%s\n' /usr/lib/postgresql/*/bin/"$program" | sort -rV | head -n 1)
    if [ -x "$found" ]; then
        printf '%s\n' "$found"
    else
        PATH=$PATH:/usr/sbin:/usr/local/sbin command -v "$program"
    fi
}

servers_install() {
    local missing=()
    if ! servers_find initdb >/dev/null || ! servers_find postgres >/dev/null; then missing+=(postgresql); fi
    # The `core` packages hold the programs without a service of the system's own.
    if ! servers_find mariadbd >/dev/null || ! servers_find mariadb-install-db >/dev/null; then
        missing+=(mariadb-server-core mariadb-client-core)
    fi
    if ! command -v openssl >/dev/null; then missing+=(openssl); fi
    # A linker and a C compiler, for Rust and for the bundled SQLite.
    if ! command -v cc >/dev/null; then missing+=(gcc libc6-dev); fi
    if [ ${#missing[@]} -eq 0 ]; then return; fi

    local as_root=()
    if ! command -v apt-get >/dev/null; then
        servers_say "error: not installed: ${missing[*]} (Debian's package names), and there is no apt-get here"
        servers_say "help: install PostgreSQL and MariaDB servers, or run tests/run --fast for SQLite alone"
        return 1
    elif [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            servers_say "error: not installed: ${missing[*]}, and only root can install them"
            servers_say "help: apt-get install ${missing[*]}, or run tests/run --fast for SQLite alone"
            return 1
        fi
        as_root=(sudo)
    fi
    servers_say "installing ${missing[*]}"
    # Debian starts a server when its package is installed, unless this file says no. Nobody asked for one here.
    local policy=/usr/sbin/policy-rc.d made_policy=
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
        "${as_root[@]}" chmod 755 "$policy"
        made_policy=yes
    fi
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120)
    local status=0
    {
        # The lists of a fresh image are empty or old.
        "${apt[@]}" install --no-install-recommends "${missing[@]}" ||
            { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "${missing[@]}"; }
    } </dev/null >&2 || status=$?
    if [ -n "$made_policy" ]; then "${as_root[@]}" rm -f "$policy"; fi
    return "$status"
}

# Runs a command as somebody who may run a server: both refuse root. It gets the signal $1 when this shell dies.
servers_as_nobody() {
    local signal=$1
    shift
    if [ "$(id -u)" -eq 0 ]; then
        exec setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups --pdeathsig="$signal" -- "$@"
    elif command -v setpriv >/dev/null; then
        exec setpriv --pdeathsig="$signal" -- "$@"
    else
        exec "$@"
    fi
}

servers_start() {
    servers_dir=$(mktemp -d "$(servers_place)/glim-test.XXXXXX")
    mkdir "$servers_dir"/{tls,postgres,mysql}
    chmod 755 "$servers_dir" "$servers_dir"/*
    servers_certificates || { servers_say "error: no certificates: see $servers_dir/tls/log"; return 1; }
    if [ "$(id -u)" -eq 0 ]; then chown -R nobody "$servers_dir"; fi
    servers_password=test-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
    servers_start_one postgres
    servers_start_one mysql
}

# Where the servers keep their data: in memory where there is plenty of it, since a third of a test's time goes to the file
# system otherwise. Not below TMPDIR when root: that is often a directory which nobody else may enter. Short, since the path
# of a socket is limited to 107 bytes.
servers_place() {
    local free
    free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
    if [ "${free:-0}" -ge $((6 * 1024 * 1024)) ] && [ -w /dev/shm ]; then
        printf '%s\n' /dev/shm
    elif [ "$(id -u)" -eq 0 ]; then
        printf '%s\n' /tmp
    else
        printf '%s\n' "${TMPDIR:-/tmp}"
    fi
}

# An authority, and signed by it a certificate for the name `localhost` and one for a client.
servers_certificates() (
    cd "$servers_dir/tls" || exit
    exec >log 2>&1
    set -e
    key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
    openssl req -x509 "${key[@]}" -keyout ca.key -out ca.pem -days 30 -subj '/CN=glim test authority' \
        -addext keyUsage=critical,keyCertSign
    for name in server client; do
        # The client's common name is the user's name, which is how PostgreSQL's `cert` method maps one to the other.
        subject=localhost
        if [ $name = client ]; then subject=glim; fi
        openssl req "${key[@]}" -keyout $name.key -out $name.csr -subj "/CN=$subject"
        openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out $name.pem \
            -extfile <(printf 'subjectAltName=DNS:%s\n' "$subject")
    done
    # PostgreSQL refuses a server key that others can read; tests read the client's.
    chmod 600 server.key
    chmod 644 client.key
)

# A port on which nobody listens. Another process may take it before the server does; servers_ready tries again then.
servers_free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            printf '%s\n' "$port"
            return
        fi
    done
}

# Starts one server, as a child of this shell.
servers_start_one() {
    local kind=$1
    servers_free_port >"$servers_dir/$kind/port"
    # Ends in an exec, so that $! is the server itself.
    ("servers_$kind" "$(cat "$servers_dir/$kind/port")") >>"$servers_dir/$kind/log" 2>&1 </dev/null &
    servers_pids[$kind]=$!
}

servers_postgres() {
    local port=$1 dir=$servers_dir/postgres
    if [ ! -d "$dir/data" ]; then
        printf '%s\n' "$servers_password" >"$dir/password"
        (servers_as_nobody KILL "$(servers_find initdb)" --pgdata="$dir/data" --username=glim \
            --pwfile="$dir/password" --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync --no-instructions) || exit
    fi
    local options=(
        -D "$dir/data" -k "$dir" -p "$port" -h 127.0.0.1
        -c fsync=off -c full_page_writes=off -c synchronous_commit=off
        -c max_connections=200 -c shared_buffers=32MB -c autovacuum=off -c jit=off
        -c max_wal_senders=0 -c wal_level=minimal -c logging_collector=off
        -c ssl=on -c ssl_ca_file="$servers_dir/tls/ca.pem"
        -c ssl_cert_file="$servers_dir/tls/server.pem" -c ssl_key_file="$servers_dir/tls/server.key"
        "${servers_more[@]}"
    )
    # QUIT is the shutdown that waits for nobody.
    servers_as_nobody QUIT "$(servers_find postgres)" "${options[@]}"
}

servers_mysql() {
    local port=$1 dir=$servers_dir/mysql
    if [ ! -d "$dir/data" ]; then
        (servers_as_nobody KILL "$(servers_find mariadb-install-db)" --no-defaults --datadir="$dir/data" \
            --auth-root-authentication-method=normal --skip-test-db --skip-name-resolve) || exit
    fi
    # Run by the server at each start. Without host names, `%` means TCP and the socket alike.
    {
        printf "DELETE FROM mysql.global_priv WHERE User = '';\nFLUSH PRIVILEGES;\n"
        printf "CREATE USER IF NOT EXISTS glim@'%%' IDENTIFIED BY '%s';\n" "$servers_password"
        printf "GRANT ALL ON *.* TO glim@'%%' WITH GRANT OPTION;\n"
    } >"$dir/init.sql"
    # A server removes the temporary tables that others have in its folder for them when it starts.
    mkdir -p "$dir/tmp" && chmod 777 "$dir/tmp" || exit
    local options=(
        --no-defaults --datadir="$dir/data" --tmpdir="$dir/tmp" --socket="$dir/socket" --pid-file="$dir/pid" --init-file="$dir/init.sql"
        --bind-address=127.0.0.1 --port="$port" --skip-name-resolve
        --debug-no-sync --sync-frm=OFF --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-flush-method=nosync
        --innodb-fast-shutdown=2 --innodb-buffer-pool-size=64M --innodb-log-file-size=16M
        --skip-log-bin --performance-schema=OFF --max-connections=200
        --character-set-server=utf8mb4
        --ssl-ca="$servers_dir/tls/ca.pem"
        --ssl-cert="$servers_dir/tls/server.pem" --ssl-key="$servers_dir/tls/server.key"
        "${servers_more[@]}"
    )
    servers_as_nobody KILL "$(servers_find mariadbd)" "${options[@]}"
}

servers_ready() {
    local kind log tries=5 deadline=$((SECONDS + 120))
    for kind in postgres mysql; do
        log=$servers_dir/$kind/log
        # Both say so on their log: `ready to accept connections`, `ready for connections`.
        until grep -Eq 'ready (to accept|for) connections' "$log"; do
            if ! kill -0 "${servers_pids[$kind]}" 2>/dev/null && grep -q 'Address already in use' "$log" &&
                [ $((tries -= 1)) -gt 0 ]; then
                : >"$log"
                servers_start_one "$kind"
            elif ! kill -0 "${servers_pids[$kind]}" 2>/dev/null || [ $SECONDS -ge $deadline ]; then
                servers_say "error: the $kind server did not start; the end of its log:"
                tail -n 30 "$log" >&2
                return 1
            fi
            sleep 0.05
        done
    done
    local shared="host=127.0.0.1 user=glim password=$servers_password ca=$servers_dir/tls/ca.pem"
    shared+=" cert=$servers_dir/tls/client.pem key=$servers_dir/tls/client.key"
    export GLIM_TEST_POSTGRES="socket=$servers_dir/postgres port=$(cat "$servers_dir/postgres/port") $shared"
    export GLIM_TEST_MYSQL="socket=$servers_dir/mysql/socket port=$(cat "$servers_dir/mysql/port") $shared"
}

servers_stop() {
    if [ ${#servers_pids[@]} -gt 0 ]; then
        kill -QUIT "${servers_pids[postgres]:-}" 2>/dev/null
        kill -KILL "${servers_pids[mysql]:-}" 2>/dev/null
        wait "${servers_pids[@]}" 2>/dev/null
        servers_pids=()
    fi
    if [ -n "$servers_dir" ]; then rm -rf "$servers_dir"; fi
    servers_dir=
}
