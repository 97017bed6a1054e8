// The port of wake-up: processes tell one another that there is something new to read. It may lose anything: whoever listens also looks for
// himself now and then, and what he does rests on cursors alone.

export interface Wake {
  /** Tells every process that listens to the topic, this one among them. Never throws; what cannot be told is lost. */
  tell(topic: string, text: string): void
  /** Returns the unsubscribe. */
  on(topic: string, listener: (text: string) => void): () => void
  /** Calls `listener` whenever something may have been missed (the connection came back). Returns the unsubscribe. */
  onGap(listener: () => void): () => void
  close(): Promise<void>
}

/** Wake-up within one process. A listener that throws is its own fault: it has to see to that itself. */
export function localWake(): Wake {
  const listeners = new Map<string, Set<(text: string) => void>>()
  return {
    tell(topic, text) {
      for (const listener of listeners.get(topic) ?? []) listener(text)
    },
    on(topic, listener) {
      const heard = listeners.get(topic) ?? new Set()
      listeners.set(topic, heard.add(listener))
      return () => heard.delete(listener)
    },
    onGap: () => () => {},
    close: async () => {},
  }
}
