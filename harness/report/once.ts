/**
 * A function of something that never changes, worked out once for each: what every arm of a run
 * asks of the whole run is not to be counted again for each of ten thousand.
 */
export function once<K extends object, V>(make: (of: K) => V): (of: K) => V {
  const made = new WeakMap<K, { readonly value: V }>();
  return (of) => {
    const found = made.get(of) ?? { value: make(of) };
    made.set(of, found);
    return found.value;
  };
}
