// What the log says of an error: every cause down to the first, with where it was thrown. Nothing that was attached to an error, and no text
// that quotes what was read: that may be of a message.
const DEPTH_MAX = 16

export interface LoggedFault {
  type: string
  message: string
  code?: string
  /** The frames alone: the first lines of a stack repeat the message. */
  stack: string
  cause?: LoggedFault
  /** Of an error made of several. */
  errors?: LoggedFault[]
}

/** The chain of an error, outermost first; what was thrown and is no error is said to be so and not shown. */
export function loggedFault(error: unknown, depth = 0): LoggedFault {
  if (!(error instanceof Error)) return { type: typeof error, message: 'what was thrown is no error', stack: '' }
  const { code, errors } = error as { code?: unknown; errors?: unknown }
  return {
    type: error.constructor.name,
    // The messages of JSON.parse quote its input.
    message: error instanceof SyntaxError ? 'a text could not be read' : error.message,
    ...(typeof code === 'string' && { code }),
    stack: framesOf(error.stack),
    ...(depth < DEPTH_MAX && {
      ...(error.cause !== undefined && { cause: loggedFault(error.cause, depth + 1) }),
      ...(Array.isArray(errors) && { errors: errors.map((one) => loggedFault(one, depth + 1)) }),
    }),
  }
}

const framesOf = (stack = ''): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())
    .join('\n')
