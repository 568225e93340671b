import type { Engine } from "../engine/index.ts";
import type { Progress } from "../progress.ts";
import { ensureBase, suiteOf, type Suite } from "./bases.ts";
import { build, present, type Image } from "./build.ts";
import { exactName, type Order } from "./build-file.ts";
import { inputsOf, type Digests } from "./inputs.ts";
import { telling } from "./patience.ts";
import { inspect, pulled, type Inspected } from "./pull.ts";
import { wholly, type Recipe, type Trees } from "./recipe.ts";

/** One distinct image. */
export interface Unit {
  readonly name: string;
  /** Absent where the image is only pulled. */
  readonly recipe: Recipe | undefined;
  /** The compose file's secrets. */
  readonly secrets: Readonly<Record<string, unknown>> | undefined;
  readonly ready: PromiseWithResolvers<Image>;
}

/** What has been read of the contexts. */
interface Memory {
  readonly trees: Trees;
  readonly digests: Digests;
}

/** Builds at once: the engine runs their steps side by side, and does common ones once. */
const AT_ONCE = 3;

/** What a name in a Dockerfile stands for. */
interface Named extends Partial<Inspected> {
  /** What it is called exactly, for images of ours. */
  readonly exact?: string;
}

/**
 * Gets the units' images and settles each as soon as it is known how it ends. Ends itself when
 * all have, and never fails.
 */
export async function carryOut(
  engine: Engine,
  units: readonly Unit[],
  trees: Trees,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const names = new Map(units.map((unit) => [unit.name, unit]));
  const exact = new Map<Unit, string>();
  const bases = remembered((suite: Suite) => ensureBase(engine, suite, progress, signal));
  const pulls = remembered((name: string) => pulledAloud(engine, name, progress, signal));
  const memory: Memory = { trees, digests: new Map() };
  const turn = turns(AT_ONCE);
  const building = new Set<string>();
  let left = 0;
  const looked: Promise<boolean>[] = [];
  let uplink: Promise<AsyncDisposable> | undefined;

  const find = async (name: string, asker: Unit): Promise<Named> => {
    const suite = suiteOf(name);
    if (suite) return bases(suite);
    const other = names.get(name);
    if (!other?.recipe || other === asker) {
      // One that may not be needed is the builder's to pull.
      return (asker.recipe?.seen.sure ?? true)
        ? pulls(name)
        : ((await inspect(engine, name)) ?? {});
    }
    const { id } = await other.ready.promise;
    return { ...(await inspect(engine, id)), exact: exact.get(other) ?? name };
  };

  const buildIt = async (order: Order): Promise<Image> => {
    using _turn = await turn();
    signal?.throwIfAborted();
    await (uplink ??= engine.uplink());
    building.add(order.recipe.name);
    try {
      return await build(engine, order, signal);
    } finally {
      left -= 1;
      building.delete(order.recipe.name);
    }
  };

  const get = async (unit: Unit, missing: (is: boolean) => void): Promise<Image> => {
    const { recipe } = unit;
    if (!recipe) {
      const { id = "" } = await find(unit.name, unit);
      return { id };
    }
    const order = await orderOf(unit, recipe, memory, (name) => find(name, unit));
    exact.set(unit, exactName(recipe.name, order.inputs));
    const there = await present(engine, recipe, order.inputs);
    if (!there) left += 1;
    missing(there === undefined);
    return there ?? (await buildIt(order));
  };

  const all = units.map(async (unit) => {
    const look = Promise.withResolvers<boolean>();
    looked.push(look.promise);
    try {
      unit.ready.resolve(await get(unit, look.resolve));
      return true;
    } catch (error) {
      unit.ready.reject(error);
      return false;
    } finally {
      look.resolve(false);
    }
  });

  const wanted = units.filter(({ recipe }) => recipe).length;
  const count = (await Promise.all(looked)).filter(Boolean).length;
  const end = async () => {
    using _telling = telling(
      progress,
      () => `still building ${[...building].join(", ")}; ${left} left`,
    );
    if ((await Promise.all(all)).includes(false)) throw new Error("told to those who wait for it");
  };
  const what = `building ${count} scenario image${count === 1 ? "" : "s"} (${wanted - count} are there)`;
  if (count > 0)
    await progress.step(what, end, "building the system's images").catch(() => undefined);
  await Promise.all(all);
  await (await uplink?.catch(() => undefined))?.[Symbol.asyncDispose]();
}

/** Looks up all that the recipe stands on, and then knows the hash of its inputs. */
async function orderOf(
  { secrets }: Unit,
  recipe: Recipe,
  { trees, digests }: Memory,
  find: (name: string) => Promise<Named>,
): Promise<Order> {
  // With a variable that only the builder knows, or one that is a digest's, there is no image yet.
  const named = recipe.seen.images.filter((name) => !name.includes("$"));
  const found = await Promise.all(
    named.map(async (name): Promise<[string, Named]> => [name, await find(name)]),
  );
  const acting = found.some(([, { acts }]) => acts);
  const whole = acting ? await wholly(recipe, trees) : recipe;
  const ids = new Map(found.map(([name, { id = "" }]) => [name, id]));
  const exact = new Map(found.flatMap(([name, to]) => (to.exact ? [[name, to.exact]] : [])));
  const inputs = await inputsOf(whole, ids, digests);
  return { recipe: whole, ids, exact, inputs, ...(secrets && { secrets }) };
}

async function pulledAloud(
  engine: Engine,
  name: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Inspected> {
  const there = await inspect(engine, name);
  if (there) return there;
  const pull = async () => {
    using _telling = telling(progress, () => `still pulling ${name}`);
    return pulled(engine, name, signal);
  };
  return progress.step(`pulling ${name}`, pull, "pulling an image that others stand on");
}

function remembered<K, V>(make: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const made = new Map<K, Promise<V>>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

/** Lets so many in at once; the others wait for their turn, in order. */
function turns(most: number): () => Promise<Disposable> {
  const waiting: (() => void)[] = [];
  let free = most;
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return { [Symbol.dispose]: leave };
  };
}
