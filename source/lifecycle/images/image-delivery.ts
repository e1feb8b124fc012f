import type {Platform} from '../../cluster/images/platform.ts';
import type {Node} from '../../cluster/model.ts';
import {Problem, toProblem} from '../../cluster/problem.ts';
import type {Engine} from '../../engine/engine.ts';
import type {ImportedImages} from '../lifecycle.ts';
import type {Run} from '../operation.ts';
import type {Parcel} from './image-parcel.ts';
import {type ExpectedImage, NodeImages} from './node-images.ts';
import {sendImages} from './send-images.ts';

/** What nodes have, what they get, and what became of it. */
export class Delivery {
	readonly #run: Run;
	readonly #engine: Engine;
	readonly #platform: Platform;
	readonly #nodes: readonly NodeImages[];
	readonly #lacking = new Map<NodeImages, ReadonlySet<string>>();
	readonly #problems = new Map<NodeImages, Problem>();
	readonly #imported = new Map<NodeImages, string[]>();
	readonly #skipped = new Map<NodeImages, string[]>();

	constructor(run: Run, engine: Engine, platform: Platform, nodes: readonly Node[]) {
		this.#run = run;
		this.#engine = engine;
		this.#platform = platform;
		this.#nodes = nodes.map(node => new NodeImages(engine, node, platform));
	}

	/** Asks every node what it lacks of these. One that does not answer gets nothing, and is named at the end. */
	async look(expected: readonly ExpectedImage[]): Promise<void> {
		await this.#run.step('see what the nodes have', async (_report, signal) => {
			await Promise.all(
				this.#nodes.map(async images => {
					try {
						const lacking = await images.lacking(expected, signal);
						this.#lacking.set(images, new Set(lacking.map(({name}) => name)));
					} catch (error) {
						signal.throwIfAborted();
						this.#problems.set(images, toProblem(error));
					}
				}),
			);
		});
	}

	/** Names of the nodes that lack any of these. */
	lackedBy(expected: readonly ExpectedImage[]): string[] {
		return this.#receivers(expected).map(({node}) => node.name);
	}

	/** Sends a parcel to the nodes that lack something of it. */
	async send(parcel: Parcel): Promise<void> {
		const nodes = parcel.expected ? this.#receivers(parcel.expected) : this.#alive();
		for (const images of this.#alive()) {
			if (!nodes.includes(images)) add(this.#skipped, images, parcel.expected?.map(({name}) => name) ?? []);
		}
		if (nodes.length === 0) {
			if (this.#alive().length === 0) return;
			return this.#run.step(`import ${parcel.title}`, async report => report.skip('every node has it'));
		}
		const received = await sendImages(this.#run, {engine: this.#engine, platform: this.#platform, parcel, nodes});
		for (const {images, names, problem} of received) {
			add(this.#imported, images, names);
			if (problem) this.#problems.set(images, problem);
		}
	}

	/** What came into which node. Throws a Problem that names the nodes that did not get all. */
	result(): readonly ImportedImages[] {
		const problems = [...this.#problems.values()];
		const [first] = problems;
		if (first && problems.length === 1) throw first;
		if (first) {
			const names = [...this.#problems.keys()].map(({node}) => node.name);
			const reasons = new Set(problems.map(({reason}) => reason));
			const told =
				reasons.size === 1 ? first.reason : problems.map(({reason}, index) => `${names[index]}: ${reason}`).join('; ');
			throw new Problem(`nodes ${names.join(', ')}`, told, first.next, {cause: first});
		}
		return this.#nodes.map(images => ({
			cluster: images.node.cluster ?? '',
			node: images.node.name,
			imported: this.#imported.get(images) ?? [],
			skipped: this.#skipped.get(images) ?? [],
		}));
	}

	/** Nodes in which nothing has failed. */
	#alive(): NodeImages[] {
		return this.#nodes.filter(images => !this.#problems.has(images));
	}

	#receivers(expected: readonly ExpectedImage[]): NodeImages[] {
		return this.#alive().filter(images => expected.some(({name}) => this.#lacking.get(images)?.has(name)));
	}
}

function add(lists: Map<NodeImages, string[]>, images: NodeImages, names: readonly string[]): void {
	lists.set(images, [...(lists.get(images) ?? []), ...names]);
}
