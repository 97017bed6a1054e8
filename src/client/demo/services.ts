// The servers that a hub of several processes stands on: those of the environment, or those `npm run services:up` started.
import { randomBytes } from 'node:crypto'
import { mongoVersion } from '../../../ops/services/mongo-client.ts'
import { redisVersion } from '../../../ops/services/redis.ts'
import { readServices, runs, servicesFolder } from '../../../ops/services/state.ts'
import { dropMongo } from '../../hub/journal/mongo.ts'
import { UsageError } from '../usage.ts'

/** Both servers, with a database that is this story's alone. */
export interface StoryServices {
  mongoUrl: string
  redisUrl: string
  /** What answers there, as it says itself. */
  engine: string
  drop(): Promise<void>
}

const HOW = `
  npm run services:up                  starts what a story needs on loopback; as root on Debian or
                                       Ubuntu, ops/services/install.sh gets the programs first
  HUB_MONGO_URL=... HUB_REDIS_URL=...  name servers that run already
Without HUB_PROFILE=cluster a story needs neither.`

/** Finds the servers and asks each of them. Throws UsageError that says how to get the one that is missing. */
export async function storyServices(env: Record<string, string | undefined>): Promise<StoryServices> {
  const started = readServices(servicesFolder(env))
  const mongo = env['HUB_MONGO_URL'] || (started && runs(started.mongo) ? started.mongo.url : undefined)
  const redisUrl = env['HUB_REDIS_URL'] || (started && runs(started.redis) ? started.redis.url : undefined)
  if (mongo === undefined) throw new UsageError(`there is no server that speaks MongoDB\u2019s protocol.${HOW}`)
  if (redisUrl === undefined) throw new UsageError(`there is no Redis.${HOW}`)
  const said = await asked(`a server that speaks MongoDB\u2019s protocol, ${withoutPassword(mongo)}`, () =>
    mongoVersion(mongo),
  )
  const redis = await asked(`Redis, ${withoutPassword(redisUrl)}`, () => redisVersion(redisUrl))
  const database = `beibu_demo_${randomBytes(6).toString('hex')}`
  const mongoUrl = withDatabase(mongo, database)
  return {
    mongoUrl,
    redisUrl,
    engine: `${engineOf(said)}; Redis ${redis}`,
    drop: () => dropMongo(mongoUrl, { database }),
  }
}

async function asked<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw new UsageError(`${what} does not answer (${(error as Error).message}).${HOW}`)
  }
}

/** Nothing is called MongoDB that does not say so itself. */
function engineOf({ engine, version }: Awaited<ReturnType<typeof mongoVersion>>): string {
  if (engine === 'mongod') return `MongoDB ${version}`
  if (engine === 'ferretdb') return `${version}, which speaks MongoDB\u2019s protocol and is not MongoDB`
  return `a server that speaks MongoDB\u2019s protocol, says it is version ${version}, and is not known to be MongoDB`
}

function withDatabase(url: string, database: string): string {
  const [, head, , query = ''] = /^([^/]+\/\/[^/?]+)(\/[^?]*)?(\?.*)?$/.exec(url) ?? []
  return `${head}/${database}${query}`
}

const withoutPassword = (url: string): string => url.replace(/\/\/[^@/]*@/, '//')
