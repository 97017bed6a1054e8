// What is handed to a forwarder that has been closed is refused as not sent, whatever it was waiting for.
import { expect, it } from 'vitest'
import { forwardTo, NotSent } from '../../../src/hub/cluster/forward-client.ts'
import { serveForwarded } from '../../../src/hub/cluster/forward-server.ts'
import { SealedWire } from '../../../src/hub/cluster/sealed-wire.ts'
import { draft } from '../../support/journals.ts'

it('refuses what comes after it was closed, also when the next batch waited its turn', async () => {
  const wire = new SealedWire(Buffer.alloc(32, 5))
  const server = await serveForwarded({
    host: '127.0.0.1',
    port: 0,
    wire,
    append: () => new Promise(() => {}),
    grown: () => undefined,
    onFault: () => {},
  })
  const forwarder = forwardTo(server.url, wire, 60_000)
  const sent = forwarder.append(draft())
  await new Promise(setImmediate)
  // Sent not before 5 ms have gone by.
  const next = forwarder.append(draft())
  const before = Promise.allSettled([sent, next])
  await new Promise(setImmediate)
  forwarder.close()
  await expect(forwarder.append(draft())).rejects.toThrow(NotSent)
  expect((await before).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await server.close()
})
