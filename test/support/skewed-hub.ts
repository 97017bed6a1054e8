// The hub as it runs on a machine whose clock is wrong: the main program, with every reading of the time moved. The monotonic clock is right,
// as it is on such a machine. BEIBU_TEST_SKEW_MS says by how much.
const skewMs = Number(process.env['BEIBU_TEST_SKEW_MS'])
if (!Number.isInteger(skewMs)) throw new Error('BEIBU_TEST_SKEW_MS is not a number of milliseconds')

class WrongDate extends Date {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(WrongDate.now())
    else super(...(given as [number]))
  }
  static override now(): number {
    return RightDate.now() + skewMs
  }
}

const RightDate = globalThis.Date
globalThis.Date = WrongDate as DateConstructor
await import('../../src/main.ts')
