// The calendar of Asia/Shanghai, by which customs counts its days: UTC+8 all year, without summer time since 1992.

/** How far the clocks of Shanghai are ahead of UTC. */
export const SHANGHAI_AHEAD_MS = 8 * 3_600_000

/** The day as yyyyMMdd on which a moment lies in Shanghai: it begins at 16:00 UTC of the day before. */
export const shanghaiDay = (ms: number): string =>
  new Date(ms + SHANGHAI_AHEAD_MS).toISOString().slice(0, 10).replaceAll('-', '')
