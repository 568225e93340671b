import type { SampleSource, SampleValues } from "../record/schema.ts";
import { isGone } from "./gone.ts";
import type { Sampler, Tell } from "./sampler.ts";

/** Reads a container's cgroup files; `read` gives null when nothing lives there any more. */
export interface CgroupReader {
  read(): SampleValues | null;
  close(): void;
}

/** Samples through cgroup files, until the container's last process or the cgroup is gone. */
export function cgroupSampler(
  source: SampleSource & `cgroup-${string}`,
  reader: CgroupReader,
  hz: number,
  tell: Tell,
): Sampler {
  let open = true;
  const close = () => {
    if (open) reader.close();
    open = false;
  };
  return {
    source,
    hz,
    tick() {
      if (!open) return;
      const values = readAlive(reader);
      if (values) tell(values);
      else close();
    },
    close,
  };
}

function readAlive(reader: CgroupReader): SampleValues | null {
  try {
    return reader.read();
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}
