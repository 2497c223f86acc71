#!/bin/sh
# Print the path of a Python 3.12 or newer, or say what to do.
#
# Where only an older Python is installed, Python 3.13 is downloaded by uv, which that Python
# installs, into .python/ of the project. A name on PATH may be a shim that does not run, so each
# candidate is tried.

works() {
    "$@" -I -S -c 'import sys; print(sys.executable); sys.exit(sys.version_info < (3, 12))' 2>/dev/null
}

say() {
    echo "$*" >&2
}

# Print the first Python that can install uv.
older_python() {
    for name in python3 python3.11 python3.10 python3.9 python; do
        if "$name" -I -S -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; then
            echo "$name"
            return 0
        fi
    done
    return 1
}

# Print the command that runs uv: the installed one, or one in .python/uv.
uv_program() {
    if uv --version >/dev/null 2>&1; then
        echo uv
        return 0
    fi
    program=.python/uv/bin/uv
    if ! "$program" --version >/dev/null 2>&1; then
        older=$(older_python) || return 1
        say "Installing uv into .python/uv …"
        rm -rf .python/uv
        set -- --quiet --disable-pip-version-check --no-input --retries 1 --timeout 20 \
            --require-hashes --only-binary :all: --requirement requirements/uv.txt
        # Debian's Python has no venv module, and perhaps pip
        if "$older" -m venv .python/uv >/dev/null 2>&1; then
            .python/uv/bin/python -m pip install "$@" >&2 || return 1
        else
            "$older" -m pip install --target .python/uv "$@" >&2 || return 1
        fi
    fi
    echo "$program"
}

download_python() {
    say "No Python 3.12 or newer was found. Downloading Python 3.13 into .python of this folder …"
    program=$(uv_program) || return 1
    UV_PYTHON_INSTALL_DIR=.python/versions UV_HTTP_RETRIES=1 \
        "$program" python install --no-bin 3.13 >&2
}

if [ -n "$PYTHON" ]; then
    if works "$PYTHON"; then exit 0; fi
    say "PYTHON=$PYTHON is not a working Python 3.12 or newer: name another one, or none."
    exit 1
fi
for name in .venv/bin/python python3.13 python3.14 python3.12 python3 python \
    "$HOME"/.pyenv/versions/3.*/bin/python3 /opt/homebrew/bin/python3 /usr/local/bin/python3 \
    .python/versions/*/bin/python3; do
    if python=$(works "$name"); then
        echo "$python"
        exit 0
    fi
done
if python=$(uv python find --no-project '>=3.12' 2>/dev/null) && works "$python"; then exit 0; fi
if older_python >/dev/null || uv --version >/dev/null 2>&1; then
    if download_python; then
        for name in .python/versions/*/bin/python3; do
            if works "$name"; then exit 0; fi
        done
    fi
fi
say "No Python 3.12 or newer was found: install one (for example with your system's package \
manager, or 'uv python install 3.13') and run this again, or name it: make PYTHON=/path/to/python3"
exit 1
