# The server with everything it serves. Commands of the agent run under bubblewrap inside the container, which needs the
# security options that docker-compose.yml shows.
FROM node:24-bookworm-slim AS build
WORKDIR /skein
COPY . .
RUN npx --yes pnpm@10.34.8 install --frozen-lockfile && npx --yes pnpm@10.34.8 run build

FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends bubblewrap ca-certificates git \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /skein
COPY --from=build /skein/package.json /skein/pnpm-lock.yaml /skein/pnpm-workspace.yaml ./
COPY --from=build /skein/packages packages
COPY --from=build /skein/apps apps
COPY --from=build /skein/migrations migrations
COPY --from=build /skein/patches patches
# Only what runs; the scripts of the build's own tools stay behind.
RUN find . -name node_modules -prune -exec rm -rf {} + \
  && npx --yes pnpm@10.34.8 install --frozen-lockfile --prod --filter "@skein/server..." --filter "@skein/runner..." \
  && rm -rf /root/.npm /root/.local \
  && useradd --system --create-home --home-dir /home/skein skein \
  && install -d -o skein -g skein /var/lib/skein
USER skein
ENV NODE_ENV=production SKEIN_DATA_DIR=/var/lib/skein
VOLUME /var/lib/skein
EXPOSE 4500
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.PORT||4500)+'/readyz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "apps/server/src/main.ts"]
