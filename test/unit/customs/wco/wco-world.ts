// The small world of the customs tests with parties of other countries.
import { readFileSync } from 'node:fs'
import type { PartyEntry } from '../../../../src/hub/index.ts'
import { registerOf, World } from '../fake-views.ts'

export const ABROAD = {
  forwarderVn: 'urn:hub:vn:forwarder:example-forwarding',
  traderVn: 'urn:hub:vn:trader:example-fruit',
  customsVn: 'urn:hub:vn:customs:haiphong',
  customsVnOther: 'urn:hub:vn:customs:langson',
  customsCn: 'urn:hub:cn:customs:nanning',
  customsSg: 'urn:hub:sg:customs:singapore',
  customsKh: 'urn:hub:kh:customs:sihanoukville',
  customsKhOther: 'urn:hub:kh:customs:phnom-penh',
  customsMm: 'urn:hub:mm:customs:yangon',
} as const

export function worldAbroad(): World {
  const world = new World()
  const parties = new Map<string, PartyEntry>(
    Object.values(ABROAD).map((party) => {
      const [, , country, kind] = party.split(':')
      return [
        party,
        { party, country: country!.toUpperCase(), class: kind!, name: party, state: 'active' } as PartyEntry,
      ]
    }),
  )
  Object.assign(world.views, { register: registerOf(parties) })
  return world
}

export const fixture = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../../../fixtures/customs/valid/${name}.json`, import.meta.url), 'utf8')) as T
