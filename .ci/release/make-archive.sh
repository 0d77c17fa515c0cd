#!/usr/bin/env bash
# Makes customer-uploads-VERSION.tar.gz: what runs after "npm ci --omit=dev && npm start", without a compiler.
set -euo pipefail
cd "$(dirname "$0")/../.."
name=customer-uploads-${1#v}

npm run --silent build
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/$name/dist" "$folder/$name/dev"
cp -R dist/src dist/commands dist/models "$folder/$name/dist/"
cp -R dev/build "$folder/$name/dev/"
cp -R package.json package-lock.json .npmrc .env.example manifest.yml README.md CHANGELOG.md LICENSE docs examples \
  "$folder/$name/"
node .ci/release/compiled-scripts.mjs "$folder/$name/package.json"
tar -C "$folder" -czf "$name.tar.gz" "$name"
echo "$name.tar.gz"
