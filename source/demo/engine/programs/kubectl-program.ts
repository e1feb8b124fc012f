import {posix} from 'node:path';
import type {ProgramContext} from '../process.ts';
import type {ShellPod} from './pod-shell.ts';

/** Resources by the names people type, with their path below the API's root. */
const resources: Readonly<Record<string, {path: string; namespaced: boolean}>> = {};
for (const [names, group, namespaced] of [
	['nodes node no', 'api/v1', false],
	['namespaces namespace ns', 'api/v1', false],
	['pods pod po', 'api/v1', true],
	['services service svc', 'api/v1', true],
	['configmaps configmap cm', 'api/v1', true],
	['secrets secret', 'api/v1', true],
	['events event ev', 'api/v1', true],
	['deployments deployment deploy', 'apis/apps/v1', true],
	['daemonsets daemonset ds', 'apis/apps/v1', true],
	['replicasets replicaset rs', 'apis/apps/v1', true],
] as const) {
	const [plural = ''] = names.split(' ');
	for (const name of names.split(' '))
		(resources as Record<string, object>)[name] = {path: `${group}/${plural}`, namespaced};
}

interface Flags {
	readonly words: readonly string[];
	readonly namespace: string | undefined;
	readonly output: string | undefined;
	readonly file: string | undefined;
	readonly raw: string | undefined;
}

function parse(args: readonly string[]): Flags {
	const words: string[] = [];
	const values = new Map<string, string>();
	const long: Record<string, string> = {n: 'namespace', o: 'output', f: 'filename', A: 'all-namespaces'};
	for (let index = 0; index < args.length; index++) {
		const [, dashed = '', inline] = /^--?([\w-]+)(?:=([\s\S]*))?$/.exec(args[index] ?? '') ?? [];
		if (!dashed) {
			words.push(args[index] ?? '');
			continue;
		}
		const name = long[dashed] ?? dashed;
		const takesValue = ['namespace', 'output', 'filename', 'raw', 'kubeconfig'].includes(name);
		values.set(name, inline ?? (takesValue ? (args[++index] ?? '') : 'true'));
	}
	return {
		words,
		namespace: values.has('all-namespaces') ? undefined : (values.get('namespace') ?? 'default'),
		output: values.get('output'),
		file: values.get('filename'),
		raw: values.get('raw'),
	};
}

/** A small kubectl for commands run inside nodes: `get`, `get --raw`, `apply -f`, `cordon`, `uncordon`, `delete`, `exec`, `version`. */
export async function runKubectl(context: ProgramContext): Promise<number> {
	const {files, env, network, error} = context;
	const text = files.read(env.KUBECONFIG || '/etc/rancher/k3s/k3s.yaml')?.toString();
	if (text === undefined) {
		error('The connection to the server localhost:8080 was refused - did you specify the right host or port?\n');
		return 1;
	}
	const {HttpsClient} = await import('../../k3s/tls-network.ts');
	const base64 = (key: string) => Buffer.from(new RegExp(`${key}: (\\S+)`).exec(text)?.[1] ?? '', 'base64').toString();
	const server = /server: (\S+)/.exec(text)?.[1] ?? 'https://127.0.0.1:6443';
	const client = {certificate: base64('client-certificate-data'), key: base64('client-key-data')};
	const https = new HttpsClient(network, {ca: base64('certificate-authority-data'), client});
	const request = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
		const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
		const answer = await https.fetch(method, `${server}/${path}`, {
			headers: {'content-type': type, ...headers},
			...(body !== undefined && {body: JSON.stringify(body)}),
			timeout: 10_000,
			signal: context.ended,
		});
		if (answer.status < 400) return answer.body.toString();
		const {message = answer.body.toString(), reason = answer.statusText} = safeParse(answer.body.toString());
		throw new Error(`Error from server (${reason}): ${message}`);
	};
	try {
		const flags = parse(context.argv.slice(1));
		const [verb, pod = '', ...rest] = flags.words;
		if (verb === 'exec') {
			const {runInPod} = await import('./pod-shell.ts');
			return await runInPod(context, JSON.parse(await request('GET', pathTo(flags, 'pod', pod))) as ShellPod, rest);
		}
		await command(context, flags, request);
		return 0;
	} catch (failure) {
		const message = failure instanceof Error ? failure.message : String(failure);
		error(
			message.startsWith('E') && !message.includes('ECONN')
				? `${message}\n`
				: `The connection to the server ${server.replace('https://', '')} was refused - did you specify the right host or port?\n`,
		);
		return 1;
	} finally {
		https.close();
	}
}

