#!/usr/bin/env bash
# Makes dist/*.AppImage of dist/tree: the runtime of the AppImage project, by its hash, and behind it the tree as a squashfs.
set -euo pipefail
cd "$(dirname "$0")/../../.."

runtime_address=https://github.com/AppImage/type2-runtime/releases/download/20251108/runtime-x86_64
runtime_sha256=2fca8b443c92510f1483a883f60061ad09b46b978b2631c807cd873a47ec260d
id=io.github.imagegen_desktop.ImagegenDesktop
version=$(python3 -c 'import imagegen_desktop; print(imagegen_desktop.__version__)')
made="dist/imagegen-desktop-$version-x86_64.AppImage"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

runtime=${APPIMAGE_RUNTIME:-$work/runtime}
[ -f "$runtime" ] || curl --fail --location --silent --show-error --output "$runtime" "$runtime_address"
echo "$runtime_sha256  $runtime" | sha256sum --check --quiet

mkdir "$work/AppDir"
cp -a dist/tree "$work/AppDir/usr"
ln -s usr/bin/imagegen-desktop "$work/AppDir/AppRun"
ln -s "usr/share/applications/$id.desktop" "$work/AppDir/$id.desktop"
ln -s "usr/share/icons/hicolor/256x256/apps/$id.png" "$work/AppDir/$id.png"
ln -s "$id.png" "$work/AppDir/.DirIcon"

command -v mksquashfs >/dev/null || sudo apt-get install -y --no-install-recommends squashfs-tools
mksquashfs "$work/AppDir" "$work/squashfs" -quiet -no-progress -root-owned -noappend -comp zstd -Xcompression-level 19
cat "$runtime" "$work/squashfs" > "$made"
chmod +x "$made"
QT_QPA_PLATFORM=offscreen APPIMAGE_EXTRACT_AND_RUN=1 "$made" --self-test
