// `npm run services:up`: starts the servers of the cluster profile on loopback unless they run already, waits until both answer,
// and prints their addresses as lines a shell can evaluate. It installs nothing.
import { mongoVersion } from './mongo-client.ts'
import { startMongo } from './mongo.ts'
import { freePort } from './ports.ts'
import type { Environment } from './programs.ts'
import { redisVersion, startRedis } from './redis.ts'
import { endInOrder } from './server.ts'
import {
  readServices,
  recordOf,
  type RunningService,
  runs,
  type Services,
  servicesFolder,
  writeServices,
} from './state.ts'
import { servicesText } from './services-text.ts'

/** The ports that are tried first. */
const MONGO_PORT = 27117
const REDIS_PORT = 6391

/** Starts what is not running and was not given, and writes down what there is. Throws MissingPrograms. */
async function servicesUp(env: Environment): Promise<Services> {
  const folder = servicesFolder(env)
  const before = readServices(folder)
  const mongo = (await givenMongo(env, before?.mongo)) ?? (await ownMongo(folder, before?.mongo))
  const redis = (await givenRedis(env, before?.redis)) ?? (await ownRedis(folder, before?.redis))
  const services = { mongo, redis }
  writeServices(folder, services)
  return services
}

async function givenMongo(
  env: Environment,
  before: RunningService | undefined,
): Promise<Services['mongo'] | undefined> {
  const url = await givenUrl(env['HUB_MONGO_URL'], before)
  return url === undefined ? undefined : { url, ...(await mongoVersion(url)) }
}

async function givenRedis(env: Environment, before: RunningService | undefined): Promise<RunningService | undefined> {
  const url = await givenUrl(env['HUB_REDIS_URL'], before)
  return url === undefined ? undefined : { url, version: await redisVersion(url) }
}

/** An address in the environment that is not the one of our own server, which the lines we print put there. Ours is ended then. */
async function givenUrl(url: string | undefined, before: RunningService | undefined): Promise<string | undefined> {
  if (!url || (before?.programs && before.url === url)) return undefined
  await endInOrder(before?.programs ?? [])
  return url
}

async function ownMongo(folder: string, before: RunningService | undefined): Promise<Services['mongo']> {
  const server = await startMongo({ dir: folder, port: await portFor(before, MONGO_PORT), outlive: true })
  return { ...recordOf(server, server.version), engine: server.engine }
}

async function ownRedis(folder: string, before: RunningService | undefined): Promise<RunningService> {
  const server = await startRedis({ dir: folder, port: await portFor(before, REDIS_PORT), outlive: true })
  return recordOf(server, await redisVersion(server.url))
}

/** The port it runs on, else the one it had or the usual one if free, else another. */
async function portFor(before: RunningService | undefined, usual: number): Promise<number> {
  if (!before?.programs) return freePort(usual)
  const port = Number(new URL(before.url).port)
  return runs(before) ? port : freePort(port)
}

try {
  const services = await servicesUp(process.env)
  console.log(servicesText(services, servicesFolder(process.env)))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
