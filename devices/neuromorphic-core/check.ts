import type { CoreNetwork } from './network.ts'
import { refuse } from './refuse.ts'
import { MAPPING_RULES } from './rules/index.ts'
import type { Finding, NetworkDraft } from './rules/rule.ts'

/** Every place where a network breaks a rule of the hardware, rule by rule. */
export function findingsOf(network: NetworkDraft): readonly Finding[] {
  return MAPPING_RULES.flatMap(({ name, check }) => Array.from(check(network), (breach) => ({ rule: name, ...breach })))
}

/**
 * Refuses a network that does not fit the hardware: throws one `CONFIG` for all rules, with every `Finding` as its cause,
 * the first few printed. `source` is what messages call the network: a file's path.
 *
 * Axons that nothing reaches, neurons without a target and input lines without axons pass: they cost room and harm nothing.
 */
export function checkNetwork(network: NetworkDraft, source = 'network'): asserts network is CoreNetwork {
  const findings = findingsOf(network)
  if (findings.length === 0) return
  throw refuse(source, findings.map(describe), { cause: findings, hint: hintOf(findings[0]) })
}

function describe({ rule, where, wanted, given }: Finding): string {
  return `${where}: wanted ${wanted}, given ${given} (${rule})`
}

function hintOf({ rule }: Finding): string {
  return `${rule}: ${MAPPING_RULES.find(({ name }) => name === rule)?.why}`
}
