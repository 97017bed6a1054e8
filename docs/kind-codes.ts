// Which finding codes a kind can give, read from the source: from its `check` and its `judge`, through everything they reach. The source is
// formatted, so a declaration begins at the edge of a line and a member of a kind two blanks in.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const SRC = resolve(import.meta.dirname, '../src')
const DECLARATION = /^(?:export )?(?:default )?(?:async )?(?:const|let|function\*?|class) (\w+)/
const KIND_NAME = /^ {2}name: '([a-z]+\.[a-z-]+)',$/m

interface Declared {
  file: string
  text: string
}

/** Codes of a kind: found in the document itself, and found when it is judged. */
export interface KindCodes {
  check: ReadonlySet<string>
  judge: ReadonlySet<string>
}

class Source {
  /** By file and name. */
  readonly #declared = new Map<string, Declared>()
  /** By file: local name -> file and name it stands for. */
  readonly #imported = new Map<string, Map<string, string>>()

  constructor() {
    for (const name of readdirSync(SRC, { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.ts')) this.#read(join(SRC, name))
  }

  #read(file: string): void {
    const text = readFileSync(file, 'utf8')
    const imported = new Map<string, string>()
    for (const [, names, from] of text.matchAll(/^(?:import|export) \{([^}]*)\} from '(\.[^']+)'/gm))
      for (const one of names!.split(',')) {
        const [, name, as] = /^\s*(?:type )?(\w+)(?: as (\w+))?\s*$/.exec(one) ?? []
        if (name) imported.set(as ?? name, key(resolve(dirname(file), from!), name))
      }
    for (const [, from] of text.matchAll(/^export \* from '(\.[^']+)'/gm))
      imported.set(`* ${from}`, key(resolve(dirname(file), from!), '*'))
    for (const [, name, from] of text.matchAll(/^import \* as (\w+) from '(\.[^']+)'/gm))
      imported.set(`${name}.`, key(resolve(dirname(file), from!), '*'))
    this.#imported.set(file, imported)
    let open: { name: string; lines: string[] } | undefined
    const close = (): void => {
      if (open) this.#declared.set(key(file, open.name), { file, text: open.lines.join('\n') })
    }
    for (const line of text.split('\n')) {
      const [, name] = DECLARATION.exec(line) ?? []
      if (name) {
        close()
        open = { name, lines: [] }
      } else if (/^(?:import|export (?:type|interface)|interface|type) /.test(line)) {
        close()
        open = undefined
      }
      open?.lines.push(line)
    }
    close()
  }

  /** The declaration a name of a file stands for, through re-exports. */
  #find(file: string, name: string): string | undefined {
    const own = key(file, name)
    if (this.#declared.has(own)) return own
    const imported = this.#imported.get(file)
    const there = imported?.get(name)
    if (there) return this.#find(...split(there))
    for (const [local, target] of imported ?? [])
      if (local.startsWith('* ')) {
        const found = this.#find(split(target)[0], name)
        if (found) return found
      }
    return undefined
  }

  /** A name as it stands in a text: alone, or a member of what was imported whole. */
  #named(file: string, text: string): string | undefined {
    const [name, member] = text.split('.') as [string, string?]
    const whole = member === undefined ? undefined : this.#imported.get(file)?.get(`${name}.`)
    return whole === undefined ? this.#find(file, name) : this.#find(split(whole)[0], member!)
  }

  /** Texts of everything a piece of a file reaches. */
  reach(file: string, text: string): string[] {
    const seen = new Set<string>()
    const texts = [text]
    const queue: Declared[] = [{ file, text }]
    for (let one = queue.pop(); one; one = queue.pop())
      for (const name of new Set(
        one.text.match(/(?<![\w'])(?<!(?<!\.\.)\.)[A-Za-z_]\w*(?![\w?]*:)(?:\.\w+)?/g) ?? [],
      )) {
        const found = this.#named(one.file, name)
        if (found === undefined || seen.has(found)) continue
        seen.add(found)
        const declared = this.#declared.get(found)!
        // Tables of codes hold all of them; what matters is who names one.
        if (/Codes = \{$/m.test(declared.text.split('\n')[0]!)) continue
        texts.push(declared.text)
        queue.push(declared)
      }
    return texts
  }

  kinds(): { name: string; file: string; text: string }[] {
    return [...this.#declared.values()].flatMap(({ file, text }) => {
      const [, name] = KIND_NAME.exec(text) ?? []
      return name && /^ {2}(?:async )?judge\b/m.test(text) ? [{ name, file, text }] : []
    })
  }
}

const key = (file: string, name: string): string => `${relative(SRC, file)} ${name}`
const split = (target: string): [string, string] => {
  const [file, name] = target.split(' ') as [string, string]
  return [join(SRC, file), name]
}

/** The text of one member of a kind, from its own line to the next member. */
function memberOf(text: string, name: string): string {
  const lines = text.split('\n')
  const from = lines.findIndex((line) => new RegExp(`^ {2}(?:async )?${name}\\b`).test(line))
  if (from < 0) return ''
  const to = lines.findIndex((line, at) => at > from && /^ {2}(?:\w|\.\.\.)/.test(line))
  return lines.slice(from, to < 0 ? undefined : to).join('\n')
}

/** Codes by kind, of those given. Kinds that are made by functions of the hub are not among them. */
export function kindCodes(codes: ReadonlySet<string>): Map<string, KindCodes> {
  const source = new Source()
  const inText = (file: string, text: string): Set<string> =>
    new Set(
      source
        .reach(file, text)
        .flatMap((one) => [...one.matchAll(/'([A-Z][A-Z0-9_]+)'/g)].map(([, code]) => code!))
        .filter((code) => codes.has(code)),
    )
  return new Map(
    source.kinds().map(({ name, file, text }) => [
      name,
      {
        check: inText(file, memberOf(text, 'check') + memberOf(text, 'read')),
        judge: inText(file, memberOf(text, 'judge')),
      },
    ]),
  )
}
