// What the answers of MongoDB mean that are not what was hoped for.
import {
  MongoBulkWriteError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWriteConcernError,
  type WriteError,
} from 'mongodb'
import { HubError } from '../errors.ts'

const DUPLICATE = 11_000
const DUPLICATES = new Set<unknown>([DUPLICATE, 11_001])

/** Whether a unique index refused the write. Which one, and whose the other document is, has to be looked up: not every engine says it. */
export const isDuplicate = (error: unknown): error is MongoServerError =>
  error instanceof MongoServerError && DUPLICATES.has(error.code)

/**
 * Positions in an unordered bulk that a unique index refused. Throws the error if anything else went wrong too: another refusal, or a
 * write that not enough members have.
 */
export function duplicatesIn(error: unknown): number[] {
  if (!(error instanceof MongoBulkWriteError)) throw error
  const refused = [error.writeErrors].flat() as WriteError[]
  if (refused.length === 0 || error.result.getWriteConcernError()) throw error
  if (refused.some(({ code }) => !DUPLICATES.has(code))) throw error
  return refused.map(({ index }) => index)
}

/** Not enough members have it yet, shutting down, stepping down, or not chosen yet. */
const NOT_NOW = new Set<unknown>([64, 91, 189, 10_107, 11_600, 11_602, 13_435, 13_436])

/** No connection was free in time, or all of them are being made anew. */
const NOT_CONNECTED = new Set([
  'MongoWaitQueueTimeoutError',
  'MongoNotConnectedError',
  'MongoExpiredSessionError',
  'MongoTopologyClosedError',
  'MongoPoolClosedError',
  'MongoClientClosedError',
])

/** A database that is silent, away or changing hands has not failed at what it was asked: who asked the hub comes again with the same. */
const orComeAgain = (error: unknown): never => {
  // A batch wraps whatever happened to it.
  const cause: unknown = error instanceof MongoBulkWriteError ? (error.errorResponse ?? error) : error
  const away =
    [MongoNetworkError, MongoServerSelectionError, MongoWriteConcernError].some((kind) => cause instanceof kind) ||
    (error instanceof MongoServerError && NOT_NOW.has(error.code)) ||
    NOT_CONNECTED.has((error as Error).name)
  throw away ? new HubError('OVERLOADED', 'the database does not answer', { cause: error, retryAfterS: 2 }) : error
}

/** A question that has not been answered for so long, which no time-out of the driver allows, will never be. */
const STUCK_MS = 60_000
/** A process that has slept finds its timers run out and its answers waiting: they come first. */
const GRACE_MS = 5_000

/**
 * The same port; what fails because the database does not answer is OVERLOADED. `stuck` is told of a question that can have no answer any
 * more: whatever waits for it waits for ever. `patient`: members that may take as long as they need.
 */
export function answering<T extends object>(
  port: T,
  stuck: (what: string) => void,
  patient: ReadonlySet<string | symbol> = new Set(),
): T {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...given: unknown[]): unknown => {
        const answer: unknown = member.apply(target, given)
        if (!(answer instanceof Promise)) return answer
        if (patient.has(name)) return answer.catch(orComeAgain)
        let timer = setTimeout(
          () => (timer = setTimeout(() => stuck(String(name)), GRACE_MS).unref()),
          STUCK_MS,
        ).unref()
        return answer.catch(orComeAgain).finally(() => clearTimeout(timer))
      }
    },
  })
}
