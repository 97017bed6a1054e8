// `npm run services:down`: ends the servers that `services:up` started, and no others. Data and logs stay.
import { endInOrder } from './server.ts'
import { readServices, removeServices, servicesFolder } from './state.ts'

const folder = servicesFolder(process.env)
const services = readServices(folder)
if (!services) console.log(`no servers of ${folder} are running`)
for (const { url, programs } of services ? [services.mongo, services.redis] : []) {
  if (programs) await endInOrder(programs)
  console.log(programs ? `ended: ${url}` : `left alone, its address was given: ${url}`)
}
removeServices(folder)
