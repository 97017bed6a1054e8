// Ports of the loopback interface.
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** The wanted port when it is free, else any that is. */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    if (wanted === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return freePort()
  }
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}
