// The lines of a long answer as they come, at the pace of their reader.
import { HubProblem, HubSilent, readProblem } from './hub-problem.ts'

/** Lines of an NDJSON answer, each once it is whole. Throws HubProblem for a no, HubSilent when the line breaks. */
export async function* readLines(
  url: string,
  headers: Record<string, string>,
  ask: typeof fetch,
): AsyncGenerator<string, void, void> {
  const broken = (cause: unknown): HubSilent => new HubSilent(`the history broke off at ${new URL(url).origin}`, cause)
  const response = await ask(url, { headers }).catch((cause: unknown) => {
    throw broken(cause)
  })
  if (!response.ok) throw new HubProblem(readProblem(response.status, await response.text()))
  const decoder = new TextDecoder()
  let rest = ''
  const chunks = response.body![Symbol.asyncIterator]()
  for (;;) {
    const { done, value } = await chunks.next().catch((cause: unknown) => {
      throw broken(cause)
    })
    if (done) return
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n')
    rest = lines.pop()!
    yield* lines
  }
}
