// `npm test [-- FILES]`: installs and builds what is missing, checks style and types, then runs the tests.
import {spawn} from 'node:child_process';
import process from 'node:process';
import {build, environment, install, root, run} from './setup.mjs';

await install();
await build();
const chosen = process.argv.slice(2);
if (chosen.length === 0) await Promise.all([run('biome', ['check', '.']), run('tsc', [])]);
spawn('vitest', ['run', ...chosen], {cwd: root, env: environment(), stdio: 'inherit'}).on('exit', code =>
	process.exit(code ?? 1),
);
