import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {build} from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'k3s-stand-in-'));
let bundled: Promise<string> | undefined;

/** Bundles the program as the image does, once per test file. */
export function bundle(): Promise<string> {
	bundled ??= (async () => {
		const outfile = join(folder, 'k3s.mjs');
		const banner = "import {createRequire} from 'node:module'; const require = createRequire(import.meta.url);";
		await build({
			entryPoints: ['source/demo/k3s/main.ts'],
			bundle: true,
			platform: 'node',
			format: 'esm',
			target: 'node22',
			outfile,
			logLevel: 'error',
			banner: {js: banner},
		});
		return outfile;
	})();
	return bundled;
}

// Every run and every test file has addresses of its own on the loopback network: those of its process.
const network = `127.${1 + (process.pid % 250)}.${Math.floor(process.pid / 250) % 250}`;
let last = 0;
/** A loopback address nobody else uses. */
export function freshAddress(): string {
	last = (last % 250) + 1;
	return `${network}.${last}`;
}

/** Not k3s's own 6443, which a cluster on the host's network has on every address of the machine while its test runs. */
const port = 7443;

const running = new Set<NodeProcess>();

/** A `k3s server` or `k3s agent` as a process of its own, with files below a folder of its own. */
export class NodeProcess {
	readonly name: string;
	readonly ip: string;
	readonly root: string;
	readonly #args: readonly string[];
	readonly #env: Record<string, string>;
	#child: ChildProcess | undefined;
	#lines: string[] = [];
	#listeners = new Set<() => void>();
	#exit: Promise<number | null> = Promise.resolve(null);

