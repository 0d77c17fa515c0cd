#!/usr/bin/env bash
# Makes a replica set of three machines by the commands of docs/operations.md, and prints its address for the bot.
# The machines are containers called a, b and c; this machine has to know them by these names (it writes /etc/hosts).
set -euo pipefail
version=$1
cd "$(dirname "$0")/../.."
files=$(mktemp -d)
block() { node .ci/print-commands.mjs docs/operations.md "$1"; }

openssl rand -base64 756 >"$files/keyfile"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout "$files/ca.key" -out "$files/ca.pem" 2>/dev/null
docker network create customers >/dev/null
for machine in a b c; do
  own=$(mktemp -d)
  openssl req -newkey rsa:2048 -nodes -subj "/CN=$machine" -keyout "$own/server.key" -out "$own/server.csr" 2>/dev/null
  openssl x509 -req -in "$own/server.csr" -days 2 -CA "$files/ca.pem" -CAkey "$files/ca.key" -CAcreateserial \
    -extfile <(printf 'subjectAltName=DNS:%s,DNS:localhost' "$machine") -out "$own/server.crt" 2>/dev/null
  cat "$own/server.key" "$own/server.crt" >"$own/server.pem"
  cp "$files/keyfile" "$files/ca.pem" "$own/"
  chmod 400 "$own/keyfile"
  chmod 755 "$own"
  sudo chown 999:999 "$own/keyfile" "$own/server.pem"
  docker run -d --name "$machine" --hostname "$machine" --network customers --user 999:999 \
    -e ADMIN_PASSWORD -e BOT_PASSWORD -v "$own:/etc/mongo:ro" --entrypoint sleep "mongo:$version" infinity >/dev/null
  docker exec "$machine" bash -c "$(block replica-set-member)" >&2
  address=$(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$machine")
  echo "$address $machine" | sudo tee -a /etc/hosts >&2
done
docker exec a bash -c "$(block replica-set-users)" >&2
echo "BOT_MONGODB_URI=mongodb://bot:$BOT_PASSWORD@a:27017,b:27017,c:27017/customer-uploads?replicaSet=customers&authSource=admin&tls=true&tlsCAFile=$files/ca.pem"
