#!/usr/bin/env bash
# Builds the app, signs it where there is an identity, packs it as a dmg, has Apple notarise that, staples, and tries it.
set -euo pipefail
cd "$(dirname "$0")/../../.."

app="dist/Imagegen Desktop.app"
version=$(python3 -c 'import imagegen_desktop; print(imagegen_desktop.__version__)')
made="dist/imagegen-desktop-$version-macos-$MACHINE.dmg"
work=$(mktemp -d)
keychain="$work/signing.keychain-db"
finish() {
    security delete-keychain "$keychain" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

if [ -n "${MACOS_CERTIFICATE:-}" ]; then
    password=$(openssl rand -hex 20)
    security create-keychain -p "$password" "$keychain"
    security set-keychain-settings -lut 21600 "$keychain"
    security unlock-keychain -p "$password" "$keychain"
    printf %s "$MACOS_CERTIFICATE" | base64 --decode > "$work/certificate.p12"
    security import "$work/certificate.p12" -k "$keychain" -P "$MACOS_CERTIFICATE_PASSWORD" -T /usr/bin/codesign
    security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain" >/dev/null
    security list-keychains -d user -s "$keychain" login.keychain-db
    # PyInstaller signs each part with the hardened runtime, from the inside out.
    export CODESIGN_IDENTITY="$MACOS_IDENTITY"
else
    echo "::warning::There is no certificate: the app is signed for this computer only."
fi

python3 dev.py bundle
plutil -lint "$app/Contents/Info.plist"
codesign --verify --deep --strict "$app"

# Links inside must stay links, or the signature breaks: ditto keeps them.
mkdir "$work/disk"
ditto "$app" "$work/disk/Imagegen Desktop.app"
ln -s /Applications "$work/disk/Applications"
for try in 1 2 3 4 5; do
    # It says "Resource busy" now and then.
    hdiutil create -volname "Imagegen Desktop" -srcfolder "$work/disk" -ov -format ULFO "$made" && break
    [ "$try" -lt 5 ]
done

if [ -n "${MACOS_CERTIFICATE:-}" ]; then
    codesign --sign "$MACOS_IDENTITY" --timestamp "$made"
    xcrun notarytool submit "$made" --wait --apple-id "$NOTARY_APPLE_ID" --team-id "$NOTARY_TEAM_ID" --password "$NOTARY_PASSWORD"
    xcrun stapler staple "$made"
    spctl --assess --type open --context context:primary-signature --verbose "$made"
fi

mount=$(mktemp -d)
hdiutil attach -nobrowse -readonly -mountpoint "$mount" "$made"
"$mount/Imagegen Desktop.app/Contents/MacOS/imagegen-desktop" --self-test
hdiutil detach "$mount"
