/** A map that is copied when it is first written to, so that what only reads copies nothing. */
export class Copied<K, V> {
  #current: ReadonlyMap<K, V>
  #own: Map<K, V> | undefined

  constructor(base: ReadonlyMap<K, V>) {
    this.#current = base
  }

  /** The map as it is now: the one it was made of, as long as nothing was written. */
  get current(): ReadonlyMap<K, V> {
    return this.#current
  }

  get(key: K): V | undefined {
    return this.#current.get(key)
  }

  set(key: K, value: V): void {
    if (this.#own === undefined) {
      this.#own = new Map(this.#current)
      this.#current = this.#own
    }
    this.#own.set(key, value)
  }
}
