import {parseArgs} from 'node:util';
import {down, instance, status, up} from './engine/lifecycle.ts';

const usage = `A private Docker Engine for tests, beside any other on this machine.

  npm run engine -- up [--private] [--name NAME]    print the address of an engine, starting one where none answers
  npm run engine -- down [--name NAME]              stop the private engine; nothing of it stays
  npm run engine -- status [--json] [--name NAME]   exit code 0: up, 3: down or broken

  eval "$(npm run --silent engine -- up)"           use it in this shell

Data, log and socket are in /var/lib/k3dui-engine/NAME (K3DUI_ENGINE_HOME: another folder; not on an overlay).
K3DUI_ENGINE_NAME stands for --name, also for the tests.`;

const say = (line: string) => process.stderr.write(`${line}\n`);

try {
	const {values, positionals} = parseArgs({
		allowPositionals: true,
		options: {
			name: {type: 'string'},
			private: {type: 'boolean', default: false},
			json: {type: 'boolean', default: false},
			help: {type: 'boolean', short: 'h', default: false},
		},
	});
	const engine = instance(values.name);
	switch (values.help ? 'help' : positionals.join(' ')) {
		case 'up': {
			// With a name it is that very engine one wants.
			const {host} = await up(engine, say, {private: values.private || values.name !== undefined});
			process.stdout.write(`export DOCKER_HOST=${host}\n`);
			break;
		}
		case 'down':
			await down(engine, say);
			break;
		case 'status': {
			const found = await status(engine);
			const {name, state, host, version, storageDriver, runtime} = found;
			const details = state === 'up' ? `, Docker ${version}, ${storageDriver}, runtime ${runtime}` : '';
			process.stdout.write(values.json ? `${JSON.stringify(found)}\n` : `${name}: ${state} (${host}${details})\n`);
			process.exitCode = state === 'up' ? 0 : 3;
			break;
		}
		case 'help':
			process.stdout.write(`${usage}\n`);
			break;
		default:
			say(usage);
			process.exitCode = 2;
	}
} catch (error) {
	say(error instanceof Error ? error.message : String(error));
	process.exitCode = 1;
}
