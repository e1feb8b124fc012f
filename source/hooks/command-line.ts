import {names} from '../cluster/labels.ts';
import {defaultRegistryImage, defaultRegistrySpec, type RegistrySpec} from '../cluster/registries/registry-spec.ts';
import type {GrowOptions, ImageSource} from '../lifecycle/lifecycle.ts';
import {createArguments} from './create-arguments.ts';
import {isAboutWorkloads, type Request, type WorkloadRequest} from './requests.ts';

/** A command line that does the same as a key did. */
export interface CommandLine {
	/** For a POSIX shell. */
	readonly text: string;
	/** What has to be known of it: what is left out. */
	readonly note: string | undefined;
}

/** What a POSIX shell takes as it stands, as Python's shlex.quote has it. */
const plainWord = /^[\w@%+=:,./-]+$/;

/** Words as a line for a POSIX shell. */
function quote(words: readonly string[]): string {
	return words.map(word => (plainWord.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(' ');
}

/** What stands in a command line in the place of a secret. */
const hidden = '…';

function amounts({servers, agents, importImages}: GrowOptions): readonly string[] {
	return [
		...(agents ? ['--agents', String(agents)] : []),
		...(servers ? ['--servers', String(servers)] : []),
		...(importImages ? ['--import'] : []),
	];
}

function sourceWord(source: ImageSource): string {
	switch (source.kind) {
		case 'image':
			return source.name;
		case 'path':
			return source.path;
		case 'stream':
			return '-';
	}
}

/** `k3dui registry create` puts k3d's prefix before the name. */
const prefix = 'k3d-';

function registryWords(spec: RegistrySpec): readonly string[] {
	const initial = defaultRegistrySpec(spec.name);
	const name = spec.name.startsWith(prefix) ? spec.name.slice(prefix.length) : spec.name;
	const port = spec.port === undefined ? 'random' : String(spec.port);
	const place = spec.host === initial.host ? port : `${spec.host}:${port}`;
	return [
		name,
		...(place === 'random' ? [] : ['--port', place]),
		...(spec.image === defaultRegistryImage ? [] : ['--image', spec.image]),
		...spec.volumes.flatMap(volume => ['--volume', volume]),
		...(spec.proxy ? ['--proxy-remote-url', spec.proxy.remoteURL] : []),
		...(spec.proxy?.username === undefined ? [] : ['--proxy-username', spec.proxy.username]),
		...(spec.proxy?.password === undefined ? [] : ['--proxy-password', hidden]),
		...(spec.enforcePortMatch ? ['--enforce-port-match'] : []),
		...(spec.deleteEnabled ? ['--delete-enabled'] : []),
		...(spec.network === initial.network ? [] : ['--default-network', spec.network]),
	];
}

/** The words of kubectl, which has what k3dui has no command for, in the context that saving the kubeconfig makes. */
function kubectlWords(request: WorkloadRequest): readonly string[] {
	const [cluster, {namespace, name}] = request.args;
	const begin = ['kubectl', '--context', names.context(cluster), '--namespace', namespace];
	if (request.verb === 'deletePod') return [...begin, 'delete', 'pod', name];
	const workload = `${request.args[1].kind.toLowerCase()}/${name}`;
	if (request.verb === 'restartWorkload') return [...begin, 'rollout', 'restart', workload];
	return [...begin, 'scale', workload, `--replicas=${request.args[2].replicas}`];
}

/** The words behind `k3dui`; several lists are commands one after another. */
function wordsFor(request: Exclude<Request, WorkloadRequest>): readonly (readonly string[])[] {
	switch (request.verb) {
		case 'createCluster': {
			const [spec, options] = request.args;
			const words = createArguments(spec.token === undefined ? spec : {...spec, token: hidden}, options);
			return [['cluster', 'create', ...(words ?? [spec.name, '--config', 'FILE'])]];
		}
		case 'apply':
			return [['apply', '--config', 'FILE']];
		case 'startCluster':
			return [['cluster', 'start', request.args[0]]];
		case 'stopCluster':
			return [['cluster', 'stop', request.args[0]]];
		case 'restartCluster':
			return [['cluster', 'restart', request.args[0]]];
		case 'deleteCluster':
			return [['cluster', 'delete', request.args[0]]];
		case 'grow':
			return [['cluster', 'grow', request.args[0], ...amounts(request.args[1])]];
		case 'shrink':
			return [['cluster', 'shrink', request.args[0], ...amounts(request.args[1])]];
		case 'startNode':
			return [['node', 'start', request.args[0]]];
		case 'stopNode':
			return [['node', 'stop', request.args[0]]];
		case 'restartNode':
			return [
				['node', 'stop', request.args[0]],
				['node', 'start', request.args[0]],
			];
		case 'deleteNode':
			return [['node', 'delete', request.args[0]]];
		case 'editPorts': {
			const [cluster, {add = [], remove = []}] = request.args;
			const added = add.map(({value, filters}) => (filters.length > 0 ? `${value}@${filters.join(';')}` : value));
			return [
				[
					'cluster',
					'edit',
					cluster,
					...added.flatMap(port => ['--port-add', port]),
					...remove.flatMap(port => ['--port-delete', port]),
				],
			];
		}
		case 'importImages': {
			const [clusters, sources] = request.args;
			return [['image', 'import', ...sources.map(sourceWord), ...clusters.flatMap(name => ['--cluster', name])]];
		}
		case 'createRegistry':
			return [['registry', 'create', ...registryWords(request.args[0])]];
		case 'deleteRegistry':
			return [['registry', 'delete', request.args[0]]];
		case 'attachRegistry':
			return [['registry', 'connect', request.args[0], request.args[1]]];
		case 'detachRegistry':
			return [['registry', 'disconnect', request.args[0], request.args[1]]];
	}
}

function noteOn(request: Request): string | undefined {
	if (request.verb === 'createRegistry') {
		const [{proxy, name}] = request.args;
		if (!name.startsWith(prefix)) return `the command would call it ${prefix}${name}`;
		return proxy?.password === undefined ? undefined : 'its password is left out';
	}
	if (request.verb !== 'createCluster') return undefined;
	const [spec, options] = request.args;
	if (!createArguments(spec, options)) return 'what it has cannot be said with flags; W writes the file';
	return spec.token === undefined ? undefined : 'its token is left out';
}

const savedFirst = 'kubectl knows the context once the kubeconfig is saved (K)';

/** The command line for a request, at a host that is named with these words. */
export function commandLineFor(request: Request, host: readonly string[] = []): CommandLine {
	if (isAboutWorkloads(request)) return {text: quote(kubectlWords(request)), note: savedFirst};
	const commands = wordsFor(request).map(words => quote(['k3dui', ...words, ...host]));
	return {text: commands.join(' && '), note: noteOn(request)};
}

/** Words of any program as a command line. */
export function commandOf(words: readonly string[]): CommandLine {
	return {text: quote(words), note: undefined};
}

/** Words of kubectl as a command line, for a cluster's own context. */
export function kubectlLine(cluster: string, words: readonly string[]): CommandLine {
	return {text: quote(['kubectl', '--context', names.context(cluster), ...words]), note: savedFirst};
}

/** The command line for saving a cluster's kubeconfig. */
export function kubeconfigLine(cluster: string, host: readonly string[] = []): CommandLine {
	const words = ['k3dui', 'kubeconfig', 'merge', cluster, '--kubeconfig-merge-default', '--kubeconfig-switch-context'];
	return {text: quote([...words, ...host]), note: undefined};
}
