// What is said between a bench and its load generator, which runs in a process of its own.
import type { Sheaf } from './sheaf.ts'

/** One burst: every message of the sheaf once, until it is used up or the time is over. */
export interface LoadJob {
  type: 'load'
  port: number
  path: string
  /** Bearer token, if the server wants one. */
  token?: string
  sheaf: Sheaf
  connections: number
  seconds: number
  /** Messages per second, evenly; absent: as fast as the answers come. */
  perSecond?: number
  /** Begin again when the sheaf is used up, where nothing is kept. */
  repeat?: boolean
  /** Other processes of the same hub: the connections are shared out among them. */
  otherPorts?: number[]
  /** Count answers of another status instead of failing at the first. */
  tolerate?: boolean
}

/** Enquiries about consignments of a filled journal, each number drawn at random, until `count` are answered or the time is over. */
export interface AskJob extends Omit<LoadJob, 'type' | 'sheaf' | 'repeat' | 'otherPorts' | 'tolerate'> {
  type: 'ask'
  /** Consignments there are to ask about. */
  serials: number
  count: number
}

/** Follow a feed in this process, so that pushing is part of what is measured. The folder is of the party. */
export interface FollowJob {
  type: 'follow'
  folder: string
}

/** How many items the follower has by now; answered once `least` are there. */
export interface AwaitItems {
  type: 'await-items'
  least: number
}

export interface LoadResult {
  /** Answers of the status wanted (201 for messages, 200 for enquiries); any other answer fails the bench unless it is tolerated. */
  created: number
  /** Answers of another status by their code, where they are tolerated. */
  failed: Record<string, number>
  seconds: number
  perSecond: number
  /** From the moment a message was due (paced) or sent (as fast as possible) to its answer. */
  p50Ms: number
  p99Ms: number
  maxMs: number
  /** Part of one core the generator used, the follower included. */
  generatorCpu: number
}

export type Asked = LoadJob | AskJob | FollowJob | AwaitItems
export type Answered = { ok: LoadResult | { items: number } } | { failed: string }
