import type { Metafile } from 'esbuild';

export declare function bundle(options: { readonly write: boolean }): Promise<Metafile>;
