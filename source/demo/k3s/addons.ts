import {createHash} from 'node:crypto';
import {posix} from 'node:path';
import {admit} from './admission.ts';
import type {Options} from './arguments.ts';
import {isRecord, type KubernetesObject} from './objects.ts';
import type {NodeContext} from './pace.ts';
import {mergePatch} from './patch.ts';
import {type Resource, resourceOfKind} from './resources.ts';
import {StatusError} from './status-error.ts';
import type {Store} from './store.ts';
import {firstObjects, systemWorkloads} from './system-workloads.ts';

/**
 * k3s' deploy controller: writes the packaged manifests to `server/manifests` (anew on every start, as k3s does) and applies every YAML
 * file there, again whenever one changes, which is how k3d edits CoreDNS.
 */
export class Addons {
	readonly #context: NodeContext;
	readonly #store: Store;
	readonly #disabled: ReadonlySet<string>;
	readonly #apiPort: number;
	readonly #applied = new Map<string, string>();
	#applying = Promise.resolve();

	constructor(context: NodeContext, store: Store, {disabled, port}: Pick<Options, 'disabled' | 'port'>) {
		this.#context = context;
		this.#store = store;
		this.#disabled = disabled;
		this.#apiPort = port;
	}

	get #folder(): string {
		return posix.join(this.#context.dataDir, 'server', 'manifests');
	}

	/** Writes the manifests; every server does. */
	async write(): Promise<void> {
		const {world, log} = this.#context;
		const {stringify} = await import('yaml');
		for (const [name, objects] of Object.entries(systemWorkloads)) {
			const path = posix.join(this.#folder, `${name}.yaml`);
			if (this.#disabled.has(name)) {
				await world.files.remove(path);
				continue;
			}
			log.info(`Writing manifest: ${path}`);
			await world.files.write(path, objects.map(object => stringify(object)).join('---\n'), 0o600);
		}
	}

	/** Applies what is there and keeps applying changes; only the leader does. */
	async start(signal: AbortSignal): Promise<void> {
		for (const object of firstObjects(this.#apiPort)) this.#put(object);
		for (const name of this.#disabled) for (const object of systemWorkloads[name] ?? []) this.#remove(object);
		await this.#applyAll();
		if (signal.aborted) return;
		const stop = this.#context.world.files.watch(this.#folder, () => {
			if (!signal.aborted) this.#applying = this.#applying.then(() => this.#applyAll());
		});
		signal.addEventListener('abort', stop, {once: true});
	}

	async #applyAll(): Promise<void> {
		const {world, log} = this.#context;
		for (const path of await world.files.list(this.#folder)) {
			if (!/\.(ya?ml|json)$/.test(path)) continue;
			const text = (await world.files.read(path))?.toString() ?? '';
			if (this.#applied.get(path) === text) continue;
			this.#applied.set(path, text);
			try {
				const {parseAllDocuments} = await import('yaml');
				for (const document of parseAllDocuments(text)) {
					if ('errors' in document && document.errors[0]) throw document.errors[0];
					const object: unknown = 'toJS' in document ? document.toJS() : undefined;
					if (isRecord(object) && isRecord(object.metadata))
						this.#put(owned(object as unknown as KubernetesObject, posix.basename(path).replace(/\.\w+$/, '')));
				}
			} catch (error) {
				log.error(
					`Failed to process config: failed to process ${path}: ${error instanceof Error ? error.message : error}`,
				);
			}
		}
	}

	#resourceOf({apiVersion, kind}: KubernetesObject): Resource | undefined {
		const resource = resourceOfKind(apiVersion, kind);
		if (!resource) this.#context.log.warning(`the stand-in does not serve ${kind} in ${apiVersion}: skipped`);
		return resource;
	}

	/** Creates an object or lays its manifest over what is there. */
	#put(object: KubernetesObject): void {
		const resource = this.#resourceOf(object);
		if (!resource) return;
		const namespace = resource.namespaced ? (object.metadata.namespace ?? 'default') : undefined;
		const before = this.#store.get(resource.id, namespace, object.metadata.name);
		try {
			if (!before) {
				this.#store.put(resource.id, admit(this.#store, resource, namespace, object, this.#context.world.timers.now()));
				return;
			}
			// Lists that defaults were filled into stay as they are: only data, labels and the like are worth merging again.
			const {spec: _, status: __, ...rest} = object;
			const next = mergePatch(before, rest) as KubernetesObject;
			if (JSON.stringify(next) !== JSON.stringify(before)) this.#store.put(resource.id, next);
		} catch (error) {
			if (!(error instanceof StatusError)) throw error;
			this.#context.log.error(`Failed to apply ${resource.id} ${object.metadata.name}: ${error.message}`);
		}
	}

	#remove(object: KubernetesObject): void {
		const resource = this.#resourceOf(object);
		if (resource)
			this.#store.delete(
				resource.id,
				resource.namespaced ? object.metadata.namespace : undefined,
				object.metadata.name,
			);
	}
}

/** The marks that k3s' deploy controller leaves on what it applied. */
function owned(object: KubernetesObject, addon: string): KubernetesObject {
	const prefix = 'objectset.rio.cattle.io';
	const annotations = {
		...object.metadata.annotations,
		[`${prefix}/id`]: '',
		[`${prefix}/owner-gvk`]: 'k3s.cattle.io/v1, Kind=Addon',
		[`${prefix}/owner-name`]: addon,
		[`${prefix}/owner-namespace`]: 'kube-system',
	};
	const hash = createHash('sha1').update(addon).digest('hex');
	const labels = {...object.metadata.labels, [`${prefix}/hash`]: hash};
	return {...object, metadata: {...object.metadata, annotations, labels}};
}
