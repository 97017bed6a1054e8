// Ports for those who must know them before they listen, and listen again on them after they were gone.
import { once } from 'node:events'
import { createServer } from 'node:net'

// Below those that the system gives to connections and to whoever asks for any port: nobody takes one by chance while it is not listened on.
// Above the last one of these that `fetch` refuses to speak to.
const [FIRST, PAST] = [10_100, 32_000] as const
/** So many to each process, beginning at a place of its own: two at the same time do not hand out the same. */
const EACH = 40

let given = 0

/** A port of loopback that nobody listens on, handed out once. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + ((process.pid * EACH + given++) % (PAST - FIRST))
    const server = createServer().listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
      continue
    }
    await new Promise((done) => server.close(done))
    return port
  }
}
