// Tells the story of two hubs; gives the exit code.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Timeline } from './timeline.ts'
import { twoHubs } from './two-hubs.ts'
import { setTwoHubs, type TwoHubsStage } from './two-hubs-stage.ts'

/** Everything is made anew in `dir`. */
export async function tellTwoHubs(dir: string, print: (line: string) => void = console.log): Promise<number> {
  const line = new Timeline(print, () => performance.now())
  line.title('Two hubs: what stays at home, what goes abroad, and on what ground')
  let stage: TwoHubsStage | undefined
  try {
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir, { recursive: true })
    stage = await setTwoHubs(join(dir, 'stage'), (text) => line.tell(text))
    await twoHubs(stage, dir, line)
  } catch (error) {
    line.check('the story could be told to its end', false, error instanceof Error ? error.message : String(error))
    await stage?.close()
  }
  const { failed, checks } = line
  line.title(failed.length === 0 ? `All ${checks} checks held. Evidence: ${dir}/bundles` : 'What did not hold:')
  for (const one of failed) print(`  ✗ ${one}`)
  return failed.length === 0 ? 0 : 1
}
