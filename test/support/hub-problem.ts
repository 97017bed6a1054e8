// A client that is told no.
import { expect } from 'vitest'
import { HubProblem } from '../../src/client/hub-problem.ts'

export async function expectHubProblem(asked: Promise<unknown>, code: string): Promise<void> {
  const answer = await asked.catch((error: unknown) => error)
  expect(answer).toBeInstanceOf(HubProblem)
  expect((answer as HubProblem).problem.code).toBe(code)
}
