import type { Stats } from "node:fs";

export function cacheFolder(env: NodeJS.ProcessEnv): string;
export function compiledFolder(env: NodeJS.ProcessEnv): string | undefined;
export function homeFolder(env: NodeJS.ProcessEnv): string | undefined;
export function openFolder(path: string): void;
export function makeFolder(path: string, mode?: number): void;
export function mustBeOurs(path: string): void;
export function mustBeClosed(at: string, stat: Stats, last: boolean): void;
