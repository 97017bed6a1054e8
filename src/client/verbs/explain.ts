// `beibu explain <code>`: what a code means, who has to act and whether trying again helps.
import { REFUSALS, type RefusalCode } from '../../hub/errors.ts'
import { answerCodes } from '../../hub/message/answers.ts'
import { roomCodes } from '../../rooms.ts'
import { type CommandIo, EXIT, only, readArgs, show, type Verb } from './verb.ts'

interface Explanation {
  code: string
  what: 'refusal' | 'finding'
  en: string
  zh: string
  who: string
  retry: string
  status: number
  layer: string
}

export const explainVerb: Verb = {
  name: 'explain',
  summary: 'say what a code means and who must act',
  help: `beibu explain <code> [--json]
beibu explain --all [--json]

Explains a refusal of the hub or a finding in a document, in English and Chinese, offline.

  beibu explain BALANCE_INSUFFICIENT
  beibu explain --all | less

Exit: 0 explained, 2 no such code.`,
  run(args, io) {
    const { values, positionals } = readArgs('explain', args, { all: { type: 'boolean' } })
    if (values.all === true) {
      show(io, values.json, [...EXPLANATIONS.values()], () =>
        [...EXPLANATIONS.values()].map((one) => `${one.code}  ${one.en}`),
      )
      return Promise.resolve(EXIT.good)
    }
    return Promise.resolve(explain(only('explain', 'code', positionals), values.json, io))
  },
}

function explain(asked: string, json: boolean | undefined, io: CommandIo): number {
  const found = EXPLANATIONS.get(asked) ?? EXPLANATIONS.get(asked.toUpperCase())
  if (found === undefined) {
    const near = [...EXPLANATIONS.keys()].filter((code) => code.toLowerCase().includes(asked.toLowerCase())).slice(0, 8)
    show(io, json, { code: asked, found: false, near }, () => [
      `there is no code ${asked}${near.length === 0 ? '; beibu explain --all lists them' : `; near: ${near.join(', ')}`}`,
    ])
    return EXIT.unknown
  }
  show(io, json, found, () => [
    `${found.code} (${found.what}, HTTP ${found.status})`,
    `  ${found.en}`,
    `  ${found.zh}`,
    `  who acts: ${found.who}; retry: ${found.retry}`,
  ])
  return EXIT.good
}

const EXPLANATIONS: ReadonlyMap<string, Explanation> = new Map(
  [...refusals(), ...findings()].map((one) => [one.code, one]),
)

function refusals(): Explanation[] {
  return Object.entries(REFUSALS).map(([code, { status, layer, who, retry, en, zh }]) => ({
    code: code satisfies string as RefusalCode,
    what: 'refusal',
    en,
    zh,
    who,
    retry,
    status,
    layer,
  }))
}

/** Findings are always the document's fault: the sender corrects it and sends a new message. */
function findings(): Explanation[] {
  const { status, layer, who, retry } = REFUSALS.FINDINGS
  return Object.entries({ ...answerCodes, ...roomCodes }).map(([code, { en, zh }]) => ({
    code,
    what: 'finding',
    en,
    zh,
    who,
    retry,
    status,
    layer,
  }))
}
