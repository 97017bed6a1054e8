// A process that opens everything it has over Redis, uses it, closes it in order, and must then end by itself: nothing may keep it alive.
// Arguments: address of Redis, and whether it answers (`yes`, `no`).
import { openRedis } from '../../src/hub/cluster/redis.ts'
import { processesSeen } from '../../src/hub/cluster/redis-processes.ts'
import { redisWake } from '../../src/hub/cluster/redis-wake.ts'
import { bullmqCourier } from '../../src/hub/courier/bullmq-courier.ts'
import { SharedPartySockets } from '../../src/hub/feed/shared-party-sockets.ts'
import { SharedQuotas } from '../../src/hub/http/shared-quota.ts'

const [url, answers] = process.argv.slice(2) as [string, string]
const limits = { messagesPerMinute: 600, bytesPerMinute: 1e6, refusedPerMinute: 600, uploadBytesPerMinute: 1e6 }
const party = 'urn:hub:cn:bank:banyan'
const onFault = (): void => {}
const redis = openRedis({ url, prefix: 'life', onFault })
if (answers === 'yes') await new Promise<void>((resolve) => redis.onReady(resolve))
const wake = redisWake({ redis, process: 'life', onFault })
const processes = processesSeen({ redis, process: 'life' })
const quotas = new SharedQuotas({ redis, processes, limits, clock: Date.now, own: () => undefined })
const sockets = new SharedPartySockets({ redis, processes, most: 3 })
const courier = bullmqCourier({ redis, purpose: 'life', clock: Date.now })
wake.tell('appended', '1')
await quotas.message(party, 1)
await sockets.enter(party)
for (const id of ['a', 'b', 'c']) courier.offer({ id, queue: id, priority: 0, run: async () => {} })
if (answers === 'yes') await courier.idle()
await courier.close()
await sockets.close()
await quotas.close()
await processes.close()
await wake.close()
await redis.close()
console.log('closed')
