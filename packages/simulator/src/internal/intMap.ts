/**
 * A persistent map from whole numbers to values: a radix tree of 32 branches, so that a change copies a few short arrays
 * and never the map.
 *
 * @since 0.1.0
 */

interface Leaf<A> {
  readonly values: ReadonlyArray<A | undefined>
  readonly nodes?: undefined
}

interface Branch<A> {
  readonly nodes: ReadonlyArray<Node<A> | undefined>
  readonly values?: undefined
}

type Node<A> = Leaf<A> | Branch<A>

/** The map; keys from 0 up. */
export interface IntMap<A> {
  readonly depth: number
  readonly root: Node<A> | undefined
}

const width = 32

const sizes: ReadonlyArray<number> = Array.from({ length: 11 }, (_, depth) => width ** depth)

/** How many keys a node of a depth spans. */
const sizeOf = (depth: number): number => sizes[depth] ?? width ** depth

const capacity = (depth: number): number => sizeOf(depth + 1)

const slot = (key: number, depth: number): number => Math.floor(key / sizeOf(depth)) & (width - 1)

/** A map with nothing in it. */
export const empty: IntMap<never> = { depth: 0, root: undefined }

/** The value of a key. */
export const get = <A>(self: IntMap<A>, key: number): A | undefined => {
  if (key >= capacity(self.depth)) return undefined
  let node = self.root
  for (let depth = self.depth; node !== undefined && node.nodes !== undefined; depth--) {
    node = node.nodes[slot(key, depth)]
  }
  return node?.values?.[key & (width - 1)]
}

const put = <A>(node: Node<A> | undefined, depth: number, key: number, value: A): Node<A> => {
  if (depth === 0) {
    const values = node?.values === undefined ? [] : node.values.slice()
    values[key & (width - 1)] = value
    return { values }
  }
  const at = slot(key, depth)
  const nodes = node?.nodes === undefined ? [] : node.nodes.slice()
  nodes[at] = put(nodes[at], depth - 1, key, value)
  return { nodes }
}

/** The map with a value in place of the one of the key. */
export const set = <A>(self: IntMap<A>, key: number, value: A): IntMap<A> => {
  let { depth, root } = self
  while (key >= capacity(depth)) {
    root = root === undefined ? undefined : { nodes: [root] }
    depth += 1
  }
  return { depth, root: put(root, depth, key, value) }
}

/** The values, by ascending keys. */
export const values = function*<A>(self: IntMap<A>): Generator<A> {
  const pending: Array<Node<A>> = self.root === undefined ? [] : [self.root]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.nodes !== undefined) {
      for (let at = node.nodes.length - 1; at >= 0; at--) {
        const next = node.nodes[at]
        if (next !== undefined) pending.push(next)
      }
    } else {
      for (const value of node.values) if (value !== undefined) yield value
    }
  }
}
