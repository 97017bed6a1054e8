// Settings of operation: their faults are reported together, a token is read from its file and never shown.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../../src/config.ts'

const dir = mkdtempSync(join(tmpdir(), 'beibu-settings-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function faultsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

describe('settings of operation', () => {
  it('are all named when all are wrong', () => {
    const wrong = [
      'HUB_QUOTA_MESSAGES',
      'HUB_QUOTA_MIB',
      'HUB_QUOTA_REFUSED',
      'HUB_QUOTA_UPLOAD_MIB',
      'HUB_QUOTA_SOCKETS',
      'HUB_QUOTA_REQUESTS',
      'HUB_QUOTA_ATTEMPTS',
      'HUB_REQUESTS_MAX',
      'HUB_BODY_MIB',
      'HUB_LOOP_LAG_MS',
      'HUB_DISK_RESERVE_MB',
      'HUB_CLOSE_MS',
    ]
    const faults = faultsOf({
      ...Object.fromEntries(wrong.map((name) => [name, '-1'])),
      HUB_METRICS_TOKEN: join(dir, 'nothing'),
      HUB_QUOTA: '1',
    })
    for (const name of [...wrong, 'HUB_METRICS_TOKEN', 'HUB_QUOTA is not a setting'])
      expect(faults.filter((fault) => fault.startsWith(name))).not.toEqual([])
  })

  it('refuse a token that is too short, without showing it', () => {
    const file = join(dir, 'token')
    writeFileSync(file, 'tiny-secret\n')
    const faults = faultsOf({ HUB_METRICS_TOKEN: file })
    expect(faults.some((fault) => fault.startsWith('HUB_METRICS_TOKEN'))).toBe(true)
    expect(faults.join()).not.toContain('tiny-secret')
  })
})
