// A process of its own with a courier over Redis: it takes so many pieces, begins some that never end, says so, and waits to be killed.
// Arguments: address of Redis, prefix, purpose, number of pieces.
import { openRedis } from '../../src/hub/cluster/redis.ts'
import { bullmqCourier } from '../../src/hub/courier/bullmq-courier.ts'

const [url, prefix, purpose, count] = process.argv.slice(2) as [string, string, string, string]
const redis = openRedis({ url, prefix, onFault: (error) => console.error(error) })
const courier = bullmqCourier({ redis, purpose, clock: Date.now })
let running = 0
const run = (): Promise<void> => {
  if (++running === 8) console.log('under way')
  return new Promise(() => {})
}
for (let n = 0; n < Number(count); n++) courier.offer({ id: `work ${n}`, queue: 'one', priority: 0, run })
