import { meant, type Problem } from "./check.ts";
import type { ResolvedArm } from "./compose-check.ts";
import type { ScenarioDefinition } from "./types.ts";

/**
 * What of `fixable` no fix could use: it is laid over the one image that a place's services run in
 * the broken arm, and sets variables that compose.yml puts in.
 * @param compose the text of the compose files
 */
export function fixableProblems(
  { fixable, arms: given }: ScenarioDefinition,
  arms: readonly ResolvedArm[],
  compose: string,
): readonly Problem[] {
  const { places = {}, settings = [] } = fixable ?? {};
  const broken = arms.filter(({ name }) => given[name]?.role === "broken");
  return [
    ...broken.flatMap((arm) =>
      Object.entries(places).flatMap(([place, { services }]) =>
        placeProblems(place, services, arm),
      ),
    ),
    ...sharedServices(places),
    ...settings
      .filter((name) => !new RegExp(`\\$\\{?${name}(?!\\w)`).test(compose))
      .map((name) => ({
        path: ["fixable", "settings"],
        word: name,
        says: `fixable.settings: compose.yml does not put ${name} in: write \${${name}} there, or take it out`,
      })),
  ];
}

function placeProblems(
  place: string,
  services: readonly string[],
  { name: arm, compose }: ResolvedArm,
): readonly Problem[] {
  const known = Object.keys(compose.services);
  if (known.length === 0) return []; // told of compose.yml
  const path = ["fixable", "places", place, "services"];
  const problem = (says: string, word?: string): Problem => ({
    path,
    says: `fixable.places.${place}: ${says}`,
    ...(word !== undefined && { word }),
  });
  const missing = services.filter((name) => !known.includes(name));
  if (missing.length > 0)
    return missing.map((name) =>
      problem(`compose.yml has no service "${name}"${meant(name, known)}`, name),
    );
  const images = services.map((name) => ({ name, image: compose.services[name]!.image }));
  const nameless = images.filter(({ image }) => !image);
  if (nameless.length > 0)
    return nameless.map(({ name }) => problem(`service "${name}" has no \`image\`: name it`, name));
  const [first, ...others] = images;
  const other = others.find(({ image }) => image !== first!.image);
  if (!other) return [];
  const two = `"${first!.name}" runs ${first!.image} and "${other.name}" runs ${other.image}`;
  return [problem(`in arm "${arm}" ${two}: a place is one image, make two of it`, other.name)];
}

/** Services that two places change: which one is laid over the other, nobody could say. */
function sharedServices(
  places: Readonly<Record<string, { readonly services: readonly string[] }>>,
): readonly Problem[] {
  const owners = new Map<string, string>();
  return Object.entries(places).flatMap(([place, { services }]) =>
    services.flatMap((service) => {
      const owner = owners.get(service) ?? place;
      owners.set(service, owner);
      if (owner === place) return [];
      const says = `fixable.places.${place}: service "${service}" is in "${owner}" as well: leave it in one`;
      return [{ path: ["fixable", "places", place, "services"], says, word: service }];
    }),
  );
}
