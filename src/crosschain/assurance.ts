// How far a relayed message is shown to be so. Said with every one of them, and never raised.

/** Strongest first: seals and inclusion proved; a signed block whose validity is its peers' word; seals alone; k of n readers; somebody says so. */
export const ASSURANCES = ['proof', 'signed-block', 'seal-only', 'attested', 'claimed'] as const
export type Assurance = (typeof ASSURANCES)[number]

export const atLeast = (found: Assurance, wanted: Assurance): boolean =>
  ASSURANCES.indexOf(found) <= ASSURANCES.indexOf(wanted)

/** The weaker of two: a chain of steps is as good as its worst. */
export const weaker = (one: Assurance, other: Assurance): Assurance => (atLeast(one, other) ? other : one)

/** For people: k-of-n is worth as much as there are different operators behind it. */
export const attestedBy = (operators: number): string => `attested (${operators} operator${operators === 1 ? '' : 's'})`
