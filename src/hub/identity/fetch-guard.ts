// Which addresses the hub may fetch from: public ones, and hosts that its operator has allowed by name. Names are looked up here, so that
// the address that was checked is the address that is connected to.
import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

const CLOSED_V4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]
/** Documentation, and the two forms of tunnel that carry an IPv4 address inside. */
const CLOSED_V6: readonly [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

const closedV4 = new BlockList()
for (const [net, prefix] of CLOSED_V4) closedV4.addSubnet(net, prefix, 'ipv4')
const globalV6 = new BlockList()
globalV6.addSubnet('2000::', 3, 'ipv6')
const closedV6 = new BlockList()
for (const [net, prefix] of CLOSED_V6) closedV6.addSubnet(net, prefix, 'ipv6')

/** Whether an address is one of the public network: not loopback, link-local, private, shared, multicast or made for examples. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !closedV4.check(address, 'ipv4')
  return family === 6 && globalV6.check(address, 'ipv6') && !closedV6.check(address, 'ipv6')
}

/** Where something may be fetched. Throws with the reason why a URL may not be; the address is checked by `lookup` when it is connected to. */
export function checkFetchUrl(text: string, allowed: ReadonlySet<string>): { url: URL; lookup: LookupFunction } {
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(`${url.protocol} is not fetched`)
  if (url.username !== '' || url.password !== '') throw new Error('a URL with a password in it is not fetched')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const isAllowed = allowed.has(`${url.hostname}:${port}`)
  // An address that stands in the URL itself is never looked up.
  if (isIP(host) && !isAllowed && !isPublicAddress(host)) throw new Error(`${host} is not a public address`)
  return { url, lookup: guardedLookup(isAllowed) }
}

const guardedLookup =
  (isAllowed: boolean): LookupFunction =>
  (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      const open = error ? [] : found.filter(({ address }) => isAllowed || isPublicAddress(address))
      if (error) callback(error, '', 0)
      else if (open.length === 0) callback(new Error(`${hostname} has no public address`), '', 0)
      else if (options.all) callback(null, open)
      else callback(null, open[0]!.address, open[0]!.family)
    })
  }

/** Reads HUB_FETCH_ALLOW: host:port, separated by commas. Undefined if a member is of another form. */
export function readFetchAllow(text: string): ReadonlySet<string> | undefined {
  const members = text
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .filter(Boolean)
  return members.every((one) => /^(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]+\]):\d{1,5}$/.test(one))
    ? new Set(members)
    : undefined
}
