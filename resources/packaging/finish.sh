#!/usr/bin/env bash
# Signs the news of this version where there is the key for it, and writes the checksums of all files in the folder given.
set -euo pipefail
out=$(realpath "$1")
cd "$(dirname "$0")/../.."

if [ -n "${UPDATE_SIGNING_KEY:-}" ]; then
    python3 -m venv "$RUNNER_TEMP/signing"
    "$RUNNER_TEMP/signing/bin/pip" --quiet install --require-hashes --only-binary :all: -r resources/packaging/requirements-run.lock
    page="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/releases/tag/$GITHUB_REF_NAME"
    "$RUNNER_TEMP/signing/bin/python" resources/packaging/update_news.py sign --page "$page" "$out/latest-version.json"
else
    echo "::warning::There is no key: installed programs will not hear of this version."
fi
cd "$out"
sha256sum -- * > SHA256SUMS
