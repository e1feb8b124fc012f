import {acting} from './key-table/acting.ts';
import {general} from './key-table/general.ts';
import type {KeyBinding} from './key-table/key-binding.ts';
import {logs} from './key-table/logs.ts';
import {moving} from './key-table/moving.ts';
import {workloads} from './key-table/workloads.ts';

export type {KeyBinding} from './key-table/key-binding.ts';

/** Every key of the dashboard. Dialogs and text fields have their own few, which they show themselves. */
export const keyTable: readonly KeyBinding[] = [...moving, ...acting, ...logs, ...workloads, ...general];
