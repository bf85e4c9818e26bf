# Shared by the scripts beside it: find Python, install what is missing, make .venv from a lock file.
# Sourced, never run. Expects bash with "set -euo pipefail" and the current directory at the project's root.

VENV=.venv
PY="$VENV/bin/python"
export PATH="$PATH:/usr/sbin:/sbin" # runuser and what packages install for the system: an account may leave them out

say() { printf '%s\n' "$*" >&2; }

die() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# --- system packages ------------------------------------------------------------------------------------------------

# WeasyPrint's libraries (the subsetter makes printing 3 to 20 times quicker) and the fonts behind the product's own,
# for rare characters in names.
SERVER_PACKAGES=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-hanazono fonts-babelstone-han)
# A screen font for the browser, the tools that read PDFs back, the second database, the second queue.
TEST_PACKAGES=(postgresql redis-server poppler-utils fonts-noto-cjk)

has_apt() { command -v apt-get >/dev/null 2>&1 && command -v dpkg-query >/dev/null 2>&1; }

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Print "sudo" and its options where it works without a password, nothing for root; fail where neither holds.
root_command() {
    if [ "$(id -u)" = 0 ]; then
        echo ""
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        echo "sudo -n"
    else
        return 1
    fi
}

# install_packages NAME...: install those of the named Debian or Ubuntu packages that are missing, or stop and say how.
install_packages() {
    local missing=() name become
    if ! has_apt; then
        say "Note: this is no Debian or Ubuntu system; install the equivalents of: $*"
        return 0
    fi
    for name in "$@"; do
        is_installed "$name" || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    become=$(root_command) || die "These system packages are missing: ${missing[*]}
Install them, then start this script again:

    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}
"
    say "Installing system packages: ${missing[*]}"
    local log
    log=$(mktemp)
    # shellcheck disable=SC2086
    if ! { $become apt-get update -qq && apt_install "$become" "${missing[@]}"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        die "apt could not install: ${missing[*]}
On Ubuntu the fonts are in the 'universe' component: sudo add-apt-repository universe"
    fi
    rm -f "$log"
}

apt_install() {
    local become=$1
    shift
    # Runlevel 1 asks the packages not to start services: the tests start a PostgreSQL of their own.
    # shellcheck disable=SC2086
    $become env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a RUNLEVEL=1 \
        apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 "$@"
}

# --- Python ---------------------------------------------------------------------------------------------------------

