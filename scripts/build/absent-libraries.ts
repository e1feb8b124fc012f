import {readFile} from 'node:fs/promises';
import type {Plugin} from 'esbuild';

/**
 * Parts of libraries that k3dui never calls, and that are too heavy or not bundleable (native code): dockerode's SSH client
 * (ssh2), its BuildKit session (gRPC, protobuf) and its packing of what images are built from; Ink's developer tools; of the
 * Kubernetes client its WebSockets, its copying of files and its proxies; and what only Node.js before 10 needs.
 */
const absent = [
	{importer: /[/\\]docker-modem[/\\]/, path: /^\.\/ssh$/, name: "dockerode's SSH client"},
	{importer: /[/\\]dockerode[/\\]/, path: /^\.\/(session|buildkit)$/, name: "dockerode's BuildKit session"},
	{importer: /[/\\]dockerode[/\\]/, path: /^(tar-fs|zlib)$/, name: "dockerode's packing of build contexts"},
	{
		importer: /[/\\]@kubernetes[/\\]client-node[/\\]/,
		path: /^(isomorphic-ws|socks-proxy-agent|tar-fs)$/,
		name: 'this part of the Kubernetes client',
	},
	{importer: /[/\\]node-fetch[/\\]/, path: /^whatwg-url$/, name: 'the URL of Node.js before 10'},
];

/** Replaces each of them by a function that says so, should anything ever call it. */
export const absentLibraries: Plugin = {
	name: 'absent-libraries',
	setup(build) {
		build.onResolve({filter: /^(\.\/|[a-z-]+$)/}, ({path, importer}) => {
			const library = absent.find(each => each.path.test(path) && each.importer.test(importer));
			return library && {path: library.name, namespace: 'absent'};
		});
		build.onLoad({filter: /.*/, namespace: 'absent'}, ({path}) => ({
			contents: `module.exports = () => { throw new Error(${JSON.stringify(`${path} is not part of k3dui`)}); };`,
		}));

		// meow looks for a package.json unless it is given one, with 100 kB of code, most of it lists of licences. What
		// calls it goes, and what only prepares it is marked, so that it is left out; a test counts on it.
		build.onLoad({filter: /[/\\]meow[/\\]build[/\\]options\.js$/}, async ({path}) => ({
			contents: (await readFile(path, 'utf8')).replace(
				/^import \{ a as readPackageUpSync, n as normalizePackageData \} .*$/m,
				'const readPackageUpSync = () => undefined, normalizePackageData = () => {};',
			),
		}));
		build.onLoad({filter: /[/\\]meow[/\\]build[/\\]dependencies\.js$/}, async ({path}) => ({
			contents: (await readFile(path, 'utf8'))
				.replace(
					/^((?:var|const) \w+ = )((?:require[\w$]+|getDefaultExportFromCjs)\(\w*\);)$/gm,
					'$1/* @__PURE__ */ $2',
				)
				.replace(/^promisify\(execFile\);$/m, ''),
		}));

		// Ink's developer tools. Modules that may wait for something while they are evaluated cannot be required.
		build.onLoad({filter: /[/\\]ink[/\\]build[/\\]reconciler\.js$/}, async ({path}) => {
			const text = await readFile(path, 'utf8');
			const contents = text.replace(/^if \(process\.env\['DEV'\] === 'true'\) \{$.*?^\}$/gms, '');
			if (contents.includes("'DEV'") || contents === text)
				throw new Error(`${path} has changed: look again at its tools.`);
			return {contents};
		});

		// Ink's signal-exit loads Node's assertions (2 ms) to see whether it was given a function.
		build.onLoad({filter: /[/\\]signal-exit[/\\]index\.js$/}, async ({path}) => {
			const text = await readFile(path, 'utf8');
			const contents = text
				.replace(/^ *var assert = require\('assert'\)$/m, '')
				.replace(/^ *assert\.equal\(.*\)$/m, '');
			if (/\bassert\b/.test(contents)) throw new Error(`${path} has changed: look again at what it asserts.`);
			return {contents};
		});

		// docker-modem never speaks TLS itself, which is the agent's business; Node's own takes ten milliseconds to load.
		build.onLoad({filter: /[/\\]docker-modem[/\\]lib[/\\]http\.js$/}, async ({path}) => {
			const text = await readFile(path, 'utf8');
			const contents = text.replace(/nativeHttps = require\('https'\),/, '').replace(/^ *https: nativeHttps,$/m, '');
			if (contents.includes('nativeHttps')) throw new Error(`${path} has changed: look again at how it speaks TLS.`);
			return {contents};
		});

		// docker-modem describes every request to its debug output, down to the last hidden property, also when nobody reads
		// that: a tenth of a second by the time the dashboard shows its nodes.
		build.onLoad({filter: /[/\\]docker-modem[/\\]lib[/\\]modem\.js$/}, async ({path}) => {
			const text = await readFile(path, 'utf8');
			const contents = text.replace(/debug\('Sending: %s', util\.inspect\(/, 'debug.enabled && $&');
			if (contents === text) throw new Error(`${path} does not describe its requests any more; this can go.`);
			return {contents};
		});
	},
};
