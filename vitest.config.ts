// Every suite once on the embedded profile; with the servers of `npm run services:up`, the flows once more on the cluster profile.
import { readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { servicesFor } from './test/support/services.ts'

/**
 * Flows that are about one process, its folder or its command line, that move the hub's clock (several processes go by the store's) or
 * hand in stores of their own, or that choose the profile themselves.
 */
const OF_ONE_PROCESS = [
  'alerts',
  'api-documents',
  'backpressure',
  'backup',
  'cluster',
  'command',
  'command-client',
  'command-demo',
  'command-demo-border-market',
  'command-demo-cluster',
  'enquiry-command',
  'history',
  'ledger-command',
  'log-faults',
  'migrate',
  'one-process',
  'openapi-fuzz',
  'quotas',
  'readme',
  'revocation-responders',
  'shutdown',
  'shutdown-bound',
  'two-hubs',
  'two-hubs-lanes',
  'validator',
  'walk-erasure',
  'walks',
]
/** Flows that end at the door, before anything is kept: they are the same whatever keeps it. */
const OF_THE_DOOR = [
  'bounds',
  'fx-payment',
  'invoice',
  'logs',
  'mtls',
  'must-refuse-encoding',
  'must-refuse-form',
  'must-refuse-identity',
  'must-refuse-json',
  'must-refuse-signature',
  'must-refuse-size',
  'response',
]
const flows = readdirSync(new URL('test/flow', import.meta.url))
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => name.slice(0, -'.test.ts'.length))
  .filter((name) => ![...OF_ONE_PROCESS, ...OF_THE_DOOR].includes(name))
  .map((name) => `test/flow/${name}.test.ts`)

// Bounds for what hangs; a machine with other work may be slow.
const limits = { testTimeout: 120_000, hookTimeout: 180_000, expect: { poll: { timeout: 25_000 } } }

export default defineConfig({
  test: {
    // Many suites wait for servers, clocks and killed processes: two at a time take little more than the longer one.
    maxWorkers: 2,
    projects: [
      { test: { ...limits, name: 'embedded', include: ['test/**/*.test.ts'] } },
      ...(servicesFor('flows on the cluster profile')
        ? [
            {
              test: {
                ...limits,
                name: 'cluster',
                include: flows,
                env: { BEIBU_TEST_PROFILE: 'cluster' },
              },
            },
          ]
        : []),
    ],
  },
})