function safeParse(text: string): {message?: string; reason?: string} {
	try {
		return JSON.parse(text) as {message?: string; reason?: string};
	} catch {
		return {};
	}
}

type Request = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<string>;

function pathTo({namespace}: Flags, type: string, name?: string): string {
	const resource = resources[type.toLowerCase()];
	if (!resource) throw new Error(`error: the server doesn't have a resource type "${type}"`.replace(/^e/, 'E'));
	const [group = '', version = '', plural = ''] = resource.path.match(/^(.+)\/([^/]+)\/([^/]+)$/)?.slice(1) ?? [];
	const place = resource.namespaced && namespace ? `namespaces/${namespace}/` : '';
	return `${group}/${version}/${place}${plural}${name ? `/${name}` : ''}`;
}

async function command(context: ProgramContext, flags: Flags, request: Request): Promise<void> {
	const {out} = context;
	const [verb = '', kind = '', ...names] = flags.words;
	switch (verb) {
		case 'get': {
			if (flags.raw !== undefined) return out(await request('GET', flags.raw.replace(/^\//, '')));
			const path = pathTo(flags, kind, names[0]);
			if (flags.output === 'json')
				return out(`${JSON.stringify(JSON.parse(await request('GET', path)), undefined, 4)}\n`);
			if (flags.output === 'yaml') return out((await import('yaml')).stringify(JSON.parse(await request('GET', path))));
			const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
			return out(tableText(JSON.parse(await request('GET', path, undefined, {accept})) as Table, flags));
		}
		case 'apply': {
			const {parseAllDocuments} = await import('yaml');
			const text = context.files.read(posix.resolve(context.workingDir, flags.file ?? ''))?.toString();
			if (text === undefined) throw new Error(`Error: the path "${flags.file}" does not exist`);
			for (const document of parseAllDocuments(text)) {
				const object = ('toJS' in document ? document.toJS() : null) as {
					kind: string;
					metadata: {name: string; namespace?: string};
				} | null;
				if (!object) continue;
				const own = {...flags, namespace: object.metadata.namespace ?? flags.namespace};
				const path = pathTo(flags, object.kind).replace(/namespaces\/[^/]+\//, `namespaces/${own.namespace}/`);
				const name = object.metadata.name;
				const exists = await request('GET', `${path}/${name}`).then(
					() => true,
					() => false,
				);
				if (exists) await request('PATCH', `${path}/${name}`, object);
				else await request('POST', path, object);
				out(`${object.kind.toLowerCase()}/${name} ${exists ? 'configured' : 'created'}\n`);
			}
			return;
		}
		case 'cordon':
		case 'uncordon':
			await request('PATCH', pathTo(flags, 'node', kind), {spec: {unschedulable: verb === 'cordon' ? true : null}});
			return out(`node/${kind} ${verb}ed\n`);
		case 'delete':
			for (const name of names) {
				await request('DELETE', pathTo(flags, kind, name));
				out(`${kind} "${name}" deleted\n`);
			}
			return;
		case 'version':
			return out(
				`Server Version: ${(JSON.parse(await request('GET', 'version')) as {gitVersion: string}).gitVersion}\n`,
			);
		default:
			throw new Error(`Error: unknown command "${verb}" for "kubectl" of k3dui's built-in engine`);
	}
}

interface Table {
	readonly columnDefinitions: readonly {readonly name: string; readonly priority: number}[];
	readonly rows: readonly {readonly cells: readonly unknown[]; readonly object?: {metadata?: {namespace?: string}}}[];
}

function tableText({columnDefinitions, rows}: Table, {namespace, output}: Flags): string {
	if (rows.length === 0) return 'No resources found\n';
	const shown = columnDefinitions
		.map(({priority}, index) => ({index, priority}))
		.filter(({priority}) => priority === 0 || output === 'wide');
	const spaced = namespace === undefined && rows.some(({object}) => object?.metadata?.namespace);
	const cells = [
		[...(spaced ? ['NAMESPACE'] : []), ...shown.map(({index}) => columnDefinitions[index]?.name.toUpperCase() ?? '')],
		...rows.map(row => [
			...(spaced ? [row.object?.metadata?.namespace ?? ''] : []),
			...shown.map(({index}) => String(row.cells[index] ?? '')),
		]),
	];
	const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map(row => row[column]?.length ?? 0)));
	return cells
		.map(
			row =>
				`${row
					.map((cell, column) => cell.padEnd((widths[column] ?? 0) + 3))
					.join('')
					.trimEnd()}\n`,
		)
		.join('');
}
