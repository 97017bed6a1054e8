// `npm run services:status`: what `services:up` started and whether it still runs. Exit code 1 when not all of it does.
import { servicesText } from './services-text.ts'
import { readServices, runs, servicesFolder } from './state.ts'

const folder = servicesFolder(process.env)
const services = readServices(folder)
console.log(services ? servicesText(services, folder) : 'no servers for tests: npm run services:up')
if (!services || !runs(services.mongo) || !runs(services.redis)) process.exitCode = 1