good_python() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# Print a Python of version 3.11 or newer, or fail.
find_python() {
    local candidate
    for candidate in ${YIAN_PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
        if command -v "$candidate" >/dev/null 2>&1 && good_python "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

# Set PYTHON to a Python that can make virtual environments; install it where it is missing.
need_python() {
    if ! PYTHON=$(find_python); then
        has_apt || die "Python 3.11 or newer is needed."
        install_packages python3 python3-venv
        PYTHON=$(find_python) || die "Python 3.11 or newer is needed; this system's python3 is older.
Install a newer one beside it (for example: sudo apt-get install python3.11 python3.11-venv) and start again."
    fi
    if ! "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        local package
        package=$("$PYTHON" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        has_apt || die "$PYTHON cannot make virtual environments: install its venv module."
        install_packages "$package"
        "$PYTHON" -c 'import ensurepip, venv' || die "$PYTHON still cannot make virtual environments."
    fi
}

# install_locked LOCK: bring .venv to what LOCK says, checking every hash; nothing to do when it was the last one.
install_locked() {
    local lock=$1 stamp sum
    stamp="$VENV/.installed-$(basename "$lock")"
    sum=$(sha256sum "$lock" | cut -d' ' -f1)
    if [ -x "$PY" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ] && good_python "$PY"; then
        return 0
    fi
    need_python
    if ! [ -x "$PY" ] || ! good_python "$PY"; then
        say "Making the virtual environment $VENV with $PYTHON"
        "$PYTHON" -m venv --clear "$VENV"
    fi
    "$PY" -m pip --version >/dev/null 2>&1 || "$PY" -m ensurepip --upgrade >/dev/null
    say "Installing Python packages from $lock (a minute or two, once)"
    "$PY" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" \
        || die "pip could not install $lock; see above."
    echo "$sum" >"$stamp"
}

# The test lock holds everything the server lock holds, in the same versions (a house test checks that).
mark_installed() {
    sha256sum "$1" | cut -d' ' -f1 >"$VENV/.installed-$(basename "$1")"
}

# --- translations ---------------------------------------------------------------------------------------------------

# compile_translations: make messages.mo where it is missing or older than what it is made from.
compile_translations() {
    local folder=app/translations/zh_Hans/LC_MESSAGES
    if [ -n "$(find app/translations/parts -name '*.json' -newer "$folder/messages.po" 2>/dev/null)" ] \
        || ! [ -f "$folder/messages.po" ]; then
        "$PY" -m app.translations.build --quiet
    elif ! [ -f "$folder/messages.mo" ] || [ "$folder/messages.po" -nt "$folder/messages.mo" ]; then
        "$PY" -m app.translations.build --quiet --compile-only
    fi
}

# --- what only the tests need ---------------------------------------------------------------------------------------

# A browser that is a program here, not a stub which hands over to a snap.
real_browser() {
    [ -x "$1" ] && "$1" --version 2>/dev/null | grep -qiE 'chrom'
}

# Print the package that brings LibreOffice Calc. Without its windows it is smaller, but it would take the place of a
# LibreOffice that somebody uses here.
calc_package() {
    if is_installed libreoffice-core; then
        echo libreoffice-calc
    else
        echo libreoffice-calc-nogui
    fi
}

# Print the path of a usable Chromium; install it where apt has a real one; stop where there is none.
find_chromium() {
    local candidate
    for candidate in ${YIAN_TEST_CHROMIUM:-} /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome-stable \
        /usr/bin/google-chrome; do
        if real_browser "$candidate"; then
            echo "$candidate"
            return 0
        fi
    done
    if has_apt && ! apt_has_stub chromium && ! apt_has_stub chromium-browser; then
        install_packages chromium >&2
        if real_browser /usr/bin/chromium; then
            echo /usr/bin/chromium
            return 0
        fi
    fi
    die "NO CHROMIUM: the browser tests cannot run, so the tests fail here.
This system's package is missing or only a stub for a snap (Ubuntu). Install Google Chrome or a Chromium as a
Debian package, or name the program: YIAN_TEST_CHROMIUM=/path/to/chromium script/test"
}

# Ubuntu's packages of this name hold no browser: they ask for snapd.
apt_has_stub() { apt-cache show "$1" 2>/dev/null | grep -qiE '^(Depends|Pre-Depends):.*snapd'; }

# Run a command as a user other than root: PostgreSQL refuses to start as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

# Start a PostgreSQL of our own in a temporary folder, on a socket there and a free port, and export
# YIAN_TEST_POSTGRESQL, the SQLAlchemy address of its maintenance database.
start_postgresql() {
    local bin log
    bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin -type d 2>/dev/null | sort -V | tail -n 1)
    [ -n "$bin" ] || bin=$(dirname "$(command -v initdb 2>/dev/null || echo /none/initdb)")
    [ -x "$bin/initdb" ] || die "NO POSTGRESQL: half of the tests cannot run, so the tests fail here.
Install it: sudo apt-get install postgresql"
    PG_BIN=$bin
    PG_FOLDER=$(mktemp -d /tmp/yian-pg.XXXXXX)
    [ "$(id -u)" != 0 ] || chown postgres: "$PG_FOLDER"
    chmod 711 "$PG_FOLDER"
    log=$PG_FOLDER/log
    PG_PORT=$("$PY" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    # Nothing here has to survive a power cut: no fsync. Trust is limited to a socket in our own folder.
    # "cd /": the postgres user may not be allowed to see the current folder.
    if ! (cd / && as_postgres "$bin/initdb" -D "$PG_FOLDER/data" -U yian -A trust -E UTF8 --locale=C.UTF-8 \
            --data-checksums --no-sync >"$PG_FOLDER.log" 2>&1 \
            && as_postgres "$bin/pg_ctl" -D "$PG_FOLDER/data" -l "$log" -w -t 60 start -o "-k $PG_FOLDER -p $PG_PORT \
                -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200" \
            >>"$PG_FOLDER.log" 2>&1); then
        cat "$PG_FOLDER.log" "$log" >&2 || true
        die "NO POSTGRESQL: it was installed but did not start; see above."
    fi
    export YIAN_TEST_POSTGRESQL="postgresql+psycopg://yian@/postgres?host=$PG_FOLDER&port=$PG_PORT"
}

stop_postgresql() {
    [ -n "${PG_FOLDER:-}" ] || return 0
    (cd / && as_postgres "$PG_BIN/pg_ctl" -D "$PG_FOLDER/data" -m immediate -w stop >/dev/null 2>&1) || true
    rm -rf "$PG_FOLDER" "$PG_FOLDER.log"
    PG_FOLDER=""
}
