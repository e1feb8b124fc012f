// npm run bench: what k3dui costs, as ratios to what is well known, all measured in one run on one machine.
import {parseArgs} from 'node:util';
import {openBed} from './bed.ts';
import {describeMachine, machineText} from './machine.ts';
import {type Findings, findingsText, jsonText} from './report.ts';
import type {Section} from './section.ts';
import {idle} from './sections/idle.ts';
import {images} from './sections/images.ts';
import {large} from './sections/large.ts';
import {lifecycle} from './sections/lifecycle.ts';
import {list} from './sections/list.ts';
import {log} from './sections/log.ts';
import {paces} from './sections/paces.ts';
import {ssh} from './sections/ssh.ts';
import {startup} from './sections/startup.ts';

const sections: readonly Section[] = [lifecycle, list, startup, idle, log, paces, large, images, ssh];

const usage = `What k3dui costs, as ratios: k3dui against plain docker, docker ps, node -e 0 and docker logs.

  npm run bench                      all sections: ${sections.map(({name}) => name).join(', ')}
  npm run bench -- list startup      some of them
  npm run --silent bench -- --json   the same as JSON on stdout, with all samples

Progress goes to stderr. The engine is the tests' (npm run engine); K3DUI_ENGINE_NAME=bench takes one of its own, which
nobody else disturbs: npm run engine -- down --name bench ends it.
`;

const say = (line: string) => process.stderr.write(`${line}\n`);
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.once(signal, () => {
		say(`${signal}: removing what was made; once more ends it at once`);
		interruption.abort(new Error('interrupted'));
	});
}

try {
	const {values, positionals} = parseArgs({
		allowPositionals: true,
		options: {json: {type: 'boolean', default: false}, help: {type: 'boolean', short: 'h', default: false}},
	});
	const unknown = positionals.filter(name => !sections.some(section => section.name === name));
	if (values.help) {
		process.stdout.write(usage);
	} else if (unknown.length > 0) {
		say(`There is no section ${unknown.join(', ')}.\n\n${usage}`);
		process.exitCode = 2;
	} else {
		await bench(
			positionals.length === 0 ? sections : sections.filter(({name}) => positionals.includes(name)),
			values.json,
		);
	}
} catch (error) {
	say(interruption.signal.aborted ? 'Interrupted.' : error instanceof Error ? error.message : String(error));
	process.exitCode = interruption.signal.aborted ? 130 : 1;
}

async function bench(chosen: readonly Section[], json: boolean): Promise<void> {
	const bed = await openBed({signal: interruption.signal, say});
	try {
		const machine = await describeMachine(bed);
		if (!json) process.stdout.write(`${machineText(machine)}\n\n`);
		const findings: Findings[] = [];
		for (const section of chosen) {
			const found = {section, comparisons: await section.run(bed)};
			findings.push(found);
			if (!json) process.stdout.write(`${findingsText(found)}\n`);
		}
		if (json) process.stdout.write(jsonText(machine, findings));
	} finally {
		await bed.close();
	}
}
