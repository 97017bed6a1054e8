// Mistakes in how the command was called: exit code 64, with what to do instead.

export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}
