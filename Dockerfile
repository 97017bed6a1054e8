# One process of the hub. Nothing is compiled in the image that runs, and it runs as nobody in particular.
FROM node:20-slim AS build
WORKDIR /hub
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY schemas schemas
COPY src src
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:20-slim
ENV NODE_ENV=production
WORKDIR /hub
COPY package.json LICENSE ./
COPY --from=build /hub/node_modules node_modules
COPY --from=build /hub/schemas schemas
COPY reference reference
COPY --from=build /hub/dist dist
# Each process has a volume of its own there, and makes its folder in it as whichever user it is run.
RUN mkdir /data && chmod 1777 /data
USER node
# 7443: clients. 7444: the other processes of the same hub.
EXPOSE 7443 7444
CMD ["node", "dist/main.js"]
