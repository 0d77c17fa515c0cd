# Built in one stage, run in another: the image holds the compiled bot and what it needs at run time, nothing else.
FROM node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY commands commands
COPY models models
RUN npx tsc --project tsconfig.build.json && npm ci --omit=dev --ignore-scripts

FROM node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d
ENV NODE_ENV=production \
    DATA_DIR=/data \
    PORT=3000
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json manifest.yml ./
# Only for the embedded database, that is without MONGODB_URI: libraries of mongod, and a place that outlives the container
# for the program itself.
ENV XDG_CACHE_HOME=/data/cache \
    MONGOMS_DOWNLOAD_DIR=/data/cache/mongod
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates libcurl4 \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
# Whether the process answers. Whether it can work is /readyz: a database that is away must not restart the bot.
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# No shell and no npm in between: the bot itself gets SIGTERM, and hands its upload back before it goes. The bound is no
# need of the bot's: a heap that may not grow as large is kept smaller (docs/performance.md).
CMD ["node", "--max-old-space-size=1024", "--max-semi-space-size=16", "dist/src/main.js"]
