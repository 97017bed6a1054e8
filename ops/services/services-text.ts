// What is said of the servers for tests: comments for a person, and the lines for a shell.
import { runs, type RunningService, type Services } from './state.ts'

/** Lines for `eval`: what each server is, whether it was started here, and the addresses. */
export function servicesText({ mongo, redis }: Services, folder: string): string {
  const store = mongo.engine === 'mongod' ? `MongoDB ${mongo.version}` : `${mongo.version}, which is not MongoDB`
  return [
    `# store: ${store}, ${whereabouts(mongo)}`,
    `# redis: Redis ${redis.version}, ${whereabouts(redis)}`,
    `# logs and data: ${folder}`,
    `export HUB_MONGO_URL='${mongo.url}'`,
    `export HUB_REDIS_URL='${redis.url}'`,
  ].join('\n')
}

function whereabouts(service: RunningService): string {
  if (!service.programs) return 'address given'
  if (!runs(service)) return 'started here and ENDED since: npm run services:up starts it again'
  return service.programs.map(({ name, pid }) => `${name} ${pid}`).join(', ')
}
