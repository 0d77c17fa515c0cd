#!/usr/bin/env bash
# Has the primary of the replica set step down every twenty seconds, until ended.
set -uo pipefail
while sleep 20; do
  for member in 0 1 2; do
    docker exec "mongo$member" mongosh --quiet --port "$((27017 + member))" -u admin -p admin --eval '
      if (db.hello().isWritablePrimary) { print("steps down: " + db.hello().me); rs.stepDown(10, 5) }' 2>/dev/null
  done
done
