import type {Plugin} from 'esbuild';

/**
 * Parts of libraries that k3dui never calls, and that are too heavy or not bundleable (native code):
 * dockerode's SSH client (ssh2), its BuildKit session (gRPC, protobuf), and Ink's developer tools.
 */
const absent = [
	{importer: /[/\\]docker-modem[/\\]/, path: /^\.\/ssh$/, name: "dockerode's SSH client"},
	{importer: /[/\\]dockerode[/\\]/, path: /^\.\/(session|buildkit)$/, name: "dockerode's BuildKit session"},
	{importer: /[/\\]ink[/\\]/, path: /^\.\/devtools\.js$/, name: "Ink's developer tools"},
];

/** Replaces each of them by a function that says so, should anything ever call it. */
export const absentLibraries: Plugin = {
	name: 'absent-libraries',
	setup(build) {
		build.onResolve({filter: /^\.\//}, ({path, importer}) => {
			const library = absent.find(each => each.path.test(path) && each.importer.test(importer));
			return library && {path: library.name, namespace: 'absent'};
		});
		build.onLoad({filter: /.*/, namespace: 'absent'}, ({path}) => ({
			contents: `module.exports = () => { throw new Error(${JSON.stringify(`${path} is not part of k3dui`)}); };`,
		}));
	},
};