	constructor(name: string, args: readonly string[], env: Record<string, string> = {}) {
		this.name = name;
		this.ip = freshAddress();
		this.root = join(folder, `${name}-${this.ip}`);
		const bind = args[0] === 'server' ? ['--bind-address', this.ip, '--https-listen-port', `${port}`] : [];
		this.#args = [...args, '--node-name', name, '--node-ip', this.ip, ...bind];
		this.#env = {
			K3S_TOKEN: 'secret',
			K3S_KUBECONFIG_OUTPUT: '/output/kubeconfig.yaml',
			K3S_STAND_IN_NODE_GRACE: '2',
			K3S_STAND_IN_HEARTBEAT: '0.5',
			...env,
		};
	}

	get url(): string {
		return `https://${this.ip}:${port}`;
	}

	get kubeconfig(): string {
		return join(this.root, 'output/kubeconfig.yaml');
	}

	get log(): string {
		return this.#lines.join('\n');
	}

	async start(): Promise<this> {
		const program = await bundle();
		const {PATH = ''} = process.env;
		this.#lines = [];
		const child = spawn(process.execPath, [program, ...this.#args], {
			env: {PATH, K3S_STAND_IN_ROOT: this.root, ...this.#env},
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		this.#child = child;
		running.add(this);
		for (const stream of [child.stdout, child.stderr])
			stream.on('data', (chunk: Buffer) => {
				this.#lines.push(...chunk.toString().split('\n').filter(Boolean));
				for (const listener of [...this.#listeners]) listener();
			});
		this.#exit = new Promise(resolve =>
			child.once('close', code => {
				running.delete(this);
				resolve(code);
				for (const listener of [...this.#listeners]) listener();
			}),
		);
		return this;
	}

	/** Resolves with the first line that matches; rejects when the process ends or 15 s pass without it. */
	line(pattern: RegExp): Promise<string> {
		return new Promise((resolve, reject) => {
			const timer = setTimeout(
				() => done(new Error(`${this.name} never logged ${pattern}; it said:\n${this.log}`)),
				15_000,
			);
			const check = () => {
				const found = this.#lines.find(line => pattern.test(line));
				if (found) done(found);
				else if (this.#child && (this.#child.exitCode !== null || this.#child.signalCode))
					done(new Error(`${this.name} ended before it logged ${pattern}; it said:\n${this.log}`));
			};
			const done = (result: string | Error) => {
				clearTimeout(timer);
				this.#listeners.delete(check);
				if (typeof result === 'string') resolve(result);
				else reject(result);
			};
			this.#listeners.add(check);
			check();
		});
	}

	/** The exit code, once it has ended by itself. */
	exited(): Promise<number | null> {
		return this.#exit;
	}

	stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
		this.#child?.kill(signal);
		return this.#exit;
	}

	/** Runs another of the program's commands on this node: `ctr`, `crictl`, `kubectl`. */
	async run(args: readonly string[], input?: Uint8Array) {
		const env = {PATH: process.env.PATH ?? '', K3S_STAND_IN_ROOT: this.root, K3S_STAND_IN_KUBECTL: kubectlPath ?? ''};
		const {status, stdout, stderr} = spawnSync(process.execPath, [await bundle(), ...args], {
			env,
			...(input && {input}),
			encoding: 'utf8',
		});
		return {status, stdout, stderr};
	}
}

/** Ends what a test left running and removes its files. */
export async function cleanUp(): Promise<void> {
	await Promise.all([...running].map(node => node.stop('SIGKILL')));
	rmSync(folder, {recursive: true, force: true});
}

const candidates = [process.env.K3DUI_TEST_KUBECTL, '/usr/bin/kubectl', '/usr/local/bin/kubectl'];
/** The real kubectl, if this machine has one. */
export const kubectlPath = candidates.find(
	(path): path is string => path !== undefined && path !== '' && existsSync(path),
);

if (!kubectlPath) {
	if (process.env.CI)
		throw new Error(
			'kubectl is missing: these tests need it in CI (apt-get install kubernetes-client, or K3DUI_TEST_KUBECTL=PATH)',
		);
	process.stderr.write('\n*** kubectl is missing: the stand-in is NOT tested with the real kubectl here ***\n\n');
}

/** Runs kubectl against a node's API. */
export class Kubectl {
	readonly #environment: Record<string, string>;

	constructor(kubeconfig: string) {
		this.#environment = {KUBECONFIG: kubeconfig, HOME: folder, PATH: process.env.PATH ?? ''};
	}

	/** Starts a command and leaves it running; its output is followed by `until`. */
	spawn(...args: string[]): {until(pattern: RegExp): Promise<string>; stop(): void} {
		const child = spawn(kubectlPath ?? 'kubectl', args, {env: this.#environment, stdio: ['ignore', 'pipe', 'pipe']});
		let output = '';
		const listeners = new Set<() => void>();
		const take = (chunk: Buffer) => {
			output += chunk.toString();
			for (const listener of [...listeners]) listener();
		};
		child.stdout.on('data', take);
		child.stderr.on('data', take);
		return {
			until: pattern =>
				new Promise((resolve, reject) => {
					const timer = setTimeout(
						() => reject(new Error(`kubectl ${args.join(' ')} never printed ${pattern}; it printed:\n${output}`)),
						15_000,
					);
					const check = () => {
						if (!pattern.test(output)) return;
						clearTimeout(timer);
						listeners.delete(check);
						resolve(output);
					};
					listeners.add(check);
					check();
				}),
			stop: () => void child.kill('SIGKILL'),
		};
	}

	/** Runs a command to its end. Does not throw. */
	run(args: readonly string[], input?: string): Promise<{code: number | null; output: string}> {
		const child = spawn(kubectlPath ?? 'kubectl', args, {env: this.#environment, stdio: ['pipe', 'pipe', 'pipe']});
		child.stdin.end(input ?? '');
		let output = '';
		child.stdout.on('data', chunk => {
			output += chunk;
		});
		child.stderr.on('data', chunk => {
			output += chunk;
		});
		return new Promise(resolve => child.once('close', code => resolve({code, output})));
	}

	/** Runs a command that must succeed, and returns what it printed. */
	async ok(...args: string[]): Promise<string> {
		const {code, output} = await this.run(args);
		if (code !== 0) throw new Error(`kubectl ${args.join(' ')} failed (${code}):\n${output}`);
		return output;
	}
}
