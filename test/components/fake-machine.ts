import type {Check} from '../../source/checks/check.ts';
import {type ClusterSpec, defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {Problem} from '../../source/cluster/problem.ts';
import {configText} from '../../source/config/write-config.ts';
import type {ObjectReading} from '../../source/hooks/object-view.ts';
import type {FolderEntry, LoadedConfig, LocalImage, Machine} from '../../source/hooks/session.ts';
import type {ObjectRef} from '../../source/kubernetes/workloads/workloads.ts';
import {noon} from './fake-world.ts';

const day = 86_400_000;

/** A machine with the images, files and config files that the test puts on it. */
export class FakeMachine implements Machine {
	images: readonly LocalImage[] = [
		{names: ['shop/web:2.1', 'shop/web:latest'], size: 187_000_000, createdAt: noon - 3 * 3_600_000},
		{names: ['nginx:1.27'], size: 192_000_000, createdAt: noon - 3 * day},
		{names: [], size: 1000, createdAt: noon - 4 * day},
		{names: ['docker.io/rancher/k3s:v1.36.4-k3s1'], size: 272_000_000, createdAt: noon - 20 * day},
	];
	/** By folder, as it is typed. */
	folders: Readonly<Record<string, readonly FolderEntry[]>> = {
		'': [
			{name: 'charts', isFolder: true, modifiedAt: noon},
			{name: 'old.yaml', isFolder: false, modifiedAt: noon - 9 * day},
			{name: 'dev.yaml', isFolder: false, modifiedAt: noon - 60_000},
			{name: 'README.md', isFolder: false, modifiedAt: noon},
			{name: '.hidden.yaml', isFolder: false, modifiedAt: noon},
		],
		'charts/': [{name: 'shop.yml', isFolder: false, modifiedAt: noon - 5 * 60_000}],
		'./': [
			{name: 'images.tar', isFolder: false, modifiedAt: noon - day},
			{name: 'notes.txt', isFolder: false, modifiedAt: noon},
		],
	};
	/** By path. Any other is no file. */
	configs: Readonly<Record<string, LoadedConfig | Problem>> = {
		'dev.yaml': {
			spec: {...defaultSpec('from-file'), servers: 3, agents: 2},
			options: {switchContext: false},
			warnings: ['v1alpha4 is old; `k3dui config migrate` writes it anew'],
		},
		'old.yaml': new Problem('old.yaml:7', '"agents" has to be a number', 'Write it without quotes: agents: 2'),
	};
	/** Why no cluster can be made. */
	refusal: Problem | undefined;
	/** Files that are there already. */
	readonly existing = new Set<string>();
	/** What a file does not say of the cluster that was saved. */
	warnings: readonly string[] = [];
	/** What was saved: cluster, path, whether it may have been overwritten. */
	readonly saved: [string, string, boolean][] = [];

	listImages = async () => this.images;
	listFolder = async (folder: string) => {
		const entries = this.folders[folder];
		if (!entries) throw new Problem(folder, 'there is no such folder');
		return entries;
	};
	resolvePath = (path: string) => `/home/me/${path.replace(/^\.\//, '')}`;
	loadConfig = async (path: string) => {
		const config = this.configs[path] ?? new Problem(path, 'there is no such file');
		if (config instanceof Problem) throw config;
		return config;
	};
	saveConfig = async (cluster: string, path: string, overwrite: boolean) => {
		if (this.existing.has(path) && !overwrite) return undefined;
		this.saved.push([cluster, path, overwrite]);
		return {path: `/home/me/${path}`, warnings: this.warnings};
	};
	saveText = async (path: string, text: string, overwrite: boolean) => {
		if (this.existing.has(path) && !overwrite) return undefined;
		this.saved.push([text, path, overwrite]);
		return `/home/me/${path}`;
	};
	/** Why no object can be read. */
	unreadable: Problem | undefined;
	readObject = async (cluster: string, {kind, namespace, name}: ObjectRef, reading: ObjectReading) => {
		if (this.unreadable) throw this.unreadable;
		return [
			`${reading} of ${kind} ${namespace}/${name} in ${cluster}`,
			...Array.from({length: 60}, (_, i) => `line ${i}`),
		];
	};
	/** What speaks against any cluster, and what is wrong with the machine. */
	checks: readonly Check[] = [{name: 'image', verdict: 'ok', found: 'it is here (272 MiB)'}];
	checkCreation = async () => this.checks;
	checkHost = async () => this.checks;
	configOf = async (spec: ClusterSpec) => configText(spec).trimEnd().split('\n');
	previewCluster = async ({name, servers}: {readonly name: string; readonly servers: number}) => {
		if (this.refusal) throw this.refusal;
		return [`Cluster "${name}"`, '', ...Array.from({length: servers}, (_, i) => `k3d-${name}-server-${i} (server)`)];
	};
}
