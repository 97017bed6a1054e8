// How a bench reports: what it is doing on standard error, the figures on standard output, the last line JSON.
import { cpus, release, totalmem } from 'node:os'

/** The last line of a bench. `ratio` is value over baseline, both measured in the same run; no latency where nobody waits for one answer. */
export interface Figures {
  bench: string
  unit: string
  value: number
  baseline: number
  ratio: number
  p50Ms: number | null
  p99Ms: number | null
  settings: Record<string, unknown>
}

export const tell = (line: string): void => void process.stderr.write(`${line}\n`)

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export const round = (value: number, digits = 0): number => Number(value.toFixed(digits))

export function machine(): Record<string, unknown> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: round(totalmem() / 2 ** 30),
    node: process.version,
    system: `${process.platform} ${release()}`,
  }
}

export function report(figures: Figures): void {
  process.stdout.write(`${JSON.stringify({ ...figures, machine: machine() })}\n`)
}
