#!/bin/sh
# Print the path of a Python that is new enough, or say what to do.
# A name on PATH may be a shim that does not run, so each is tried.

works() {
    "$@" -I -S -c 'import sys; print(sys.executable); sys.exit(sys.version_info < (3, 12))' 2>/dev/null
}

if [ -n "$PYTHON" ]; then
    if works "$PYTHON"; then exit 0; fi
    echo "PYTHON=$PYTHON is not a Python 3.12 or newer that runs: name another, or none." >&2
    exit 1
fi
for name in .venv/bin/python python3.13 python3.14 python3.12 python3 python \
    "$HOME"/.pyenv/versions/3.*/bin/python3 /opt/homebrew/bin/python3 /usr/local/bin/python3; do
    if found=$(works "$name"); then
        echo "$found"
        exit 0
    fi
done
if found=$(uv python find --no-project '>=3.12' 2>/dev/null) && works "$found"; then exit 0; fi
echo "No Python 3.12 or newer was found: install one (for example with your system's package \
manager, or 'uv python install 3.13') and run this again, or name it: make PYTHON=/path/to/python3" >&2
exit 1
