// `npm start`: installs and builds what is missing, then is k3dui: same arguments, terminal, signals and exit code.
import {spawn} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import {build, currentNode, environment, install, root} from './setup.mjs';

await install();
await build();

const program = path.join(root, 'dist', 'cli.js');
if (Number.parseInt(process.versions.node, 10) >= 22) {
	process.argv[1] = program;
	await import(pathToFileURL(program).href);
} else {
	const child = spawn(currentNode, [program, ...process.argv.slice(2)], {env: environment(), stdio: 'inherit'});
	// Ctrl-C and a closed terminal reach the child by themselves; it decides what they mean. Kill reaches only us.
	for (const signal of ['SIGINT', 'SIGQUIT', 'SIGHUP']) process.on(signal, () => {});
	process.on('SIGTERM', () => child.kill('SIGTERM'));
	child.on('exit', (code, signal) => {
		if (signal === null) process.exit(code);
		process.removeAllListeners(signal);
		process.kill(process.pid, signal);
	});
}
