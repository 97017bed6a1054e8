// The rule of data export: what may leave a country over a lane is what its terms give a ground for, class by class. Pure.
import type { FieldClass } from '../hub/index.ts'

/** Why a class of data may leave, signed by both ends with the lane's terms. `until`: RFC 3339 UTC; absent: as long as the lane. */
export interface ExportGround {
  class: FieldClass
  ground: (typeof GROUNDS)[number]
  /** What it rests on: the contract's number, the approval, the treaty. */
  reference: string
  until?: string
}
export const GROUNDS = [
  'contract',
  'standard-contract',
  'security-assessment',
  'certification',
  'consent',
  'treaty',
] as const

/** In what form a message leaves: the classes that do, those that stay, and the grounds used. */
export type ExportForm = {
  classes: FieldClass[]
  withheld: FieldClass[]
  grounds: ExportGround[]
} & ({ form: 'body' | 'commitment' } | { form: 'view'; view: string })

/**
 * `classes` are those really there in the body. With a ground for all of them the body goes; else the view of the kind that shows most of
 * what may leave and nothing else; else nothing but the commitment.
 */
export function formOf(
  classes: readonly FieldClass[],
  views: Readonly<Record<string, readonly FieldClass[]>>,
  grounds: readonly ExportGround[],
  nowMs: number,
): ExportForm {
  const inForce = grounds.filter(({ until }) => until === undefined || Date.parse(until) > nowMs)
  const may = (one: FieldClass): boolean => inForce.some((ground) => ground.class === one)
  const said = (leaving: FieldClass[]) => ({
    classes: leaving,
    withheld: classes.filter((one) => !leaving.includes(one)),
    grounds: inForce.filter((ground) => leaving.includes(ground.class)),
  })
  // A body that nothing is known of has no class that a ground could be for.
  if (classes.length > 0 && classes.every(may)) return { form: 'body', ...said([...classes]) }
  const shown = (view: readonly FieldClass[]): FieldClass[] => classes.filter((one) => view.includes(one))
  const [best] = Object.entries(views)
    .filter(([, view]) => view.every(may) && shown(view).length > 0)
    .toSorted(([a, one], [b, other]) => shown(other).length - shown(one).length || (a < b ? -1 : 1))
  return best ? { form: 'view', view: best[0], ...said(shown(best[1])) } : { form: 'commitment', ...said([]) }
}
