import type {Cursor} from './dashboard-state.ts';

/** What the workloads panel can show, one at a time. */
export type WorkloadTab = 'pods' | 'controllers' | 'services' | 'events';

/** In the order of the tabs. */
export const workloadTabs: readonly WorkloadTab[] = ['pods', 'controllers', 'services', 'events'];

/** What the keyboard changes of the workloads panel. */
export interface WorkloadsState {
	readonly tab: WorkloadTab;
	/** Only what is in this namespace; undefined for all. It belongs to one cluster and is forgotten with it. */
	readonly namespace: string | undefined;
	/** Shows the whole cluster also where the focus came from one of its nodes. */
	readonly isWide: boolean;
	readonly cursors: Readonly<Record<WorkloadTab, Cursor>>;
}

const nowhere: Cursor = {id: undefined, index: 0};

export const freshWorkloads: WorkloadsState = {
	tab: 'pods',
	namespace: undefined,
	isWide: false,
	cursors: {pods: nowhere, controllers: nowhere, services: nowhere, events: nowhere},
};
