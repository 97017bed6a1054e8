// Time is an argument: the process hands in the system's, tests their own.

/** Milliseconds since 1970-01-01T00:00Z. */
export type Clock = () => number
