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
# The commands of the archive are the compiled ones.
node -e '
  const { readFileSync, writeFileSync } = require("node:fs")
  const path = process.argv[1]
  const settings = JSON.parse(readFileSync(path, "utf8"))
  for (const [name, command] of Object.entries(settings.scripts)) {
    const compiled = /^tsx (src\/cli\/[\w-]+)\.ts$/.exec(command)
    if (compiled) settings.scripts[name] = `node dist/${compiled[1]}.js`
    else if (name !== "start") delete settings.scripts[name]
  }
  writeFileSync(path, `${JSON.stringify(settings, undefined, 2)}\n`)' "$folder/$name/package.json"
tar -C "$folder" -czf "$name.tar.gz" "$name"
echo "$name.tar.gz"
