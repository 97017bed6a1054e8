// placeholder type until identity lands (owned by identity)
export interface Certificate {
  readonly der: Buffer
  /** Hex SHA-256 of the DER. */
  readonly fingerprint: string
}
