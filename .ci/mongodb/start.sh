#!/usr/bin/env bash
# Starts a MongoDB for the checks, in containers on this machine's network, and prints the addresses for them:
#   TEST_MONGODB_URI  of a user who may make and drop databases, as the tests do
#   BOT_MONGODB_URI   of a user with readWrite on the one database, as the bot
# Usage: .ci/mongodb/start.sh 8.0 standalone|replica-set|sharded
set -euo pipefail
version=$1 topology=$2
options=(--bind_ip localhost --slowOpSampleRate 0 --setParameter enableTestCommands=1)

run() { # name port, options of mongod or mongos
  local name=$1 port=$2
  shift 2
  docker run -d --name "$name" --network host "${mounts[@]}" "mongo:$version" "$@" --port "$port" >/dev/null
  for _ in $(seq 60); do
    ask "$name" "$port" 'db.runCommand({hello: 1}).ok' >/dev/null 2>&1 && return
    sleep 1
  done
  docker logs "$name" >&2
  exit 1
}
ask() { docker exec "$1" mongosh --quiet --port "$2" --eval "$3"; }

mounts=()
case $topology in
  standalone)
    run mongo 27017 mongod "${options[@]}"
    test_uri=mongodb://localhost:27017/test
    bot_uri=mongodb://localhost:27017/customer-uploads
    ;;
  replica-set)
    keyfile=$(mktemp -d)/keyfile
    openssl rand -base64 756 >"$keyfile"
    chmod 400 "$keyfile"
    # The user mongod runs as in the image.
    sudo chown 999:999 "$keyfile"
    mounts=(-v "$keyfile:/etc/mongo/keyfile:ro")
    for member in 0 1 2; do
      run "mongo$member" "$((27017 + member))" mongod "${options[@]}" --replSet customers --keyFile /etc/mongo/keyfile
    done
    # The first is the one whose address the tests have.
    ask mongo0 27017 '
      rs.initiate({_id: "customers", members: [
        {_id: 0, host: "localhost:27017", priority: 5}, {_id: 1, host: "localhost:27018"}, {_id: 2, host: "localhost:27019"}]});
      while (!db.hello().isWritablePrimary) sleep(500);
      const admin = db.getSiblingDB("admin");
      admin.createUser({user: "admin", pwd: "admin", roles: ["root"]});
      admin.auth("admin", "admin");
      admin.createUser({user: "tests", pwd: "t@sts", roles: ["readWriteAnyDatabase", "dbAdminAnyDatabase"]});
      admin.createUser({user: "bot", pwd: "b@t", roles: [{role: "readWrite", db: "customer-uploads"}]})' >&2
    test_uri='mongodb://tests:t%40sts@localhost:27017/test?replicaSet=customers&authSource=admin'
    bot_uri='mongodb://bot:b%40t@localhost:27017/customer-uploads?replicaSet=customers&authSource=admin'
    ;;
  sharded)
    run config 27019 mongod "${options[@]}" --configsvr --replSet config
    ask config 27019 'rs.initiate({_id: "config", configsvr: true, members: [{_id: 0, host: "localhost:27019"}]})' >&2
    for shard in 1 2; do
      run "shard$shard" "$((27020 + shard))" mongod "${options[@]}" --shardsvr --replSet "shard$shard"
      ask "shard$shard" "$((27020 + shard))" "rs.initiate({_id: 'shard$shard', members: [{_id: 0, host: 'localhost:$((27020 + shard))'}]})" >&2
    done
    run router 27017 mongos --bind_ip localhost --configdb config/localhost:27019
    ask router 27017 'sh.addShard("shard1/localhost:27021"); sh.addShard("shard2/localhost:27022")' >&2
    test_uri=mongodb://localhost:27017/test
    bot_uri=mongodb://localhost:27017/customer-uploads
    ;;
  *)
    echo "There is no topology $topology." >&2
    exit 2
    ;;
esac
printf 'TEST_MONGODB_URI=%s\nBOT_MONGODB_URI=%s\n' "$test_uri" "$bot_uri"
