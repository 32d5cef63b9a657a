#!/usr/bin/env bash
# Makes dist/*.flatpak of dist/tree.
set -euo pipefail
cd "$(dirname "$0")/../../.."

id=io.github.imagegen_desktop.ImagegenDesktop
version=$(python3 -c 'import imagegen_desktop; print(imagegen_desktop.__version__)')
command -v flatpak-builder >/dev/null || sudo apt-get install -y --no-install-recommends flatpak flatpak-builder
flatpak remote-add --user --if-not-exists flathub https://dl.flathub.org/repo/flathub.flatpakrepo
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flatpak-builder --user --install-deps-from=flathub --disable-rofiles-fuse --state-dir="$work/state" --repo="$work/repo" \
    "$work/build" resources/packaging/linux/flatpak.yml
flatpak build-bundle "$work/repo" "dist/imagegen-desktop-$version-x86_64.flatpak" "$id" \
    --runtime-repo=https://dl.flathub.org/repo/flathub.flatpakrepo
flatpak-builder --run "$work/build" resources/packaging/linux/flatpak.yml env QT_QPA_PLATFORM=offscreen imagegen-desktop --self-test
