// What may lie in memory for peers that do not read: so many bytes for one socket, and so many for all sockets together.

export const SOCKET_MAX_BYTES = 64 * 1024
export const SOCKETS_MAX_BYTES = 32 * 1024 * 1024
/** A socket may hold this part of what is left of the whole: the fullest stop first, and something is always left for the others. */
const SHARE = 1 / 64

export interface SendLimits {
  /** Most bytes one socket may hold, but for the item that passes the line. */
  socketMaxBytes?: number
  /** Most bytes all sockets may hold together, but for one item each. */
  socketsMaxBytes?: number
}

/** The part of one socket. */
export interface SocketAccount {
  /** Takes down what the socket holds now, in bytes. */
  holds(bytes: number): void
  /** No further item may be sent. A socket that holds nothing is never full, or it would wait for ever. */
  full(): boolean
  /** Full no more, with room for several items. */
  eased(): boolean
  close(): void
}

export class SendBudget {
  readonly #socketMaxBytes: number
  readonly #socketsMaxBytes: number
  #heldBytes = 0

  constructor({ socketMaxBytes = SOCKET_MAX_BYTES, socketsMaxBytes = SOCKETS_MAX_BYTES }: SendLimits = {}) {
    this.#socketMaxBytes = socketMaxBytes
    this.#socketsMaxBytes = socketsMaxBytes
  }

  /** Bytes that all sockets hold. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /** What one socket may hold at this moment, in bytes. */
  get limitBytes(): number {
    return Math.min(this.#socketMaxBytes, Math.max(0, this.#socketsMaxBytes - this.#heldBytes) * SHARE)
  }

  open(): SocketAccount {
    let heldBytes = 0
    const holds = (bytes: number): void => {
      this.#heldBytes += bytes - heldBytes
      heldBytes = bytes
    }
    return {
      holds,
      full: () => heldBytes > 0 && heldBytes >= this.limitBytes,
      eased: () => heldBytes === 0 || heldBytes <= this.limitBytes / 2,
      close: () => holds(0),
    }
  }
}
