// The lines of a long answer as they come, at the pace of their reader.
import type { HubAddresses } from './hub-addresses.ts'
import { HubProblem, HubSilent, readProblem } from './hub-problem.ts'

/** Lines of an NDJSON answer of the first address that answers, each once it is whole. Throws HubProblem for a no, HubSilent when the line breaks. */
export async function* readLines(
  addresses: HubAddresses,
  path: string,
  headers: Record<string, string>,
  ask: typeof fetch,
): AsyncGenerator<string, void, void> {
  const { at, response } = await begin(addresses, (address) => ask(address + path, { headers }))
  if (!response.ok) throw new HubProblem(readProblem(response.status, await response.text()))
  const decoder = new TextDecoder()
  let rest = ''
  const chunks = response.body![Symbol.asyncIterator]()
  for (;;) {
    const { done, value } = await chunks.next().catch((cause: unknown) => {
      throw broken(at, cause)
    })
    if (done) return
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n')
    rest = lines.pop()!
    yield* lines
  }
}

async function begin(
  addresses: HubAddresses,
  ask: (address: string) => Promise<Response>,
): Promise<{ at: string; response: Response }> {
  for (let attempt = 1; ; attempt++) {
    const at = addresses.current
    try {
      return { at, response: await ask(at) }
    } catch (cause) {
      addresses.leave(at)
      if (addresses.isRound(attempt)) throw broken(at, cause)
    }
  }
}

const broken = (address: string, cause: unknown): HubSilent =>
  new HubSilent(`the history broke off at ${new URL(address).origin}`, cause)
